import CommunityRegistry
import EnergySharing
import Ingestion
import PostgresStore
import Settlement
import Testing

/// From the break that an exchange leaves to the energy that runs on across it, through ingest, settlement and the books.
@Suite(.needsPostgres) struct ExchangeSettlementTests {
    private static let start = IngestFixture.epoch
    private static let hour: Int64 = 3_600_000_000
    private let fixture: IngestFixture
    private let loop: SettlementLoop<PostgresSettlementStore>

    init() throws {
        fixture = try IngestFixture()
        loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: fixture.database.url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
        let rule = RegistryRule(intervalMinutes: 60, sharing: SharingRule(), grace: 0, finality: .after(Self.hour))
        let device = RegistryDevice(
            hubDeviceID: "meter",
            participations: [RegistryParticipation(community: "c", from: Self.start)]
        )
        let member = RegistryMember(code: "m", name: "M", devices: [device])
        let document = RegistryDocument(communities: [
            RegistryCommunity(code: "c", name: "C", timeZone: "UTC", rules: [rule], members: [member])
        ])
        _ = try PostgresRegistryStore(fixture.sql).apply(document, prune: false, now: 0)
    }

    /// Writes hourly readings, all staged; import and export are the same.
    private func write(_ registers: [Int64], fromHour first: Int64) throws {
        let device = try #require(try fixture.sql.query("select device_id from energy.device").int32(0, 0))
        let rows = registers.enumerated().map { place, register in
            let time = Self.start + (first + Int64(place)) * Self.hour
            return ReadingRow(
                deviceID: device,
                measuredAt: time,
                importWh: register,
                exportWh: register,
                quality: 0x4D,
                flags: 0,
                receivedAt: time,
                previousAt: .min,
                partitionIndex: 0
            )
        }
        var batch = fixture.batch(staged: rows)
        batch.registryVersion = try fixture.number("select registry_version from energy.control") ?? 0
        try fixture.write(batch)
    }

    /// The hours' import, and how their intervals stand.
    private func intervals() throws -> [String] {
        let rows = try fixture.sql.query(
            """
            select concat_ws(' ', extract(hour from a.interval_start), a.import_wh, a.export_wh, s.state, s.revision, s.cause)
            from energy.current_attribution a join energy.interval_status s using (community_id, interval_start)
            order by a.interval_start
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    private func anomaly() throws -> AnomalyRecord {
        let found = try AnomalyQuery(fixture.sql).list(AnomalyFilter(), limit: 9).anomalies
        try #require(found.count == 1)
        return found[0]
    }

    private func proveTheBooks() throws {
        let isSound = try BookVerification(fixture.sql).run { #expect($0.isOk, "\($0.name): \($0.contradictions)") }
        #expect(isSound)
    }

    @Test func `a break becomes an anomaly, and a meter swap lets its energy count`() throws {
        try write([100_000, 100_100, 100_200, 100_300], fromHour: 0)
        try write([40, 140, 240, 340, 440, 540], fromHour: 4)
        _ = try loop.settleDue()
        #expect(try intervals()[3] == "3 0 0 final 0")
        let broken = try anomaly()
        #expect(broken.kind == "reset" && broken.fromAt == Self.start + 3 * Self.hour)
        try proveTheBooks()

        // (final − before) + (after − start): 30 + 35 of import; of export nothing is known.
        let decision = AnomalyDecision.meterSwap(
            at: Self.start + 3 * Self.hour + 1,
            imported: .init(finalWh: 100_330, startWh: 5),
            exported: nil
        )
        let report = try AnomalyDecisions(fixture.sql).resolve(broken.id, as: decision, by: "Huber", note: "protocol 7")
        let effect = try #require(report.effect)
        #expect(effect.importAfter - effect.importBefore == 65 && effect.exportAfter == effect.exportBefore)
        _ = try loop.settleDue()
        #expect(
            try intervals() == [
                "0 100 100 final 0", "1 100 100 final 0", "2 100 100 final 0", "3 65 0 corrected 1 decision",
                "4 100 100 final 0",
                "5 100 100 final 0", "6 100 100 final 0", "7 100 100 final 0", "8 100 100 provisional 0",
            ]
        )
        #expect(try AnomalyQuery(fixture.sql).list(AnomalyFilter(), limit: 9).count == 0)
        try proveTheBooks()

        _ = try AnomalyDecisions(fixture.sql).reopen(broken.id)
        _ = try loop.settleDue()
        #expect(try intervals()[3] == "3 0 0 corrected 2 decision")
        #expect(try anomaly().id == broken.id)
        try proveTheBooks()
    }

    @Test func `a reading that is set aside leaves a gap that is bridged, and one accepted counts`() throws {
        try write([100_000, 100_100, 100_200, 5_000_000, 5_000_100, 100_500, 100_600, 100_700], fromHour: 0)
        _ = try loop.settleDue()
        let found = try AnomalyQuery(fixture.sql).list(AnomalyFilter(), limit: 9).anomalies
        #expect(found.map(\.kind) == ["break", "break"])
        for anomaly in found {
            let choice: AnomalyDecision = .setAside(anomaly.fromAt == Self.start + 2 * Self.hour ? .after : .before)
            _ = try AnomalyDecisions(fixture.sql).resolve(anomaly.id, as: choice, by: "Huber", note: "tested")
        }
        _ = try loop.settleDue()
        #expect(
            try intervals().map { $0.split(separator: " ")[1] } == ["100", "100", "100", "100", "100", "100", "100"]
        )
        try proveTheBooks()
        for anomaly in found { _ = try AnomalyDecisions(fixture.sql).reopen(anomaly.id) }
        let rise = try #require(found.last)
        _ = try AnomalyDecisions(fixture.sql).resolve(rise.id, as: .accept, by: "Huber", note: "it was so")
        _ = try loop.settleDue()
        #expect(try intervals()[2].hasPrefix("2 4899800 4899800 "))
        try proveTheBooks()
    }
}
