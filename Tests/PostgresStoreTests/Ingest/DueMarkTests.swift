import Ingestion
import Testing

@testable import PostgresStore

@Suite("Due marks", .needsPostgres)
struct DueMarkTests {
    private func fixture(horizon seconds: Int64) throws -> IngestFixture {
        let fixture = try IngestFixture()
        let horizon = IngestFixture.epoch + seconds * 1_000_000
        try fixture.sql.run("update energy.control set horizon = \(PostgresTimestamp.literal(horizon))")
        return fixture
    }

    private func interval(_ device: Int32, _ seconds: Int64) -> ReadingRow {
        var row = reading(device, seconds)
        row.intervalSeconds = 900
        return row
    }

    @Test func nothingIsMarkedBeforeAnythingIsSettled() throws {
        let fixture = try IngestFixture()
        let receipt = try fixture.write(
            fixture.batch(straight: [reading(1, 900, previous: 0)], staged: [reading(2, 0)])
        )
        #expect(receipt.dueMarks == 0)
        #expect(try fixture.marks().isEmpty)
    }

    @Test func whatReachesBehindTheHorizonMarksByItsStoredNeighbours() throws {
        let fixture = try fixture(horizon: 1000)
        // Another worker stored a reading of device 1 at 500, of which this one's window knows nothing.
        try fixture.write(fixture.batch(staged: [reading(1, 0), reading(1, 500)]))
        try fixture.sql.run("delete from energy.due_mark")
        let receipt = try fixture.write(
            fixture.batch(straight: [
                reading(1, 400, previous: 0), reading(2, 1900, previous: 1000),
                reading(5, 2000, quality: "F", previous: 0),
            ])
        )
        // 1: from the first reading without end, for there are fewer than three on either side; 2: nothing is settled there; 5: F takes no part.
        #expect(try fixture.marks() == ["1: 0..end"])
        #expect(receipt.dueMarks == 1)
        #expect(receipt.outcomes.accepted == 3)
    }

    @Test func stagedRowsMarkFromTheThirdBeforeToTheThirdAfter() throws {
        let fixture = try fixture(horizon: 10_000)
        try fixture.write(
            fixture.batch(
                staged: [100, 200, 300, 400, 600, 700, 800, 900].map { reading(1, $0) } + [
                    reading(1, 350, quality: "F")
                ]
            )
        )
        try fixture.sql.run("delete from energy.due_mark")
        let receipt = try fixture.write(fixture.batch(staged: [reading(1, 500)]))
        #expect(try fixture.marks() == ["1: 200..800"])
        #expect(receipt.dueMarks == 1)
        try fixture.sql.run("delete from energy.due_mark")
        // Fewer than three before: from the first; fewer than three after: without end. A device alone: itself.
        try fixture.write(fixture.batch(staged: [reading(1, 250), reading(2, 5000)]))
        #expect(try fixture.marks() == ["1: 100..500", "2: 5000..end"])
        try fixture.sql.run("delete from energy.due_mark")
        try fixture.write(fixture.batch(staged: [reading(1, 850)]))
        #expect(try fixture.marks() == ["1: 600..end"])
    }

    @Test func onlyWhatChangesSettlementIsMarked() throws {
        let fixture = try fixture(horizon: 10_000)
        try fixture.write(
            fixture.batch(staged: [reading(1, 100, quality: "E", received: 5), reading(1, 20_000, received: 5)])
        )
        try fixture.sql.run("delete from energy.due_mark")
        // Duplicates, an earlier receipt of the same values, worse ones, ones that take no part.
        var receipt = try fixture.write(
            fixture.batch(staged: [
                reading(1, 100, quality: "E", received: 5), reading(1, 100, quality: "E", received: 4),
                reading(1, 100, import: 1, quality: "F"), reading(1, 300, quality: "N"),
            ])
        )
        #expect(receipt.dueMarks == 0)
        // A better one with other values.
        receipt = try fixture.write(fixture.batch(staged: [reading(1, 100, import: 1100)]))
        #expect(receipt.outcomes.replaced == 1 && receipt.dueMarks == 1)
        #expect(try fixture.marks() == ["1: 100..end"])
        try fixture.sql.run("delete from energy.due_mark; update energy.control set horizon = '2016-08-01 00:01:00Z'")
        // The third before is not behind the horizon.
        #expect(try fixture.write(fixture.batch(staged: [reading(1, 400)])).dueMarks == 0)
    }

    @Test func `neighbours that somebody set aside do not count`() throws {
        let fixture = try fixture(horizon: 10_000)
        try fixture.write(fixture.batch(staged: [100, 200, 300, 400, 600, 700, 800, 900].map { reading(1, $0) }))
        try fixture.sql.run(
            """
            insert into energy.device (hub_device_id) values ('meter-1');
            insert into energy.reading_decision (device_id, measured_at, decision, reason)
            select 1, to_timestamp(1470009600 + n), 'set-aside', 'test' from unnest('{300, 700}'::integer[]) n;
            delete from energy.due_mark
            """
        )
        try fixture.write(fixture.batch(staged: [reading(1, 500)]))
        #expect(try fixture.marks() == ["1: 100..900"])
    }

    @Test func `a reading of an interval touches that interval, the first of a meter all up to the next`() throws {
        let fixture = try fixture(horizon: 30_000)
        func marks(_ times: [Int64]) throws -> [String] {
            try fixture.sql.run("delete from energy.due_mark")
            try fixture.write(fixture.batch(staged: times.map { interval(1, $0) }))
            return try fixture.marks()
        }
        // The very first one: the meter is expected from then on.
        #expect(try marks([9_000]) == ["1: 9000..end"])
        #expect(try marks([10_800]) == ["1: 10800..11699"])
        #expect(try marks([3_600]) == ["1: 3600..9000"])
        #expect(try marks([5_400]) == ["1: 5400..6299"])
        #expect(try marks([31_500]) == [])
        // Several at once that come before all others: up to the first that was there.
        #expect(try marks([900, 1_800]) == ["1: 900..3600", "1: 1800..2699"])
    }

    @Test func `marks say in which quarter-hour the readings were received, and are merged only within one`() throws {
        let fixture = try fixture(horizon: 10_000)
        let received = {
            try fixture.sql.query(
                """
                select string_agg(concat_ws(' ', extract(epoch from from_at)::bigint - 1470009600,
                                            extract(epoch from received_at)::bigint - 1470009600), ', ' order by from_at, received_at)
                from energy.due_mark
                """
            ).text(0, 0)
        }
        try fixture.write(
            fixture.batch(staged: stride(from: 100, through: 5000, by: 100).map { reading(1, Int64($0)) })
        )
        try fixture.sql.run("delete from energy.due_mark")
        try fixture.write(
            fixture.batch(staged: [
                reading(1, 1050, received: 91_799), reading(1, 1150, received: 90_900),
                reading(1, 1250, received: 91_800),
            ])
        )
        #expect(try received() == "800 90900, 1100 91800")
    }

    @Test func `of a meter that was exchanged after its last but one reading the window learns nothing`() throws {
        let fixture = try IngestFixture()
        func known() throws -> Bool {
            var batch = fixture.batch(staged: [])
            batch.unknownDevices = [1]
            return try fixture.write(batch).newestReadings[1] != nil
        }
        try fixture.write(fixture.batch(staged: [reading(1, 100), reading(1, 200), reading(1, 300)]))
        #expect(try known())
        try fixture.sql.run("insert into energy.device (hub_device_id) values ('meter-1')")
        for (at, isKnown) in [(150, true), (200, true), (201, false), (300, false), (9_000, false)] {
            try fixture.sql.run(
                """
                delete from energy.meter_swap;
                insert into energy.meter_swap (device_id, swapped_at) values (1, to_timestamp(1470009600 + \(at)))
                """
            )
            #expect(try known() == isKnown, "an exchange at \(at)")
        }
    }

    @Test func overlappingStagedMarksAreMerged() throws {
        let fixture = try fixture(horizon: 10_000)
        try fixture.write(
            fixture.batch(staged: stride(from: 100, through: 5000, by: 100).map { reading(1, Int64($0)) })
        )
        try fixture.sql.run("delete from energy.due_mark")
        let receipt = try fixture.write(fixture.batch(staged: [reading(1, 1050), reading(1, 1150), reading(1, 4050)]))
        #expect(try fixture.marks() == ["1: 800..1400", "1: 3800..4300"])
        #expect(receipt.dueMarks == 2)
    }
}
