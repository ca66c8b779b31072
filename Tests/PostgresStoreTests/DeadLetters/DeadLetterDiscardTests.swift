import Ingestion
import PostgresStore
import Testing

@Suite("Dead letter discard", .needsPostgres)
struct DeadLetterDiscardTests {
    private let fixture: ReplayFixture

    init() throws { fixture = try ReplayFixture() }

    @Test func whatIsDiscardedStaysWithWhoAndWhy() throws {
        try fixture.write((0..<4).map { fixture.letter($0, device: $0 < 2 ? "home" : "other", minutes: [$0 * 15]) })
        let discard = DeadLetterDiscard(fixture.sql)
        #expect(
            try discard.discard(DeadLetterFilter(device: "other"), limit: 1, actor: "ada", reason: "a test device") == 1
        )
        #expect(
            try fixture.letters() == [
                "0/-1 unknown_device - 0", "1/-1 unknown_device - 0", "2/-1 unknown_device discarded 0",
                "3/-1 unknown_device - 0",
            ]
        )
        let rows = try fixture.sql.query(
            "select resolved_by, note from energy.dead_letter where resolution = 'discarded'"
        )
        #expect(rows.text(0, 0) == "ada" && rows.text(0, 1) == "a test device")
        #expect(try discard.discard(DeadLetterFilter(includesResolved: true), reason: "all") == 3)
        // The role of the session, where nobody says who.
        #expect(
            try fixture.stream.number("select count(*) from energy.dead_letter where resolved_by = current_user") == 3
        )
        try fixture.add("home")
        #expect(try fixture.run() == ReplaySummary())
        #expect(try fixture.minutes() == [])
        try fixture.verify()
    }

    @Test func aReasonIsNeeded() throws {
        #expect(throws: QueryFailure.self) {
            try DeadLetterDiscard(fixture.sql).discard(DeadLetterFilter(), reason: " ")
        }
    }
}
