import Ingestion
import PostgresStore
import Testing

@Suite("Dead letter limit", .needsPostgres)
struct DeadLetterLimitTests {
    private func fixture(rows: Int64? = nil, bytes: Int64? = nil) throws -> IngestFixture {
        try IngestFixture(partitions: 2) { url in
            var settings = IngestStoreSettings(conninfo: url)
            settings.deadLetters = DeadLetterLimit(rowsPerDay: rows, bytesPerDay: bytes)
            return PostgresIngestStore(settings)
        }
    }

    private func letters(_ offsets: Range<Int64>, partition: Int32 = 0, bytes: Int = 10) -> [DeadLetterRow] {
        offsets.map { offset in
            DeadLetterRow(
                partitionIndex: partition,
                offset: offset,
                readingIndex: -1,
                receivedAt: IngestFixture.epoch,
                reason: offset % 2 == 0 ? "bad_json" : "bad_schema",
                detail: "test",
                hubDeviceID: nil,
                payload: [UInt8](repeating: 0x78, count: bytes),
                headers: []
            )
        }
    }

    private func kept(_ fixture: IngestFixture) throws -> [String] {
        let rows = try fixture.sql.query(
            "select partition || '/' || record_offset from energy.dead_letter order by partition, record_offset"
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    private func verify(_ fixture: IngestFixture, sourceLocation: SourceLocation = #_sourceLocation) throws -> String? {
        var remark: String?
        _ = try BookVerification(fixture.sql).run { finding in
            #expect(finding.contradictions == [], "\(finding.name)", sourceLocation: sourceLocation)
            if finding.name == "dead-letters" { remark = finding.remark }
        }
        return remark
    }

    @Test func theFirstOfADayAreKeptAndTheRestIsCounted() throws {
        let fixture = try fixture(rows: 3)
        let receipt = try fixture.write(
            fixture.batch(deadLetters: letters(0..<5) + letters(0..<2, partition: 1))
        )
        #expect(receipt.droppedLetters == [TopicPartition(topic: "telemetry", partition: 0): 2])
        #expect(try kept(fixture) == ["0/0", "0/1", "0/2", "1/0", "1/1"])
        try fixture.write(fixture.batch(deadLetters: letters(5..<7) + letters(2..<5, partition: 1)))
        #expect(try kept(fixture) == ["0/0", "0/1", "0/2", "1/0", "1/1", "1/2"])
        #expect(try fixture.number("select sum(dropped) from energy.dead_letter_tally where reason = 'bad_json'") == 3)
        #expect(try verify(fixture) == "6 dropped by the daily limit")
        try fixture.checkBooks()
    }

    @Test func theNextDayBeginsAnew() throws {
        let fixture = try fixture(rows: 1)
        try fixture.write(fixture.batch(deadLetters: letters(0..<2)))
        try fixture.sql.run("update energy.dead_letter_tally set day = day - 1")
        try fixture.write(fixture.batch(deadLetters: letters(2..<4)))
        #expect(try kept(fixture) == ["0/0", "0/2"])
        #expect(try verify(fixture) == "2 dropped by the daily limit")
    }

    @Test func theFirstThatIsTooLargeClosesTheDay() throws {
        let fixture = try fixture(bytes: 100)
        try fixture.write(
            fixture.batch(deadLetters: letters(0..<1, bytes: 60) + letters(1..<2, bytes: 60) + letters(2..<3, bytes: 1))
        )
        #expect(try kept(fixture) == ["0/0"])
        #expect(try fixture.number("select sum(dropped_bytes) from energy.dead_letter_tally") == 61)
        #expect(try fixture.number("select sum(kept_bytes) from energy.dead_letter_tally") == 60)
        #expect(try verify(fixture) == "2 dropped by the daily limit")
    }

    @Test func whatRetentionRemovesStaysCounted() throws {
        let fixture = try fixture()
        try fixture.write(fixture.batch(deadLetters: letters(0..<5)))
        let maintenance = PartitionMaintenance(fixture.sql, width: .month)
        let dropped = try maintenance.drop(.deadLetter, before: 20_000, reason: "retention")
        #expect(dropped.map(\.rows) == [5])
        #expect(try verify(fixture) == "5 removed by retention")
    }
}
