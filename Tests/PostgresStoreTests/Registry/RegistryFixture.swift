import CommunityRegistry
import EnergySharing
import PostgresStore
import Testing

/// A database with the schema, and a registry store on it.
final class RegistryFixture {
    let database: TestDatabase
    let connection: PostgresConnection
    let store: PostgresRegistryStore

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        _ = try Migrator(connection).migrate()
        store = PostgresRegistryStore(connection, lockTimeout: .milliseconds(200))
    }

    /// 2016-08-01T00:00:00Z.
    static let start: Int64 = 1_470_009_600_000_000
    /// An hour.
    static let hour: Int64 = 3_600_000_000
    /// 2017-06-01T00:10:00Z.
    static let now: Int64 = 1_496_275_800_000_000

    /// A community of homes with one meter each, from ``start`` on.
    static func document(homes: Int = 3, key: SharingKey = .static, share: Int = 100_000) -> RegistryDocument {
        RegistryDocument(communities: [
            RegistryCommunity(
                code: "sierra-crest",
                name: "Sierra Crest",
                timeZone: "America/Los_Angeles",
                rules: [RegistryRule(intervalMinutes: 60, sharing: SharingRule(key: key))],
                members: (1...homes).map { home in
                    RegistryMember(
                        code: "home-0\(home)",
                        name: "Home 0\(home)",
                        devices: [
                            RegistryDevice(
                                hubDeviceID: "meter-\(home)",
                                connectionWatts: 17_250,
                                participations: [
                                    RegistryParticipation(community: "sierra-crest", from: start, sharePPM: share)
                                ]
                            )
                        ]
                    )
                }
            )
        ])
    }

    @discardableResult
    func apply(_ document: RegistryDocument, prune: Bool = false) throws -> RegistryPlan {
        try store.apply(document, prune: prune, now: Self.now)
    }

    /// Pretends that the community was settled until an instant, with one interval before it.
    func pretendSettled(until: Int64) throws {
        _ = try connection.query(
            """
            with s as (update energy.community_settlement set settled_until = $1, next_due_at = $1 returning community_id)
            insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state)
            select community_id, $1 - interval '1 hour', $1, $1, 1, 1, 'provisional' from s
            """,
            [.timestamp(until)]
        )
    }

    /// Pretends that every hour of a span was settled, of every community, provisionally.
    func pretendSettled(from: Int64, until: Int64) throws {
        _ = try connection.query(
            """
            with s as (update energy.community_settlement set settled_until = $2, next_due_at = $2 returning community_id)
            insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state)
            select community_id, t, t + interval '1 hour', $2, 1, 1, 'provisional'
            from s, generate_series($1::timestamptz, $2::timestamptz - interval '1 hour', '1 hour') t
            """,
            [.timestamp(from), .timestamp(until)]
        )
    }

    /// The spans that are due again, as `from until cause`, in hours since ``start``.
    func dueSpans() throws -> [String] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("from_at")), \(PostgresTimestamp.sql("until_at")), cause
            from energy.due_span order by from_at, until_at
            """
        )
        return (0..<rows.rowCount).map { row in
            let bounds = [0, 1].map { column -> String in
                switch rows.int64(row, column) {
                case Int64.min: "-inf"
                case Int64.max: "inf"
                case let value: "\(((value ?? 0) - Self.start) / Self.hour)"
                }
            }
            return "\(bounds[0]) \(bounds[1]) \(rows.text(row, 2) ?? "")"
        }
    }

    /// The registry's version.
    func version() throws -> Int64? { try connection.query("select registry_version from energy.control").int64(0, 0) }
}
