import Ingestion
import PostgresStore
import Testing

/// A reading that somebody set aside is no neighbour: neither for what a new one touches, nor for what workers know of a device.
@Suite(.needsPostgres) struct SetAsideNeighbourTests {
    private let fixture: IngestFixture

    init() throws {
        fixture = try IngestFixture()
        try fixture.sql.run(
            """
            insert into energy.device (hub_device_id) values ('meter');
            update energy.control set horizon = \(PostgresTimestamp.literal(IngestFixture.epoch + 10_000 * 1_000_000))
            """
        )
    }

    private func row(_ second: Int64) -> ReadingRow {
        let time = IngestFixture.epoch + second * 1_000_000
        return ReadingRow(
            deviceID: 1,
            measuredAt: time,
            importWh: second,
            exportWh: second,
            quality: 0x4D,
            flags: 0,
            receivedAt: time,
            previousAt: .min,
            partitionIndex: 0
        )
    }

    private func setAside(_ second: Int64) throws {
        _ = try fixture.sql.query(
            "insert into energy.reading_decision (device_id, measured_at, decision, reason) values (1, $1, 'set-aside', '')",
            [.timestamp(IngestFixture.epoch + second * 1_000_000)]
        )
    }

    @Test func `marks reach to the third reading that counts`() throws {
        try fixture.write(fixture.batch(staged: (1...12).map { row($0 * 100) }))
        try fixture.sql.run("delete from energy.due_mark")
        for second in [500, 600, 800] { try setAside(Int64(second)) }
        try fixture.write(fixture.batch(staged: [row(650)]))
        #expect(try fixture.marks() == ["1: 200..1000"])
    }

    @Test func `the newest reading that is known is the newest that counts`() throws {
        try fixture.write(fixture.batch(staged: [row(100), row(200), row(300)]))
        try setAside(300)
        var batch = fixture.batch(staged: [row(50)])
        batch.unknownDevices = [1]
        let newest = try fixture.write(batch).newestReadings[1]
        #expect(newest?.last.importWh == 200 && newest?.previous?.importWh == 100)
    }
}
