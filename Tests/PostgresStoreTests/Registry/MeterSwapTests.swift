import CommunityRegistry
import EnergySharing
import Ingestion
import MeterReadings
import PostgresStore
import Testing

@Suite(.needsPostgres) struct MeterSwapTests {
    let fixture: RegistryFixture
    private let start = RegistryFixture.start
    private let hour = RegistryFixture.hour

    init() throws { fixture = try RegistryFixture() }

    /// Hourly readings of a meter, from the start on.
    private func addReadings(_ meter: String, hours: Range<Int>, quality: String = "M") throws {
        try fixture.connection.run("select energy.ensure_partition('reading', '2016-08-01', 'month')")
        _ = try fixture.connection.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select device_id, t, t, 1, 1, $4::"char" from energy.device,
                   generate_series($2::timestamptz, $3::timestamptz, '1 hour') t
            where hub_device_id = $1
            """,
            [
                .text(meter), .timestamp(start + Int64(hours.lowerBound) * hour),
                .timestamp(start + Int64(hours.upperBound - 1) * hour), .text(quality),
            ]
        )
    }

    private func swap(at hours: Double, _ exchange: RegistryMeterSwap.Exchange? = nil) -> RegistryMeterSwap {
        RegistryMeterSwap(at: start + Int64(hours * Double(hour)), imported: exchange)
    }

    /// The registry with these swaps of the first meter.
    private func document(_ swaps: [RegistryMeterSwap]) -> RegistryDocument {
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0].meterSwaps = swaps
        return document
    }

    @Test func `a swap makes what lies between the third readings around it due, and nothing else`() throws {
        try fixture.apply(document([]))
        try addReadings("meter-1", hours: 0..<20)
        try fixture.pretendSettled(until: start + 18 * hour)
        let wanted = document([swap(at: 9.5, .init(finalWh: 100, startWh: 5))])
        let planned = try fixture.store.plan(wanted, prune: false, now: RegistryFixture.now)
        let plan = try fixture.apply(wanted)
        #expect(try fixture.dueSpans() == ["7 12 registry"])
        #expect(planned.changes == plan.changes && planned.touched == plan.touched && planned.dueAgain == plan.dueAgain)
        #expect(try fixture.apply(wanted).changes.isEmpty)
        #expect(try fixture.dueSpans().count == 1, "again, it changes nothing")
        let epochs = try fixture.connection.query(
            "select import_offset, export_offset, import_continues, export_continues from energy.meter_epoch"
        )
        #expect(
            epochs.int64(0, 0) == 95 && epochs.isNull(0, 1) && epochs.bool(0, 2) == true && epochs.bool(0, 3) == false
        )
    }

    @Test
    func `a reading at the very instant is the new meter's, and what is set aside or of no worth is no neighbour`()
        throws
    {
        try fixture.apply(document([]))
        try addReadings("meter-1", hours: 0..<8)
        try addReadings("meter-1", hours: 8..<9, quality: "F")
        try addReadings("meter-1", hours: 9..<20)
        try fixture.connection.run(
            """
            insert into energy.reading_decision (device_id, measured_at, decision, reason)
            select device_id, '2016-08-01 11:00+00', 'set-aside', '' from energy.device where hub_device_id = 'meter-1'
            """
        )
        try fixture.pretendSettled(until: start + 18 * hour)
        try fixture.apply(document([swap(at: 10)]))
        #expect(try fixture.dueSpans() == ["6 13 registry"])
    }

    @Test func `a swap after the last readings is due without end, and one taken back is due again`() throws {
        try fixture.apply(document([swap(at: 9)]))
        try addReadings("meter-1", hours: 0..<11)
        try fixture.pretendSettled(until: start + 11 * hour)
        let plan = try fixture.apply(document([]), prune: true)
        #expect(plan.changes.map(\.verb) == [.remove] && plan.dueAgain.map(\.intervals) == [1])
        #expect(try fixture.dueSpans() == ["6 inf registry"])
        #expect(try fixture.connection.query("select from energy.meter_swap").rowCount == 0)
    }

    @Test func `a swap of a meter that takes part in nothing, or has settled nothing, makes nothing due`() throws {
        var wanted = document([])
        wanted.communities[0].members[0].devices[0].participations = []
        try fixture.apply(wanted)
        try addReadings("meter-1", hours: 0..<11)
        try addReadings("meter-2", hours: 0..<11)
        wanted.communities[0].members[0].devices[0].meterSwaps = [swap(at: 5)]
        wanted.communities[0].members[1].devices[0].meterSwaps = [swap(at: 5)]
        #expect(try fixture.apply(wanted).dueAgain.isEmpty)
        #expect(try fixture.dueSpans() == [])
        #expect(try fixture.connection.query("select from energy.meter_swap").rowCount == 2)
    }

    @Test func `a swap that was decided on an anomaly stays bound to it, whatever the file says`() throws {
        try fixture.apply(document([]))
        try addReadings("meter-1", hours: 0..<11)
        try fixture.connection.run(
            """
            with a as (
                insert into energy.anomaly (device_id, kind, from_at, to_at, detail)
                select device_id, 'break', '2016-08-01 04:00+00', '2016-08-01 05:00+00', '' from energy.device
                where hub_device_id = 'meter-1' returning *)
            insert into energy.meter_swap (device_id, swapped_at, anomaly_id, import_final_wh, import_start_wh)
            select device_id, to_at, anomaly_id, 7, 3 from a
            """
        )
        let kept = try fixture.apply(document([swap(at: 8)]), prune: true)
        #expect(kept.changes.count == 1 && kept.notNamed.count == 1)
        let exported = try fixture.store.export()
        #expect(
            exported.document.communities[0].members[0].devices[0].meterSwaps.map(\.at) == [
                start + 5 * hour, start + 8 * hour,
            ]
        )
        #expect(try fixture.apply(exported.document).changes.isEmpty)
        let changed = try fixture.apply(document([swap(at: 5, .init(finalWh: 8, startWh: 3)), swap(at: 8)]))
        #expect(changed.changes.map(\.verb) == [.change])
        let rows = try fixture.connection.query(
            "select anomaly_id, import_final_wh from energy.meter_swap order by swapped_at"
        )
        #expect(!rows.isNull(0, 0) && rows.int64(0, 1) == 8 && rows.isNull(1, 0))
    }

    @Test func `this machine and PostgreSQL agree on the zone of a device`() throws {
        var wanted = document([])
        wanted.communities[0].members[0].devices[0].timeZone = "Europe/Vienna"
        #expect(try fixture.apply(wanted).warnings == [])
        let directory = PostgresIngestStore(IngestStoreSettings(conninfo: fixture.database.url))
        defer { directory.close() }
        let devices = try directory.loadDirectory().devices
        #expect(devices.map(\.profile.zone) == [LocalZoneTable.zone(named: "Europe/Vienna"), nil, nil])
    }
}
