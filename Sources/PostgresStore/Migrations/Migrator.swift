/// Brings a database to this program's schema, forwards only.
///
/// What was applied is written down in `energy.schema_migration`, with the SHA-256 of the SQL. Each migration is one transaction.
/// Migrators wait for each other by an advisory lock; the locks that the statements need are waited for only for seconds, so that a
/// running worker is never held up behind a waiting `ALTER TABLE`.
public final class Migrator {
    /// The session-level advisory lock that migrators hold: "wattmigr" in ASCII.
    private static let lockKey: Int64 = 0x7761_7474_6D69_6772
    /// How often a migration is tried that could not get its locks.
    private static let attempts = 10

    private let connection: PostgresConnection
    private let migrations: [Migration]

    /// A migrator that uses the connection, which nobody else may use meanwhile.
    public init(_ connection: PostgresConnection, migrations: [Migration] = EmbeddedMigrations.all) {
        self.connection = connection
        self.migrations = migrations
    }

    /// Applies what is missing; gives what was applied, in order, and nothing if the schema was current.
    public func migrate() throws(SchemaFailure) -> [Migration] {
        let timeout = connection.transactionTimeout
        connection.transactionTimeout = nil
        defer { connection.transactionTimeout = timeout }
        try checkEncoding()
        try database { () throws(PostgresError) in
            try connection.run(
                "set lock_timeout = '60s'; select pg_advisory_lock(\(Self.lockKey)); set lock_timeout = '5s'"
            )
        }
        defer {
            // If this fails the connection is gone, and the lock with it.
            try? connection.run("select pg_advisory_unlock(\(Self.lockKey)); reset lock_timeout")
        }
        try database { () throws(PostgresError) in try makeHistory() }
        let pending = try self.pending()
        for migration in pending { try apply(migration) }
        return pending
    }

    /// The migrations that the database still needs.
    ///
    /// - Throws: ``SchemaFailure`` of kind `newer` or `changed` if what was applied is not a beginning of what this program holds.
    public func pending() throws(SchemaFailure) -> [Migration] {
        let applied = try database { () throws(PostgresError) in try readHistory() }
        for entry in applied {
            guard let migration = migrations.first(where: { $0.number == entry.number }) else {
                throw SchemaFailure(
                    .newer,
                    """
                    the database's schema is at version \(entry.number), newer than this program's \
                    (\(migrations.last?.number ?? 0)): run the wattsource version that made it, or a later one
                    """
                )
            }
            let checksum = try database { () throws(PostgresError) in try self.checksum(of: migration) }
            if entry.checksum != checksum {
                throw SchemaFailure(
                    .changed,
                    """
                    migration \(migration.number) (\(migration.name)) is not the one that was applied to the database: this program \
                    was built from changed SQL; run a released wattsource, or `wattsource migrate` on a new database
                    """
                )
            }
        }
        return migrations.filter { migration in !applied.contains { $0.number == migration.number } }
    }

    /// Makes sure that the schema is exactly this program's, without changing anything: what a worker does at its start.
    public func requireCurrentSchema() throws(SchemaFailure) {
        let pending = try pending()
        guard let next = pending.first else { return }
        let count = migrations.count - pending.count
        throw SchemaFailure(
            .behind,
            """
            the database's schema \(count == 0 ? "is not there" : "is at version \(count)"), this program needs version \
            \(migrations.last?.number ?? next.number): run `wattsource migrate`
            """
        )
    }

    // MARK: Steps

    /// Text in another encoding could not hold every hub device id and header.
    private func checkEncoding() throws(SchemaFailure) {
        let encoding = try database { () throws(PostgresError) in
            try connection.query("show server_encoding").text(0, 0)
        }
        guard encoding == "UTF8" else {
            throw SchemaFailure(
                .unsuitable,
                "the database's encoding is \(encoding ?? "unknown"): make one with `create database … encoding 'UTF8'`"
            )
        }
    }

    /// The table of what was applied; asks first, because "if not exists" needs the privilege even if it does exist.
    private func makeHistory() throws(PostgresError) {
        let known = try connection.query("select to_regnamespace('energy'), to_regclass('energy.schema_migration')")
        try connection.transaction { () throws(PostgresError) in
            if known.isNull(0, 0) { try connection.run("create schema energy") }
            guard known.isNull(0, 1) else { return }
            try connection.run(
                """
                create table energy.schema_migration (
                    version    integer primary key,
                    name       text not null,
                    checksum   text not null,
                    applied_at timestamptz not null default now()
                );
                comment on table energy.schema_migration is 'The schema''s history, kept by wattsource migrate.'
                """
            )
        }
    }

    /// What was applied, in order; nothing if there is no schema.
    private func readHistory() throws(PostgresError) -> [(number: Int32, checksum: String)] {
        if try connection.query("select to_regclass('energy.schema_migration')").isNull(0, 0) { return [] }
        let rows = try connection.query("select version, checksum from energy.schema_migration order by version")
        return (0..<rows.rowCount).map { (rows.int32($0, 0) ?? 0, rows.text($0, 1) ?? "") }
    }

    /// The SHA-256 of a migration's SQL, by PostgreSQL.
    private func checksum(of migration: Migration) throws(PostgresError) -> String {
        let result = try connection.query("select encode(sha256($1), 'hex')", [.bytes(Array(migration.sql.utf8))])
        return result.text(0, 0) ?? ""
    }

    /// Runs one migration, again if it could not get its locks.
    private func apply(_ migration: Migration) throws(SchemaFailure) {
        for attempt in 1... {
            do {
                try connection.transaction { () throws(PostgresError) in
                    try connection.run(migration.sql)
                    _ = try connection.query(
                        "insert into energy.schema_migration (version, name, checksum) values ($1, $2, $3)",
                        [.int32(migration.number), .text(migration.name), .text(try checksum(of: migration))]
                    )
                }
                return
            } catch {
                if attempt < Self.attempts, error.sqlState == "55P03" || error.sqlState == "40P01" {
                    pause(.milliseconds(Int64.random(in: 100...1000)))
                    continue
                }
                throw SchemaFailure(
                    .database(error),
                    "migration \(migration.number) (\(migration.name)) failed, and nothing of it remains: \(error)"
                )
            }
        }
    }

    /// Runs a step, and says what an error means here.
    private func database<Result>(_ step: () throws(PostgresError) -> Result) throws(SchemaFailure) -> Result {
        do { return try step() } catch { throw SchemaFailure(.database(error), error.description) }
    }
}
