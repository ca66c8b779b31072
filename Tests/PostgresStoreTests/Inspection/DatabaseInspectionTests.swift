import Testing

@testable import PostgresStore

@Suite("DatabaseInspection", .needsPostgres)
struct DatabaseInspectionTests {
    @Test func anOwnerLacksNothing() throws {
        let (database, connection) = try TestDatabase.migratedSession()
        defer { withExtendedLifetime(database) {} }
        let found = try DatabaseInspection.inspect(connection)
        #expect(found.missingPrivileges.isEmpty)
        #expect(!found.isReadOnly)
        #expect(found.major >= DatabaseInspection.oldestSupportedMajor)
        #expect(found.versionName.hasPrefix("\(found.major)"))
    }

    @Test func withoutTheSchemaNothingIsMissing() throws {
        let database = try TestDatabase()
        #expect(try DatabaseInspection.inspect(try database.connect()).missingPrivileges.isEmpty)
    }

    @Test func aReadOnlySessionIsSeen() throws {
        let database = try TestDatabase()
        let connection = try database.connect()
        try connection.run("set default_transaction_read_only = on")
        #expect(try DatabaseInspection.inspect(connection).isReadOnly)
    }

    /// Roles belong to the whole server: each test has one of its own, and drops it.
    @Test func aRoleIsToldExactlyWhatItLacks() throws {
        let (database, connection) = try TestDatabase.migratedSession()
        let role = "ws_role_\(UInt64.random(in: 0..<UInt64.max))"
        try connection.run("create role \(role)")
        defer {
            try? connection.run("reset role; drop owned by \(role); drop role \(role)")
            withExtendedLifetime(database) {}
        }
        func missing() throws -> [String] {
            try connection.run("set role \(role)")
            defer { try? connection.run("reset role") }
            return try DatabaseInspection.inspect(connection).missingPrivileges
        }
        #expect(try missing().contains("usage on schema energy"))

        try connection.run(
            "grant usage on schema energy to \(role); grant select on all tables in schema energy to \(role)"
        )
        let afterSelect = try missing()
        #expect(afterSelect.contains("insert on reading"))
        #expect(afterSelect.contains("execute on function ensure_partition"))
        #expect(!afterSelect.contains { $0.hasPrefix("select") || $0.hasPrefix("usage") })

        try connection.run("grant insert, update, delete on all tables in schema energy to \(role)")
        try connection.run("grant execute on all functions in schema energy to \(role)")
        #expect(try missing().isEmpty)

        try connection.run("revoke update on energy.stream_position from \(role)")
        #expect(try missing() == ["update on stream_position"])
    }
}

extension TestDatabase {
    /// A database with the schema, and a session; the database lives as long as the caller keeps it.
    fileprivate static func migratedSession() throws -> (database: TestDatabase, connection: PostgresConnection) {
        let database = try TestDatabase.migrated()
        return (database, try database.connect())
    }
}
