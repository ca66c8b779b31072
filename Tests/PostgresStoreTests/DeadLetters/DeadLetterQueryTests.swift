import Ingestion
import PostgresStore
import Testing

@Suite("DeadLetterQuery", .needsPostgres)
struct DeadLetterQueryTests {
    private let fixture: BooksFixture
    private var query: DeadLetterQuery { DeadLetterQuery(fixture.sql) }

    init() throws { fixture = try BooksFixture() }

    private func ids(_ filter: DeadLetterFilter, limit: Int = 10) throws -> [String] {
        try query.list(filter, limit: limit).letters.map(\.id.description)
    }

    @Test func everyFilterRestricts() throws {
        let first = "meters/1/207/-1"
        let second = "meters/1/208/1"
        #expect(try ids(DeadLetterFilter()) == [second, first])
        #expect(try ids(DeadLetterFilter(reason: "bad_json")) == [first])
        #expect(try ids(DeadLetterFilter(device: "meter-2")) == [second])
        #expect(try ids(DeadLetterFilter(topic: "meters", partition: 1)).count == 2)
        #expect(try ids(DeadLetterFilter(topic: "other")).isEmpty)
        #expect(try ids(DeadLetterFilter(partition: 0)).isEmpty)
        let third = Int64(1_478_131_200_000_000)  // 2016-11-03T00:00:00Z
        #expect(try ids(DeadLetterFilter(since: third)) == [second])
        #expect(try ids(DeadLetterFilter(until: third)) == [first])
        #expect(try ids(DeadLetterFilter(community: "crest")) == [second, first])
        #expect(try ids(DeadLetterFilter(community: "other")).isEmpty)
        let named = ["meters/1/207", "meters/1/208/1", "meters/1/208/0", "meters/0/207"].compactMap { DeadLetterID($0) }
        #expect(try ids(DeadLetterFilter(ids: named)) == [second, first])
        #expect(try ids(DeadLetterFilter(device: "meter-2", ids: named)) == [second])
        let limited = try query.list(DeadLetterFilter(), limit: 1)
        #expect(limited.letters.count == 1)
        #expect(limited.count == 2)
        #expect(
            try query.counts(DeadLetterFilter()) == [
                .init(reason: "bad_json", count: 1), .init(reason: "out_of_range", count: 1),
            ]
        )
    }

    @Test func resolvedOnesAreShownOnlyIfAskedFor() throws {
        try fixture.sql.run(
            "update energy.dead_letter set resolved_at = '2017-01-01Z', resolution = 'replayed' where record_offset = 207"
        )
        #expect(try ids(DeadLetterFilter()) == ["meters/1/208/1"])
        let all = try query.list(DeadLetterFilter(includesResolved: true), limit: 10).letters
        #expect(all.map(\.resolution) == [nil, "replayed"])
        #expect(all.last?.resolvedAt == 1_483_228_800_000_000)
    }

    @Test func theContentComesBackByteForByte() throws {
        let contents = try query.content(of: try #require(DeadLetterID("meters/1/207")))
        let content = try #require(contents.first)
        #expect(contents.count == 1)
        #expect(content.payload == Array(#"{"v":x}"#.utf8))
        #expect(
            content.headers == [
                .init(name: Array("device".utf8), value: Array("meter-1".utf8)),
                .init(name: [0xFF, 0], value: [0xA1, 1, 0x6D]),
            ]
        )
        #expect(content.letter.reason == "bad_json")
        #expect(content.letter.detail == "a number is expected (byte 5)")
        #expect(content.letter.receivedAt == 1_478_044_800_000_000)
    }

    @Test func laterReadingsOfARecordBorrowItsPayload() throws {
        try fixture.sql.run(
            """
            insert into energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail, headers)
            values ('meters', 1, 0, 208, 4, '2016-11-03Z', 'bad_unit', 'x', '[]'),
                   ('meters', 1, 1, 208, 0, '2016-11-04Z', 'bad_unit', 'x', '[]')
            """
        )
        let contents = try query.content(of: try #require(DeadLetterID("meters/1/208")))
        #expect(contents.map(\.letter.incarnation) == [1, 0, 0])
        #expect(contents.map(\.letter.id.index) == [0, 1, 4])
        #expect(contents.map(\.payload) == [nil, Array("{}".utf8), Array("{}".utf8)])
        #expect(try query.content(of: try #require(DeadLetterID("meters/1/208/4"))).map(\.letter.id.index) == [4])
    }

    @Test func whatIsNotThereIsNamed() throws {
        let id = try #require(DeadLetterID("meters/9/1"))
        #expect(
            throws: QueryFailure("there is no dead letter meters/9/1: wattsource dead-letters list shows what there is")
        ) {
            try query.content(of: id)
        }
    }
}

@Suite("DeadLetterID") struct DeadLetterIDTests {
    @Test(arguments: ["meters/3/4711", "a.b_c-d/0/0/0", "t/1/9223372036854775807/-1"])
    func readsWhatItWrites(_ text: String) { #expect(DeadLetterID(text)?.description == text) }

    @Test(arguments: [
        "", "meters", "meters/3", "/3/1", "meters/x/1", "meters/3/", "meters/-1/1", "meters/1/-1", "meters/1/1/-2",
        "meters/1/1/1/1",
        "meters/1/9223372036854775808",
    ])
    func refusesAnythingElse(_ text: String) { #expect(DeadLetterID(text) == nil) }
}
