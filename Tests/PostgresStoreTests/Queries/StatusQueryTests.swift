import Ingestion
import PostgresStore
import Testing

@Suite("StatusQuery", .needsPostgres)
struct StatusQueryTests {
    private let fixture: BooksFixture

    init() throws { fixture = try BooksFixture() }

    @Test func everythingIsRead() throws {
        try fixture.sql.run(
            """
            insert into energy.due_mark values (1, '2016-11-01Z', '2016-11-02Z'), (2, '2016-11-01Z', '2016-11-02Z');
            insert into energy.due_span values (1, '2016-11-01Z', '2016-11-02Z', 'late');
            insert into energy.anomaly (device_id, kind, from_at, to_at, detail) values (1, 'break', '2016-11-01Z', '2016-11-02Z', 'x');
            update energy.dead_letter set resolved_at = now(), resolution = 'discarded' where reading_index = 1;
            update energy.interval_status set expected = 4 where interval_start = '2016-11-01Z';
            update energy.stream_position set state = 'halted', halt_reason = 'gone' where partition = 1
            """
        )
        let ends = [TopicPartition(topic: "meters", partition: 0): Int64(350), .init(topic: "meters", partition: 2): 7]
        let status = try StatusQuery(fixture.sql).status(idleAfter: .seconds(30), endOffsets: ends)
        #expect(status.partitions.map(\.partition.partition) == [0, 1, 2])
        #expect(status.partitions.map(\.nextOffset) == [300, 210, 0])
        #expect(status.partitions.map(\.lag) == [50, nil, 7])
        #expect(status.partitions.map(\.haltReason) == [nil, "gone", nil])
        #expect(status.partitions.map { $0.verdict(now: status.now) } == [.unowned, .halted, .unowned])
        #expect(status.watermark == 1_478_476_860_000_000)
        var community = CommunityStatus(community: "crest")
        community.settledUntil = 1_478_476_800_000_000
        community.nextDueAt = 1_478_487_600_000_000
        community.dueSpans = 1
        community.provisional = 24
        community.final = 144
        community.incomplete = 1
        community.anomalies = 1
        #expect(status.communities == [community])
        #expect(status.dueMarks == 2)
        #expect(status.deadLetters == [.init(reason: "bad_json", count: 1)])
        #expect(status.anomalies == [.init(reason: "break", count: 1)])
        #expect(status.ledger.readings == 511)
        #expect(status.now > 1_700_000_000_000_000)
    }

    @Test func theOwnerIsConnectedWhileItsSessionIs() throws {
        let owner = try fixture.database.connect("owner")
        try owner.run(
            """
            update energy.stream_position set owner_pid = pg_backend_pid(),
                owner_backend_start = (select backend_start from pg_stat_activity where pid = pg_backend_pid()) where partition = 0;
            update energy.stream_position set owner_pid = pg_backend_pid(), owner_backend_start = '2016-01-01Z' where partition = 1
            """
        )
        let connected = try StatusQuery(fixture.sql).partitions().map(\.isOwnerConnected)
        // The second names a process id that another session has now.
        #expect(connected == [true, false])
        #expect(owner.isUsable)
    }

    @Test func verdicts() {
        var status = PartitionStatus(TopicPartition(topic: "t", partition: 0))
        #expect(status.verdict(now: 0) == .unowned)
        status.isOwnerConnected = true
        status.updatedAt = 1000
        #expect(status.verdict(now: 1000 + PartitionStatus.stalledAfter) == .running)
        #expect(status.verdict(now: 1001 + PartitionStatus.stalledAfter) == .stalled)
        status.atEndSince = 1000
        #expect(status.verdict(now: .max) == .caughtUp)
        // The broker knows better than what the worker said a while ago.
        status.endOffset = 5
        #expect(status.verdict(now: 1000) == .running)
        status.nextOffset = 5
        #expect(status.lag == 0)
        status.atEndSince = nil
        #expect(status.verdict(now: .max) == .caughtUp)
        // An end before what is already consumed is an old one.
        status.nextOffset = 6
        #expect(status.lag == 0)
        #expect(status.verdict(now: 1000) == .running)
        status.atEndSince = 1000
        #expect(status.verdict(now: .max) == .caughtUp)
        status.isOwnerConnected = false
        #expect(status.verdict(now: 1000) == .caughtUp)
        status.haltReason = ""
        #expect(status.verdict(now: 1000) == .halted)
    }

    @Test func idlePartitionsDoNotHoldTheWatermark() throws {
        try fixture.sql.run(
            """
            update energy.stream_position set watermark = '2016-11-05Z', at_end_since = now() - interval '1 hour' where partition = 0
            """
        )
        let query = StatusQuery(fixture.sql)
        #expect(try query.status(idleAfter: .seconds(60)).watermark == 1_478_476_860_000_000)
        #expect(try query.status(idleAfter: .seconds(7200)).watermark == 1_478_304_000_000_000)
        try fixture.sql.run("update energy.stream_position set at_end_since = now() - interval '1 hour'")
        #expect(try query.status(idleAfter: .seconds(60)).watermark == 1_478_476_860_000_000)
    }
}
