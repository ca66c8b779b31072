import EnergySharing
import PostgresStore
import Settlement
import Testing

/// Meters that take part in several communities, in the settlement store.
@Suite(.needsPostgres) struct SettlementPartsTests {
    private let fixture: SettlementFixture
    private let device: Int32
    private let other: Int32

    init() throws {
        fixture = try SettlementFixture()
        device = try fixture.device(1)
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('other', 'Other', 'UTC');
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
            select community_id, tstzrange(null, null), 60, 'proportional', '2 h', '35 d' from energy.community where code = 'other';
            insert into energy.community_settlement (community_id) select community_id from energy.community where code = 'other';
            update energy.participation set participation_ppm = 600000 where device_id = \(device);
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
            select \(device), community_id, tstzrange(\(Self.literal(2)), \(Self.literal(4))), 250000 from energy.community where code = 'other'
            """
        )
        let numbers = try fixture.sql.query("select community_id from energy.community where code = 'other'")
        other = try #require(numbers.int32(0, 0))
    }

    private static func literal(_ hours: Int64) -> String {
        "to_timestamp(\(SettlementFixture.start / 1_000_000 + hours * 3_600))"
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    /// `device hour revision import unshared-import unshared-export` of a community's rows.
    private func rows(_ community: String) throws -> [String] {
        try fixture.texts(
            """
            select concat_ws(' ', d.hub_device_id, (extract(epoch from a.interval_start) - 1470009600)::bigint / 3600, a.revision,
                             a.import_wh, coalesce(a.unshared_import_wh::text, '-'), coalesce(a.unshared_export_wh::text, '-'))
            from energy.attribution a join energy.device d using (device_id) join energy.community c using (community_id)
            where c.code = '\(community)' order by a.interval_start, d.hub_device_id, a.revision
            """
        )
    }

    private func settle(_ community: String) throws {
        let store = PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month)
        let loop = SettlementLoop(store: store, settings: SettlementSettings()) { _ in }
        try loop.settleAgain(community: community, from: .min, until: .max)
    }

    @Test func `terms hold factors, and the parts in other communities`() throws {
        let terms = try #require(try fixture.store.claim(dueBy: .max, community: "sierra-crest")).terms
        #expect(terms.participations.first { $0.deviceID == device }?.participationPPM == 600_000)
        #expect(
            terms.elsewhere == [
                PartElsewhere(
                    deviceID: device,
                    communityID: other,
                    from: at(2),
                    until: at(4),
                    participationPPM: 250_000
                )
            ]
        )
    }

    @Test func `the first community tells what takes part in none, and again when a factor changes`() throws {
        // 1,000 Wh an hour of import, 3 of export.
        try fixture.sql.run(
            """
            select energy.ensure_partition('reading', date '2016-08-01', 'month');
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select \(device), t, t, 1003 * n, 3 * n, 'M'
            from generate_series(0, 5) n cross join lateral (select to_timestamp(1470009600 + n * 3600) as t) x
            """
        )
        let store = PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month)
        try SettlementLoop(store: store, settings: SettlementSettings()) { _ in }.settleThroughLastReading()
        #expect(
            try rows("sierra-crest") == [
                "meter-1 0 0 601 402 2", "meter-1 1 0 601 402 2", "meter-1 2 0 601 152 2", "meter-1 3 0 601 152 2",
                "meter-1 4 0 601 402 2",
            ]
        )
        #expect(try rows("other") == ["meter-1 2 0 250 - -", "meter-1 3 0 250 - -"])

        // The rest alone changes where it is told; a final interval gets a revision, the others change in place.
        try fixture.sql.run(
            """
            update energy.interval_status set state = 'final' where interval_start = \(Self.literal(2));
            update energy.participation set participation_ppm = 400000 where community_id = \(other)
            """
        )
        try settle("sierra-crest")
        try settle("other")
        #expect(
            try rows("sierra-crest") == [
                "meter-1 0 0 601 402 2", "meter-1 1 0 601 402 2", "meter-1 2 0 601 152 2", "meter-1 2 1 601 1 1",
                "meter-1 3 0 601 1 1", "meter-1 4 0 601 402 2",
            ]
        )
        #expect(try rows("other") == ["meter-1 2 0 250 - -", "meter-1 2 1 401 - -", "meter-1 3 0 401 - -"])
        // Settled again without a change, nothing is written.
        let before = try fixture.texts("select sum(revision) from energy.interval_status")
        try settle("sierra-crest")
        #expect(try fixture.texts("select sum(revision) from energy.interval_status") == before)
    }

    @Test func `what decides an interval can be looked at, and changes nothing`() throws {
        try fixture.addReadings(device, at: [0, 1, 2, 3])
        let numbers = try fixture.sql.query("select community_id from energy.community where code = 'sierra-crest'")
        let community = try #require(numbers.int32(0, 0))
        let inputs = try #require(try fixture.store.inputs(ofCommunity: community, at: at(2)))
        #expect(inputs.expected == 1 && inputs.received == 1)
        #expect(inputs.meters.map(\.deviceID) == (try (1...3).map { try fixture.device($0) }))
        #expect(inputs.meters[0].whole?.importWh == 4 && inputs.members[0].needWh == 2)
        #expect(inputs.meters[0].unsharedImportWh == 1)
        #expect(inputs.rule.sharing.key == .static)
        #expect(try fixture.store.inputs(ofCommunity: community, at: at(2.5)) == nil)
        _ = try #require(try fixture.store.claim(dueBy: .max, community: "sierra-crest"))
        #expect(throws: SettlementFailure.self) { try fixture.store.inputs(ofCommunity: community, at: at(2)) }
    }

    @Test func `what is odd while a meter takes part in another community stays when this one is settled`() throws {
        try fixture.sql.run(
            """
            update energy.participation set valid_during = tstzrange(\(Self.literal(3)), null), participation_ppm = 1000000
            where device_id = \(device) and community_id <> \(other);
            update energy.participation set valid_during = tstzrange(\(Self.literal(0)), \(Self.literal(3))), participation_ppm = 1000000
            where community_id = \(other);
            select energy.ensure_partition('reading', date '2016-08-01', 'month');
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select \(device), t, t, case when n < 2 then 5000 else 0 end, 0, 'M'
            from generate_series(0, 6) n cross join lateral (select to_timestamp(1470009600 + n * 3600) as t) x;
            insert into energy.due_span select community_id, '-infinity', 'infinity', 'requested' from energy.community
            """
        )
        try fixture.addReadings(try fixture.device(2), at: [0, 1, 2, 3, 4, 5, 6])
        let store = PostgresSettlementStore(conninfo: fixture.registry.database.url, partitionWidth: .month)
        try SettlementLoop(store: store, settings: SettlementSettings()) { _ in }.settleThroughLastReading()
        let found = { try fixture.texts("select kind from energy.anomaly where device_id = \(device)") }
        #expect(try found() == ["reset"])
        try settle("sierra-crest")
        #expect(try found() == ["reset"])
        try settle("other")
        #expect(try found() == ["reset"])
    }
}
