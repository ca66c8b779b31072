import Ingestion
import PostgresStore
import Testing

/// The books that the ingest store itself writes are sound by every check.
@Suite("Books of the ingest store", .needsPostgres)
struct StoreBooksTests {
    private let fixture: IngestFixture

    init() throws {
        fixture = try IngestFixture(partitions: 2)
        // Devices 1 to 3, which the readings name.
        try fixture.sql.run(
            "insert into energy.device (hub_device_id) values ('meter-1'), ('meter-2'), ('meter-3')"
        )
    }

    @Test func everyOutcomeIsAccountedFor() throws {
        try fixture.write(
            fixture.batch(
                straight: [reading(1, 0)],
                staged: [
                    reading(2, 0, quality: "E", partition: 1), reading(2, 900, import: 1100, partition: 1),
                    reading(3, 0),
                    reading(3, 0),
                ],
                deadLetters: [letter(3, partition: 0), letter(2, partition: 1)]
            )
        )
        // Duplicate, replaced, superseded; and a take-over in between.
        try fixture.takeOverAgain()
        try fixture.write(
            fixture.batch(
                straight: [reading(1, 900, import: 1200, previous: 0)],
                staged: [
                    reading(2, 0, import: 1001, partition: 1),
                    reading(2, 900, import: 1111, received: 2000, partition: 1),
                ]
            )
        )
        let sums = try EnergyLedger.sums(fixture.sql)
        #expect(sums == ["5", "1", "1", "1", "2"])
        var checked: [String: Int64] = [:]
        let isSound = try BookVerification(fixture.sql).run { finding in
            #expect(finding.isOk, "\(finding.name): \(finding.contradictions)")
            checked[finding.name] = finding.checked
        }
        #expect(isSound)
        #expect(checked["reading-rows"] == 5)
        #expect(checked["dead-letters"] == 2)
        #expect(checked["history"] == 2)
    }

    private func letter(_ offset: Int64, partition: Int32) -> DeadLetterRow {
        DeadLetterRow(
            partitionIndex: partition,
            offset: offset,
            readingIndex: -1,
            receivedAt: IngestFixture.epoch,
            reason: "bad_json",
            detail: "a number is expected (byte 5)",
            hubDeviceID: "meter-1",
            payload: Array("{\"v\":x}".utf8),
            headers: [.init(name: Array("n".utf8), value: [0xA1, 1, 0x6D])]
        )
    }

    @Test func aLetterThatTheStoreWroteIsReadBack() throws {
        try fixture.write(fixture.batch(deadLetters: [letter(0, partition: 0)]))
        let contents = try DeadLetterQuery(fixture.sql).content(of: try #require(DeadLetterID("telemetry/0/0")))
        #expect(contents.map(\.payload) == [Array("{\"v\":x}".utf8)])
        #expect(contents.first?.headers == [.init(name: Array("n".utf8), value: [0xA1, 1, 0x6D])])
        #expect(contents.first?.letter.hubDeviceID == "meter-1")
    }
}

/// The ledger's sums, as text: accepted, duplicate, replaced, superseded, refused.
private enum EnergyLedger {
    static func sums(_ sql: PostgresConnection) throws -> [String?] {
        let row = try sql.query(
            "select sum(accepted), sum(duplicate), sum(replaced), sum(superseded), sum(refused_records) from energy.ingest_batch"
        )
        return (0..<5).map { row.text(0, $0) }
    }
}
