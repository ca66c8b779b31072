import Testing

@testable import PostgresStore

@Suite("Migrator", .needsPostgres)
struct MigratorTests {
    private let database: TestDatabase
    private let connection: PostgresConnection

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
    }

    private static let steps = [
        Migration(number: 1, name: "first", sql: "create table energy.a (i integer)"),
        Migration(number: 2, name: "second", sql: "create table energy.b (i integer); insert into energy.b values (1)"),
    ]

    @Test func theRealSchemaAppliesOnceAndIsCurrent() throws {
        let migrator = Migrator(connection)
        let failure = #expect(throws: SchemaFailure.self) { try migrator.requireCurrentSchema() }
        #expect(failure?.kind == .behind)
        #expect(failure?.description.contains("`wattsource migrate`") == true)
        #expect(try migrator.migrate() == EmbeddedMigrations.all)
        #expect(try migrator.migrate().isEmpty)
        try migrator.requireCurrentSchema()
        let rows = try connection.query(
            "select version, name, length(checksum), applied_at <= now() from energy.schema_migration"
        )
        #expect(rows.rowCount == EmbeddedMigrations.all.count)
        #expect(
            rows.text(0, 1) == EmbeddedMigrations.all.first?.name && rows.int32(0, 2) == 64 && rows.bool(0, 3) == true
        )
        #expect(try connection.query("select registry_version from energy.control").int64(0, 0) == 0)
    }

    @Test func laterMigrationsAreAppliedInOrder() throws {
        #expect(try Migrator(connection, migrations: [Self.steps[0]]).migrate().map(\.number) == [1])
        let migrator = Migrator(connection, migrations: Self.steps)
        #expect(#expect(throws: SchemaFailure.self) { try migrator.requireCurrentSchema() }?.kind == .behind)
        #expect(try migrator.migrate().map(\.number) == [2])
        try migrator.requireCurrentSchema()
    }

    @Test func aNewerSchemaIsRefused() throws {
        _ = try Migrator(connection, migrations: Self.steps).migrate()
        let old = Migrator(connection, migrations: [Self.steps[0]])
        #expect(#expect(throws: SchemaFailure.self) { try old.requireCurrentSchema() }?.kind == .newer)
        #expect(#expect(throws: SchemaFailure.self) { try old.migrate() }?.kind == .newer)
    }

    @Test func aChangedMigrationIsRefused() throws {
        _ = try Migrator(connection, migrations: Self.steps).migrate()
        var changed = Self.steps
        changed[0].sql += " "
        let migrator = Migrator(connection, migrations: changed)
        #expect(#expect(throws: SchemaFailure.self) { try migrator.requireCurrentSchema() }?.kind == .changed)
        #expect(#expect(throws: SchemaFailure.self) { try migrator.migrate() }?.kind == .changed)
    }

    @Test func aFailingMigrationLeavesNothing() throws {
        var broken = Self.steps
        broken[1].sql += "; select 1/0"
        let failure = #expect(throws: SchemaFailure.self) { try Migrator(connection, migrations: broken).migrate() }
        guard case .database(let error) = failure?.kind else {
            Issue.record("expected an error of the database, got \(String(describing: failure))")
            return
        }
        #expect(error.sqlState == "22012")
        #expect(try connection.query("select to_regclass('energy.b')").isNull(0, 0))
        #expect(try connection.query("select max(version) from energy.schema_migration").int32(0, 0) == 1)
        #expect(try Migrator(connection, migrations: Self.steps).migrate().map(\.number) == [2])
    }

    @Test
    func `partitions of attribution from before and after the seventh step check the same, and nothing is read for it`()
        throws
    {
        let steps = EmbeddedMigrations.all
        _ = try Migrator(connection, migrations: Array(steps.prefix(6))).migrate()
        let row = { (day: String, unshared: String) in
            """
            insert into energy.attribution (community_id, interval_start, device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh,
                                            surplus_wh, quality\(unshared.isEmpty ? "" : ", unshared_import_wh, unshared_export_wh"))
            values (1, '\(day)Z', 1, 3, 1, 2, 0, 0, 0, 'M'\(unshared.isEmpty ? "" : ", " + unshared))
            """
        }
        try connection.run(
            "select energy.ensure_partition('attribution', '2016-08-01', 'month'); \(row("2016-08-01", ""))"
        )
        _ = try Migrator(connection, migrations: steps).migrate()
        let unread = try connection.query(
            """
            select count(*), count(*) filter (where convalidated) from pg_constraint
            where contype = 'c' and conrelid = 'energy.attribution_201608'::regclass and pg_get_constraintdef(oid) like '%unshared%'
            """
        )
        #expect(unread.int64(0, 0) == 3 && unread.int64(0, 1) == 0)
        try connection.run("select energy.ensure_partition('attribution', '2016-09-01', 'month')")
        for day in ["2016-08-02", "2016-09-02"] {
            for bad in ["-1, 0", "0, -1", "null, 1"] {
                let failure = #expect(throws: PostgresError.self) { try connection.run(row(day, bad)) }
                #expect(failure?.sqlState == "23514" && failure?.constraint != nil)
            }
            try connection.run(row(day, "1, 0"))
        }
        #expect(try connection.query("select count(*) from energy.attribution").int64(0, 0) == 3)
    }

    @Test func migratorsWaitForEachOther() async throws {
        let url = database.url
        let applied = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try Migrator(try PostgresConnection(url, applicationName: "t")).migrate().count }
            }
            return try await group.reduce(0, +)
        }
        #expect(applied == EmbeddedMigrations.all.count)
    }

    @Test func partitionsAreMadeOnce() throws {
        _ = try Migrator(connection).migrate()
        func ensure(_ day: String, _ width: String) throws -> Bool? {
            try connection.query("select energy.ensure_partition('reading', $1, $2)", [.text(day), .text(width)]).bool(
                0,
                0
            )
        }
        #expect(try ensure("2016-08-31", "month") == true)
        #expect(try ensure("2016-08-01", "month") == false)
        #expect(try ensure("2016-08-02", "day") == false)
        #expect(try ensure("2016-09-01", "day") == true)
        // Days of September have partitions of their own: the whole month cannot have one any more.
        #expect(try ensure("2016-09-30", "month") == true)
        try connection.run("set time zone 'America/Los_Angeles'; set datestyle = 'SQL, DMY'")
        #expect(try ensure("2016-12-31", "month") == true)
        try connection.run("set time zone 'UTC'; set datestyle = 'ISO'")
        let bounds = try connection.query(
            """
            select c.relname, pg_get_expr(c.relpartbound, c.oid) from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = 'energy.reading'::regclass order by 1
            """
        )
        #expect(
            (0..<bounds.rowCount).map { bounds.text($0, 0) } == [
                "reading_201608", "reading_20160901", "reading_20160930", "reading_201612",
            ]
        )
        #expect(bounds.text(0, 1) == "FOR VALUES FROM ('2016-08-01 00:00:00+00') TO ('2016-09-01 00:00:00+00')")
        #expect(bounds.text(3, 1) == "FOR VALUES FROM ('2016-12-01 00:00:00+00') TO ('2017-01-01 00:00:00+00')")
        for bad in [
            "select energy.ensure_partition('device', '2016-08-01', 'day')",
            "select energy.ensure_partition('reading', '2016-08-01', 'year')",
        ] {
            #expect(throws: PostgresError.self) { try connection.run(bad) }
        }
    }
}
