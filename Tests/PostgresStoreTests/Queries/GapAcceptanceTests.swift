import Ingestion
import PostgresStore
import Testing

@Suite("GapAcceptance", .needsPostgres)
struct GapAcceptanceTests {
    private let fixture: BooksFixture
    private let partition = TopicPartition(topic: "meters", partition: 0)

    init() throws {
        fixture = try BooksFixture()
        try fixture.sql.run(
            "update energy.stream_position set state = 'halted', halt_reason = 'gone', anchor_hash = 5 where partition = 0"
        )
    }

    private func row(_ sql: String) throws -> [String?] {
        let result = try fixture.sql.query(sql)
        try #require(result.rowCount == 1)
        return try (0..<(#require(result.int32(0, 0)) + 1)).map { result.text(0, Int($0)) }
    }

    private func position() throws -> [String?] {
        try row(
            """
            select 8, incarnation, first_offset, next_offset, epoch, state, halt_reason, anchor_hash, watermark::text
            from energy.stream_position where partition = 0
            """
        )
    }

    private func gap() throws -> [String?] {
        try row("select 6, topic, partition, incarnation, from_offset, to_offset, cause from energy.stream_gap")
    }

    @Test func thePartitionGoesOnBehindTheGap() throws {
        let status = try GapAcceptance(fixture.sql).accept(
            GapRequest(partition: partition, to: 350, reason: "one day of retention")
        )
        #expect(status.nextOffset == 350)
        #expect(status.haltReason == nil)
        #expect(try position() == ["8", "0", "0", "350", "3", "running", nil, nil, "2016-11-07 00:01:00+00"])
        #expect(try gap() == ["6", "meters", "0", "0", "300", "350", "one day of retention"])
    }

    @Test func aTopicMadeAnewIsAnotherIncarnation() throws {
        let status = try GapAcceptance(fixture.sql).accept(
            GapRequest(partition: partition, to: 4, reason: "made anew", isNewIncarnation: true)
        )
        #expect(status.incarnation == 1)
        #expect(try position() == ["8", "1", "4", "4", "3", "running", nil, nil, "2016-11-07 00:01:00+00"])
        #expect(try gap() == ["6", "meters", "0", "0", "300", "300", "made anew"])
    }

    @Test func nonsenseIsRefusedAndChangesNothing() throws {
        let before = try position()
        let acceptance = GapAcceptance(fixture.sql)
        let failures: [(GapRequest, String)] = [
            (
                GapRequest(partition: TopicPartition(topic: "meters", partition: 1), to: 500, reason: "x"),
                "meters[1] is not halted: it goes on by itself, and nothing is to be skipped"
            ),
            (
                GapRequest(partition: TopicPartition(topic: "other", partition: 0), to: 500, reason: "x"),
                "nothing of other[0] was ever consumed: wattsource positions list shows what was"
            ),
            (
                GapRequest(partition: partition, to: 300, reason: "x"),
                "offset 300 is not behind the next offset 300 of meters[0]: a gap skips forward; "
                    + "if the topic was made anew, add --new-incarnation"
            ),
            (GapRequest(partition: partition, to: -1, reason: "x", isNewIncarnation: true), "offsets begin at 0"),
            (
                GapRequest(partition: partition, to: 500, reason: " \t"),
                "a gap needs a reason: say why these offsets can be done without"
            ),
        ]
        for (request, sentence) in failures {
            #expect(throws: QueryFailure(sentence)) { try acceptance.accept(request) }
            #expect(!fixture.sql.isInTransaction)
        }
        #expect(try position() == before)
        #expect(try fixture.sql.query("select count(*) from energy.stream_gap").int64(0, 0) == 0)
    }
}
