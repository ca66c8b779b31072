import CommunityRegistry
import EnergySharing
import MeterReadings
import PostgresStore
import Settlement
import Testing

@testable import Ingestion

/// What people decide counts as if it had always been known: whenever they do, in whatever order with the readings and with settlement,
/// and however often they change their mind, the final tables are those of settling everything once.
@Suite(.needsPostgres) struct DecisionOrderTests {
    private static let start = IngestFixture.epoch
    private static let minute: Int64 = 60_000_000
    private static let meters = 2
    private static let hours = 30

    @Test(arguments: 0..<12)
    func `decisions at any time end like settling once`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let fixture = try IngestFixture()
        let intake = try Intake(fixture)
        let loop = Self.loop(fixture.database)
        var rest = Self.stream(&random)[...]
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...8, using: &random))
            rest = rest.dropFirst(batch.count)
            try intake.take(Array(batch))
            if Int.random(in: 0..<3, using: &random) == 0 { _ = try loop.settleDue() }
            if Int.random(in: 0..<3, using: &random) == 0 { try intake.decide(&random) }
        }
        for _ in 0..<5 { try intake.decide(&random) }
        try loop.settleThroughLastReading()
        let found = try Self.result(fixture.sql)

        // Settled for the first time, from the same readings, registry and decisions.
        try fixture.sql.run(
            """
            delete from energy.attribution; delete from energy.interval_status; delete from energy.due_span; delete from energy.due_mark;
            delete from energy.anomaly where resolution is null;
            update energy.community_settlement set settled_until = null, next_due_at = '-infinity'
            """
        )
        try Self.loop(fixture.database).settleThroughLastReading()
        let expected = try Self.result(fixture.sql)
        let (extra, missing) = (Set(found).subtracting(expected).sorted(), Set(expected).subtracting(found).sorted())
        #expect(extra.isEmpty && missing.isEmpty, "extra \(extra.prefix(5)), missing \(missing.prefix(5))")
        #expect(expected.count > Self.hours && intake.decided > 0, "the test must not compare nothing with nothing")
    }

    /// The rows that count, the intervals' counts and the open anomalies, as texts.
    ///
    /// Without what lies at the community's very beginning and says nothing: intervals that were settled there before the first reading
    /// was set aside, of which no meter is expected any more; and anomalies before the first interval with a meter.
    private static func result(_ sql: PostgresConnection) throws -> [String] {
        let rows = try sql.query(
            """
            select concat_ws(' ', interval_start, hub_device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh,
                             quality) as line
            from energy.current_attribution
            union all
            select concat_ws(' ', interval_start, interval_end, expected, received) from energy.interval_status where expected > 0
            union all
            select concat_ws(' ', d.hub_device_id, a.kind, a.from_at, a.to_at, a.detail)
            from energy.anomaly a join energy.device d using (device_id)
            where a.resolution is null and a.to_at >= (select min(interval_start) from energy.interval_status where expected > 0)
            order by line
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    private static func loop(_ database: TestDatabase) -> SettlementLoop<PostgresSettlementStore> {
        var settings = SettlementSettings()
        settings.chunkMeterIntervals = 40
        return SettlementLoop(
            store: PostgresSettlementStore(conninfo: database.url, partitionWidth: .month),
            settings: settings
        ) { _ in }
    }

    // MARK: The data

    private static func document(_ swaps: [Int: [RegistryMeterSwap]] = [:]) -> RegistryDocument {
        RegistryDocument(communities: [
            RegistryCommunity(
                code: "c",
                name: "C",
                timeZone: "UTC",
                rules: [
                    RegistryRule(intervalMinutes: 30, sharing: SharingRule(key: .proportional), grace: 60 * minute)
                ],
                members: [
                    RegistryMember(
                        code: "m",
                        name: "M",
                        devices: (0..<meters).map { meter in
                            RegistryDevice(
                                hubDeviceID: "meter-\(meter)",
                                connectionWatts: 17_250,
                                meterSwaps: swaps[meter] ?? [],
                                participations: [RegistryParticipation(community: "c", from: start + 120 * minute)]
                            )
                        }
                    )
                ]
            )
        ])
    }

    /// Readings of all meters in the order in which the hub got them: mostly in order of time, some late, many odd.
    private static func stream(_ random: inout SeededGenerator) -> [(meter: Int, row: ReadingRow)] {
        var arrivals: [(meter: Int, row: ReadingRow)] = []
        for meter in 0..<meters {
            var time = start + Int64.random(in: 0..<300, using: &random) * minute
            var (importWh, exportWh): (Int64, Int64) = (1_000_000, 500_000)
            while time < start + Int64(hours) * 60 * minute {
                let step = Int64([15, 30, 30, 45, 100].randomElement(using: &random) ?? 30)
                time += step * minute
                importWh += Int64.random(in: 0...step * 100, using: &random)
                exportWh += Int64.random(in: 0...step * 60, using: &random)
                var read = importWh
                switch Int.random(in: 0..<30, using: &random) {
                case 0...2: read += 900_000  // a wrong reading
                case 3: importWh = 10  // another meter from here on
                case 4: importWh += 300_000  // more than the connection carries
                default: break
                }
                let delay = Int64.random(
                    in: 0..<(Int.random(in: 0..<5, using: &random) == 0 ? 20 * 60 : 3),
                    using: &random
                )
                let row = ReadingRow(
                    deviceID: 0,
                    measuredAt: time,
                    importWh: read,
                    exportWh: exportWh,
                    quality: 0x4D,
                    flags: 0,
                    receivedAt: time + delay * minute,
                    previousAt: .min,
                    partitionIndex: 0
                )
                arrivals.append((meter, row))
            }
        }
        return arrivals.sorted { $0.row.receivedAt < $1.row.receivedAt }
    }

    // MARK: Intake and decisions

    /// What the ingest loop does, with its own window, and a person who decides now and then.
    private final class Intake {
        private let fixture: IngestFixture
        private let registry: PostgresRegistryStore
        private let limits = ConnectionLimits(connectionWatts: 17_250)
        private var window = RecentWindow(deviceCount: DecisionOrderTests.meters)
        private var number: UInt32 = 0
        private var version: Int64 = 0
        private var devices: [Int32] = []
        private var swaps: [Int: [RegistryMeterSwap]] = [:]
        private(set) var decided = 0

        init(_ fixture: IngestFixture) throws {
            self.fixture = fixture
            registry = PostgresRegistryStore(fixture.sql)
            try apply()
        }

        private func apply() throws {
            _ = try registry.apply(DecisionOrderTests.document(swaps), prune: true, now: 0)
            let rows = try fixture.sql.query("select device_id from energy.device order by hub_device_id")
            devices = (0..<rows.rowCount).compactMap { rows.int32($0, 0) }
            try readRegistryAnew()
        }

        /// What workers do when the registry's version has changed.
        private func readRegistryAnew() throws {
            version = try fixture.number("select registry_version from energy.control") ?? 0
            window.forgetAll()
        }

        /// Writes one batch.
        func take(_ arrivals: [(meter: Int, row: ReadingRow)]) throws {
            number += 1
            var straight: [ReadingRow] = []
            var staged: [ReadingRow] = []
            var unknown: Set<Int32> = []
            for arrival in arrivals {
                var row = arrival.row
                row.deviceID = devices[arrival.meter]
                switch window.judge(row, ofDevice: arrival.meter, limits: limits, takesPart: true, batch: number) {
                case .duplicate: break
                case .straight(let previousAt):
                    row.previousAt = previousAt
                    straight.append(row)
                case .staged:
                    staged.append(row)
                    if !window.isKnown(arrival.meter) { unknown.insert(row.deviceID) }
                }
            }
            var batch = fixture.batch(straight: straight, staged: staged)
            batch.registryVersion = version
            batch.unknownDevices = unknown
            let receipt = try fixture.write(batch)
            for (index, device) in devices.enumerated() {
                guard unknown.contains(device), let newest = receipt.newestReadings[device] else { continue }
                window.learn(newest, ofDevice: index, limits: limits, batch: number)
            }
        }

        /// Resolves or reopens an anomaly, or changes a meter swap of the registry.
        func decide(_ random: inout SeededGenerator) throws {
            switch Int.random(in: 0..<6, using: &random) {
            case 0:
                let meter = Int.random(in: 0..<DecisionOrderTests.meters, using: &random)
                let at =
                    DecisionOrderTests.start + Int64.random(in: 0..<30 * 60, using: &random) * DecisionOrderTests.minute
                let known = RegistryMeterSwap.Exchange(
                    finalWh: 1_000_000,
                    startWh: .random(in: 0...1_100_000, using: &random)
                )
                swaps[meter] =
                    Bool.random(using: &random) ? [] : [RegistryMeterSwap(at: at, imported: known, exported: nil)]
                try apply()
            case 1:
                guard let anomaly = try anomaly("resolution is not null", &random) else { return }
                _ = try AnomalyDecisions(fixture.sql).reopen(anomaly)
            default:
                guard let anomaly = try anomaly("resolution is null", &random) else { return }
                let choices: [AnomalyDecision] = [
                    .accept, .setAside(.before), .setAside(.after),
                    .meterSwap(at: nil, imported: .init(finalWh: 9_000_000, startWh: 0), exported: nil),
                    .meterSwap(at: nil, imported: nil, exported: nil),
                ]
                do {
                    _ = try AnomalyDecisions(fixture.sql)
                        .resolve(anomaly, as: choices.randomElement(using: &random) ?? .accept, by: "b", note: "n")
                } catch is QueryFailure {
                    return  // It makes no sense there.
                }
            }
            decided += 1
            try readRegistryAnew()
        }

        private func anomaly(_ condition: String, _ random: inout SeededGenerator) throws -> Int64? {
            let rows = try fixture.sql.query(
                "select anomaly_id from energy.anomaly where \(condition) order by device_id, from_at, kind"
            )
            return (0..<rows.rowCount).compactMap { rows.int64($0, 0) }.randomElement(using: &random)
        }
    }
}
