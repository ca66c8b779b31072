import Ingestion
import Testing

@testable import PostgresStore

@Suite("PartitionMaintenance", .needsPostgres)
struct PartitionMaintenanceTests {
    /// 2016-08-01 in days since 1970-01-01.
    private static let august = Int32(IngestFixture.epoch / IngestFixture.day)

    private func partitions(_ fixture: IngestFixture, of table: String) throws -> [String] {
        let rows = try fixture.sql.query(
            """
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
            where i.inhparent = $1::regclass order by 1
            """,
            [.text("energy.\(table)")]
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    @Test func partitionsAreMadeAheadOnce() throws {
        let fixture = try IngestFixture()
        let maintenance = PartitionMaintenance(fixture.sql, width: .day)
        #expect(try maintenance.makeAhead(from: Self.august, days: 2) == 12)
        #expect(try maintenance.makeAhead(from: Self.august + 1, days: 2) == 4)
        for table in ["reading", "interval_reading", "attribution", "dead_letter"] {
            #expect(try partitions(fixture, of: table) == (1...4).map { "\(table)_2016080\($0)" })
        }
        let months = try IngestFixture()
        #expect(try PartitionMaintenance(months.sql, width: .month).makeAhead(from: Self.august + 29, days: 2) == 8)
        #expect(try partitions(months, of: "reading") == ["reading_201608", "reading_201609"])
    }

    @Test func `readings are needed until everything before is settled, and not due again`() throws {
        let fixture = try IngestFixture()
        let maintenance = PartitionMaintenance(fixture.sql, width: .month)
        let until = {
            (try maintenance.settledUntil()).map { $0 == .min ? $0 : ($0 - IngestFixture.epoch) / IngestFixture.day }
        }
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('a', 'A', 'UTC'), ('b', 'B', 'UTC'), ('c', 'C', 'UTC');
            insert into energy.community_settlement (community_id, settled_until)
            select community_id, case code when 'a' then timestamptz '2016-08-31Z' when 'b' then '2016-08-21Z' end from energy.community;
            update energy.control set horizon = '2016-08-11Z'
            """
        )
        #expect(try until() == 10)
        try fixture.sql.run("update energy.control set horizon = '2016-09-30Z'")
        #expect(try until() == 20)
        try fixture.sql.run("insert into energy.due_span values (1, '2016-08-25Z', '2016-08-26Z', 'late')")
        #expect(try until() == 20)
        try fixture.sql.run("insert into energy.due_span values (1, '2016-08-16Z', '2016-08-26Z', 'late')")
        #expect(try until() == 15)
        try fixture.sql.run("insert into energy.due_mark values (1, '2016-08-12Z', '2016-08-26Z')")
        #expect(try until() == 11)
        try fixture.sql.run("insert into energy.due_span values (1, '-infinity', '2016-08-26Z', 'requested')")
        #expect(try until() == .min)
        // Of what is sealed nothing is settled again.
        try fixture.sql.run("insert into energy.sealed values ('reading', '2016-08-04Z')")
        #expect(try until() == 3)
        try fixture.sql.run("update energy.sealed set readings_from = '2016-12-01Z'")
        #expect(try until() == 20)
    }

    @Test func retentionDropsWholePartitionsAndKeepsTheBooks() throws {
        let fixture = try IngestFixture()
        let day: Int64 = 86_400
        try fixture.write(
            fixture.batch(staged: [
                reading(1, 0), reading(1, 0, import: 5), reading(1, 31 * day), reading(1, 31 * day, import: 5),
                reading(2, 32 * day),
                reading(1, 62 * day),
            ])
        )
        let maintenance = PartitionMaintenance(fixture.sql, width: .month)
        // 2016-09-30: only August is wholly before it.
        #expect(
            try maintenance.drop(.reading, before: Self.august + 60, reason: "too old") == [
                .init(name: "reading_201608", rows: 1)
            ]
        )
        #expect(
            try maintenance.drop(.reading, before: Self.august + 61, reason: "too old") == [
                .init(name: "reading_201609", rows: 2)
            ]
        )
        #expect(try maintenance.drop(.reading, before: Self.august + 61, reason: "too old").isEmpty)
        #expect(try partitions(fixture, of: "reading") == ["reading_201610"])
        #expect(try fixture.number("select count(*) from pg_class where relname = 'reading_201608'") == 0)
        let events = try fixture.sql.query("select kind, readings, reason from energy.reading_event order by event_id")
        #expect((0..<events.rowCount).map { events.int64($0, 1) } == [-1, -2])
        #expect(events.text(0, 0) == "retention" && events.text(0, 2) == "too old")
        #expect(try fixture.number("select count(*) from energy.reading_history") == 0)
        #expect(
            try fixture.number("select sum(accepted) from energy.ingest_batch")
                == fixture.number(
                    "select count(*) - (select sum(readings) from energy.reading_event) from energy.reading"
                )
        )
        // What comes late for a dropped month makes it anew.
        try fixture.write(fixture.batch(staged: [reading(1, 0)]))
        #expect(try fixture.number("select count(*) from energy.reading") == 2)
    }

    @Test func otherTablesLeaveNoEvent() throws {
        let fixture = try IngestFixture()
        let maintenance = PartitionMaintenance(fixture.sql, width: .day)
        _ = try maintenance.makeAhead(from: Self.august, days: 1)
        #expect(
            try maintenance.drop(.deadLetter, before: Self.august + 1, reason: "r") == [
                .init(name: "dead_letter_20160801", rows: 0)
            ]
        )
        #expect(try maintenance.drop(.attribution, before: Self.august + 2, reason: "r").count == 2)
        #expect(try fixture.number("select count(*) from energy.reading_event") == 0)
    }

    @Test func theLedgerIsMergedIntoContiguousRangesWithTheSameSums() throws {
        let fixture = try IngestFixture()
        try fixture.sql.run(
            """
            insert into energy.ingest_batch (topic, partition, incarnation, first_offset, last_offset, epoch, records, skipped_records,
                                             refused_records, readings, accepted, duplicate, replaced, superseded, rejected,
                                             opened_at, committed_at)
            select 'telemetry', 0, 0, n * 10, n * 10 + 9, case when n < 6 then 1 else 2 end, 10, 1, 1, 15, 5, 4, 3, 2, 1, at, at
            from generate_series(0, 11) n, lateral (select timestamptz '2016-08-01 23:00Z' + n * interval '10 minutes') t(at)
            where n <> 3;
            update energy.stream_position set next_offset = 120, ledger_offset = 110, epoch = 2
            """
        )
        let sums = """
            select sum(records) * 1000000 + sum(readings) * 1000 + sum(accepted) + sum(last_offset - first_offset + 1)
            from energy.ingest_batch
            """
        let before = try fixture.number(sums)
        let maintenance = PartitionMaintenance(fixture.sql, width: .month)
        #expect(try maintenance.compactLedger(olderThan: .seconds(86_400 * 365 * 1000)) == 0)
        #expect(try maintenance.compactLedger() == 7)
        let rows = try fixture.sql.query(
            "select first_offset || '-' || last_offset || ' ' || epoch from energy.ingest_batch order by first_offset"
        )
        // A gap at 30, another epoch at 60 (and another day), the newest row at 110.
        #expect((0..<rows.rowCount).compactMap { rows.text($0, 0) } == ["0-29 1", "40-59 1", "60-109 2", "110-119 2"])
        #expect(try fixture.number(sums) == before)
        #expect(try maintenance.compactLedger() == 0)
    }
}
