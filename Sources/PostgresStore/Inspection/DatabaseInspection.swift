/// What a role finds in a database: enough to say before the start whether a worker could do its work.
public struct DatabaseInspection: Sendable, Equatable {
    /// The oldest major version of PostgreSQL that Wattsource supports.
    public static let oldestSupportedMajor: Int32 = 15

    /// The server's version as it calls itself: `15.8 (Debian 15.8-0+deb12u1)`.
    public var versionName: String
    /// The server's major version.
    public var major: Int32
    /// The role that the connection has.
    public var role: String
    /// The database's name.
    public var database: String
    /// Whether the connection is encrypted.
    public var isEncrypted: Bool
    /// Whether nothing can be written: a standby, or `default_transaction_read_only`.
    public var isReadOnly: Bool
    /// Whether a crash of the server may lose or break what is committed: `fsync` or `full_page_writes` is off.
    public var mayLoseCommits: Bool
    /// What the role would need and does not have, as `update on reading`; empty if the schema is not there.
    public var missingPrivileges: [String]

    /// Makes an inspection's result.
    public init(
        versionName: String,
        major: Int32,
        role: String,
        database: String,
        isEncrypted: Bool,
        isReadOnly: Bool,
        mayLoseCommits: Bool,
        missingPrivileges: [String]
    ) {
        self.versionName = versionName
        self.major = major
        self.role = role
        self.database = database
        self.isEncrypted = isEncrypted
        self.isReadOnly = isReadOnly
        self.mayLoseCommits = mayLoseCommits
        self.missingPrivileges = missingPrivileges
    }

    /// Looks; changes nothing.
    public static func inspect(_ connection: PostgresConnection) throws(PostgresError) -> DatabaseInspection {
        let facts = try connection.query(
            """
            select current_setting('server_version'), current_user, current_database(),
                   coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false),
                   pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean,
                   not (current_setting('fsync')::boolean and current_setting('full_page_writes')::boolean),
                   to_regnamespace('energy') is not null
            """
        )
        return DatabaseInspection(
            versionName: facts.text(0, 0) ?? "",
            major: connection.serverVersion / 10_000,
            role: facts.text(0, 1) ?? "",
            database: facts.text(0, 2) ?? "",
            isEncrypted: facts.bool(0, 3) ?? false,
            isReadOnly: facts.bool(0, 4) ?? false,
            mayLoseCommits: facts.bool(0, 5) ?? false,
            missingPrivileges: facts.bool(0, 6) == true ? try missingPrivileges(connection) : []
        )
    }

    private static func missingPrivileges(
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [String] {
        let pairs = needed.flatMap { table, privileges in privileges.map { (table, $0) } }
        // A table that is not there has no OID, and null is no missing privilege: that the schema is old is said elsewhere.
        let result = try connection.query(
            """
            select format('%s on %s', n.privilege, n.relation)
            from unnest($1::text[], $2::text[]) with ordinality n (relation, privilege, place)
            where has_schema_privilege('energy', 'usage')
              and not has_table_privilege(to_regclass('energy.' || n.relation), n.privilege)
            union all select 'usage on schema energy' where not has_schema_privilege('energy', 'usage')
            union all select 'temporary on database ' || current_database()
                where not has_database_privilege(current_database(), 'temporary')
            union all select 'execute on function ' || p.proname from pg_proc p
                where p.pronamespace = to_regnamespace('energy') and p.proname = 'ensure_partition'
                  and not has_function_privilege(p.oid, 'execute')
            """,
            [.textArray(pairs.map(\.0)), .textArray(pairs.map(\.1))]
        )
        return (0..<result.rowCount).compactMap { result.text($0, 0) }
    }

    /// What the two loops do with each table; `for share` and `for update` need the privilege to update.
    private static let needed: [(table: String, privileges: [String])] = [
        ("control", ["select", "update"]),
        ("community", ["select"]),
        ("community_rule", ["select"]),
        ("member", ["select"]),
        ("device", ["select"]),
        ("participation", ["select"]),
        ("reading", ["select", "insert", "update"]),
        ("interval_reading", ["select", "insert", "update"]),
        ("reading_discard", ["select"]),
        ("reading_history", ["select", "insert", "delete"]),
        ("reading_event", ["select", "insert", "update"]),
        ("reading_decision", ["select"]),
        ("meter_swap", ["select"]),
        ("meter_epoch", ["select"]),
        ("dead_letter", ["select", "insert", "update"]),
        ("dead_letter_tally", ["select", "insert", "update"]),
        ("stream_position", ["select", "insert", "update"]),
        ("ingest_batch", ["select", "insert", "update", "delete"]),
        ("stream_gap", ["select"]),
        ("due_mark", ["select", "insert", "delete"]),
        ("due_span", ["select", "insert", "delete"]),
        ("community_settlement", ["select", "insert", "update"]),
        ("attribution", ["select", "insert", "update", "delete"]),
        ("interval_status", ["select", "insert", "update", "delete"]),
        ("anomaly", ["select", "insert", "update", "delete"]),
        ("sealed", ["select", "insert", "update"]),
        ("plausibility_due", ["select", "insert", "update", "delete"]),
    ]
}
