import CommunityRegistry
import EnergySharing
import MeterReadings
import Settlement
import Testing

@testable import PostgresStore

/// Explanations of three meters of one community, which divides by fixed shares of a tenth each.
@Suite(.needsPostgres) struct ExplanationQueryTests {
    private let fixture: SettlementFixture
    private let loop: SettlementLoop<PostgresSettlementStore>
    private let query: ExplanationQuery

    init() throws {
        fixture = try SettlementFixture()
        let url = fixture.registry.database.url
        loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
        query = ExplanationQuery(PostgresSettlementStore(conninfo: url, partitionWidth: .month))
        try fixture.sql.run(
            "select energy.ensure_partition('reading', d, 'month') from unnest('{2016-07-01,2016-08-01}'::date[]) d"
        )
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    /// Stores readings of registers: minutes after the start, import, export.
    private func add(_ meter: Int, _ readings: [(Int64, Int64, Int64)], quality: String = "M", flags: Int32 = 0) throws
    {
        for (minutes, importWh, exportWh) in readings {
            _ = try fixture.sql.query(
                """
                insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality, flags)
                values ($1, $2::timestamptz, $2::timestamptz + interval '5 s', $3, $4, $5::"char", $6)
                """,
                [
                    .int32(try fixture.device(meter)), .timestamp(at(0) + minutes * 60_000_000), .int64(importWh),
                    .int64(exportWh), .text(quality), .int32(flags),
                ]
            )
        }
    }

    /// The community's explanation of a meter's interval that holds so many hours after the start.
    private func explain(_ meter: Int, _ hours: Double) throws -> CommunityExplanation {
        let explanation = try query.explain(device: "meter-\(meter)", at: at(hours))
        #expect(explanation.communities.count == 1 && explanation.waiting.isEmpty)
        return try #require(explanation.communities.first)
    }

    /// Three meters that draw, draw and feed out; the first has readings beside the edges of hour 1, not at them.
    private func addHours() throws {
        try add(
            1,
            [
                (-30, 900, 500), (50, 1_000, 500), (80, 1_300, 500), (110, 1_600, 530), (130, 1_700, 550),
                (400, 1_700, 550),
            ]
        )
        try add(2, (0...6).map { ($0 * 60, $0 * 100, 0) })
        try add(3, (0...6).map { ($0 * 60, 7, $0 * 1_000) })
    }

    @Test func `readings, registers, part, split and row of an interval`() throws {
        try addHours()
        try loop.settleThroughLastReading()
        let found = try query.explain(device: "meter-1", at: at(1.3))
        #expect(found.hubDeviceID == "meter-1" && found.kind == .register && found.home == "sierra-crest")
        #expect(found.member == .init(code: "home-01", name: "Home 01"))
        let community = try #require(found.communities.first)
        #expect(community.community == "sierra-crest" && community.timeZone == "America/Los_Angeles")
        #expect(community.start == at(1) && community.end == at(2))
        #expect(community.startLabel == "2016-07-31 18:00-07:00" && community.endLabel == "2016-07-31 19:00-07:00")
        #expect(community.status.state == "provisional" && community.status.revision == 0)
        #expect(community.status.expected == 3 && community.status.received == 3 && community.status.cause == nil)
        #expect(community.status.finalAt > community.end)

        let computed = try #require(community.computed)
        guard case .registers(let trace) = computed.evidence.energy else { throw Unexpected() }
        #expect(trace.imported.start.before?.shownWh == 1_000 && trace.imported.start.after?.shownWh == 1_300)
        #expect(trace.imported.start.registerWh == 1_100 && trace.imported.end.registerWh == 1_650)
        #expect(trace.exported.energyWh == 40)
        #expect(trace.energy == IntervalEnergy(importWh: 550, exportWh: 40))
        let minutes = computed.evidence.readings.map { ($0.entry.measuredAt - at(0)) / 60_000_000 }
        #expect(minutes == [50, 80, 110, 130])
        #expect(computed.evidence.readings.allSatisfy { $0.use == .counts && $0.decidedBy == nil })
        #expect(computed.evidence.readings[0].entry.receivedAt == at(0) + 3_005_000_000)

        #expect(computed.participation.participationPPM == 1_000_000 && computed.elsewhere.isEmpty)
        #expect(computed.profile == nil)
        #expect(computed.names == ["meter-1", "meter-2", "meter-3"] && computed.place == 0)
        // 1,040 Wh are offered; a tenth each.
        #expect(computed.trace.offeredWh == 1_040 && computed.inputs.members[0].sharePPM == 100_000)
        #expect(community.stored?.importWh == 550 && community.stored?.communityWh == 104)
        #expect(computed.row == community.stored)
        #expect(community.agreement == .same && community.due == .init())
        #expect(community.revisions.map(\.number) == [0])
        #expect(community.revisions[0].row == community.stored && community.revisions[0].isKnown)
    }

    private struct Unexpected: Error {}

    // MARK: Evidence

    @Test func `what was not used is told with the reason, and who brought or decided it`() throws {
        try addHours()
        let device = try fixture.device(1)
        try add(1, [(90, 5, 5)], quality: "F")
        try add(1, [(100, 1_400, 500)])
        try add(1, [(105, 9_000_000, 500)])
        try fixture.decide(device, "set-aside", at: 100 / 60.0)
        _ = try fixture.sql.query(
            """
            with event as (insert into energy.reading_event (kind, readings, actor, reason) values ('import', 1, 'Ada', 'the log') returning at)
            update energy.reading set received_at = event.at, flags = \(ReadingFlags.imported.rawValue)
            from event where device_id = $1 and measured_at = $2
            """,
            [.int32(device), .timestamp(at(0) + 110 * 60_000_000)]
        )
        try loop.settleThroughLastReading()
        let community = try explain(1, 1)
        let readings = try #require(community.computed).evidence.readings
        #expect(readings.map { ($0.entry.measuredAt - at(0)) / 60_000_000 } == [50, 80, 90, 100, 105, 110, 130])
        #expect(readings.map(\.use) == [.counts, .counts, .quality, .setAside, .outlier, .counts, .counts])
        #expect(readings[3].decidedBy?.reason == "test")
        #expect(readings[5].entry.broughtBy == .init(name: "Ada", reason: "the log"))
        #expect(community.computed?.evidence.findings.map(\.kind) == [.outlier])
        #expect(community.agreement == .same && community.stored?.importWh == 550)
    }

    @Test func `an exchange between the readings is told, and the register runs on`() throws {
        try add(2, (0...6).map { ($0 * 60, $0 * 100, 0) })
        try add(1, [(0, 1_000, 0), (50, 1_050, 0), (90, 20, 0), (150, 50, 0), (400, 60, 0)])
        try fixture.swap(try fixture.device(1), at: 1, [1_060, 0, nil, nil])
        try loop.settleThroughLastReading()
        let community = try explain(1, 1.5)
        let evidence = try #require(community.computed).evidence
        #expect(evidence.exchanges.map(\.at) == [at(1)])
        #expect(evidence.exchanges[0].imported == .init(finalWh: 1_060, startWh: 0))
        guard case .registers(let trace) = evidence.energy else { throw Unexpected() }
        #expect(trace.imported.turns.map(\.kind) == [.exchange])
        #expect(trace.exported.turns.map(\.kind) == [.uncounted])
        // 1,050 at 0:50, 1,080 at 1:30, 1,110 at 2:30: 1,057 and 1,095.
        #expect(trace.imported.start.registerWh == 1_057 && trace.imported.energyWh == 38)
        #expect(community.stored?.importWh == 38 && community.agreement == .same)
        #expect(try #require(try explain(1, 3).computed).evidence.exchanges.isEmpty)
    }

    @Test func `readings of intervals are split, summed, or stand back`() throws {
        let device = try fixture.device(2)
        try fixture.makeInterval(device)
        try addReadingsOfOthers()
        // An hour that begins at 1:30, quarters from 0:30 to 1:15 and at 2:00.
        try fixture.addIntervals(device, at: [1.5])
        try fixture.addIntervals(device, at: [0.5, 0.75, 1, 1.25, 2], seconds: 900)
        try loop.settleThroughLastReading()
        let community = try explain(2, 1)
        let evidence = try #require(community.computed).evidence
        guard case .intervals(let trace) = evidence.energy else { throw Unexpected() }
        #expect(trace.pieces.map(\.importWh) == [4, 5, 3] && trace.pieces.map(\.isPart) == [false, false, true])
        #expect(evidence.readings.map(\.entry.seconds) == [900, 900, 3_600])
        #expect(community.stored?.importWh == 12 && community.stored?.quality == .estimated)
        #expect(community.agreement == .same)
        let next = try #require(try explain(2, 2).computed).evidence
        #expect(next.readings.map(\.use) == [.counts, .overlap])
        #expect(next.findings.map(\.kind) == [.overlap] && next.energy.energy == nil)
    }

    private func addReadingsOfOthers() throws {
        try add(1, (0...6).map { ($0 * 60, $0 * 10, 0) })
        try add(3, (0...6).map { ($0 * 60, 7, $0 * 1_000) })
    }

    @Test func `a meter without a value has none in either`() throws {
        try addHours()
        try fixture.sql.run(
            "delete from energy.reading where device_id = \(try fixture.device(2)) and import_wh not in (100, 200)"
        )
        try loop.settleThroughLastReading()
        let first = try explain(2, 0)
        #expect(first.computed?.inputs.meters[1].isExpected == false && first.stored == nil)
        #expect(first.agreement == .same)
        let third = try explain(2, 3)
        #expect(third.computed?.inputs.meters[1].isExpected == true && third.computed?.row == nil)
        #expect(third.status.missing == ["meter-2"] && third.status.expected == 3 && third.status.received == 2)
        #expect(third.revisions.map(\.row) == [nil] && third.agreement == .same)
    }

    // MARK: Shares and parts

    @Test func `the share of the hour counts, and no share where the profile does not name the meter`() throws {
        try addHours()
        _ = try fixture.sql.query(
            """
            insert into energy.share_profile (community_id, device_id, valid_during, shares, source)
            select community_id, $1, tstzrange($2, $3), '{100000,500000,100000}', 'shares.csv' from energy.community
            """,
            [.int32(try fixture.device(1)), .timestamp(at(0)), .timestamp(at(3))]
        )
        try loop.settleThroughLastReading()
        let named = try explain(1, 1)
        #expect(named.computed?.profile == .init(from: at(0), until: at(3), hour: 1, source: "shares.csv"))
        #expect(named.computed?.inputs.members[0].sharePPM == 500_000 && named.stored?.communityWh == 520)
        let other = try explain(2, 1)
        #expect(other.computed?.profile == .init(from: at(0), until: at(3), hour: 1, source: nil))
        #expect(other.stored?.communityWh == 0)
        #expect(try explain(1, 3).computed?.profile == nil)
        #expect([named, other].allSatisfy { $0.agreement == .same })
    }

    @Test func `a meter in two communities is explained in both, or in the one that is asked for`() throws {
        try addHours()
        try addCommunity()
        try loop.settleThroughLastReading()
        let both = try query.explain(device: "meter-1", at: at(1))
        #expect(both.communities.map(\.community) == ["other", "sierra-crest"])
        let (other, own) = (both.communities[0], both.communities[1])
        #expect(own.computed?.elsewhere == [.init(community: "other", participationPPM: 250_000)])
        #expect(own.computed?.participation.participationPPM == 600_000)
        #expect(own.stored?.importWh == 330 && own.stored?.unsharedImportWh == 83)
        #expect(other.stored?.importWh == 137 && other.stored?.unsharedImportWh == nil)
        #expect(both.communities.allSatisfy { $0.agreement == .same && $0.stored != nil })
        let one = try query.explain(device: "meter-1", at: at(1), community: "other")
        #expect(one.communities.map(\.community) == ["other"])
        // Not settled in one of them.
        try fixture.sql.run("delete from energy.interval_status where community_id = 2")
        let waiting = try query.explain(device: "meter-1", at: at(1))
        #expect(waiting.communities.map(\.community) == ["sierra-crest"] && waiting.waiting.count == 1)
    }

    /// Meter 1 takes part in it with a quarter, and in the first with six tenths.
    private func addCommunity() throws {
        try fixture.sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('other', 'Other', 'UTC');
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
            values (2, tstzrange(null, null), 60, 'proportional', '2 h', '35 d');
            insert into energy.community_settlement (community_id) values (2);
            update energy.participation set participation_ppm = 600000 where device_id = 1;
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
            select 1, 2, valid_during, 250000 from energy.participation where device_id = 1
            """
        )
    }

    // MARK: Disagreement

    @Test func `what differs is due, closed or a fault`() throws {
        try addHours()
        try loop.settleThroughLastReading()
        let (device, other) = (try fixture.device(1), try fixture.device(2))
        try fixture.sql.run(
            "update energy.reading set import_wh = 1350 where device_id = \(device) and import_wh = 1300"
        )
        // Before the second of the two that bear on the edge nothing changes.
        #expect(try explain(1, 3).agreement == .same)
        #expect(try explain(1, 1).agreement == .fault)
        #expect(try explain(2, 1).agreement == .same)
        try fixture.addMark(other, at(1.5), at(1.5))
        #expect(try explain(1, 1).due == .init(marks: 1))
        #expect(try explain(1, 1).agreement == .due)
        #expect(try explain(2, 1).agreement == .same && explain(2, 1).due.isDue)
        #expect(try explain(1, 0).due.marks == 0)
        try fixture.sql.run("delete from energy.due_mark")
        try fixture.addDueSpan(1, 1.1, "registry")
        try fixture.addDueSpan(0, 5, "late")
        #expect(try explain(1, 1).due.causes == ["late", "registry"])
        #expect(try explain(1, 1).agreement == .due)
        try fixture.sql.run("delete from energy.due_span")
        try fixture.sql.run(
            "insert into energy.late_span (community_id, from_at, until_at, noted_at) values (1, '2016-08-01T01:30Z', '2016-08-01T01:40Z', 'epoch')"
        )
        #expect(try explain(1, 1).due.closedSince == 0)
        #expect(try explain(1, 1).agreement == .closed)
    }

    @Test func `every revision is told, with cause and time as far as they were kept`() throws {
        try addHours()
        try loop.settleThroughLastReading()
        let device = try fixture.device(1)
        try fixture.sql.run("update energy.interval_status set state = 'final', settled_at = 'epoch'")
        for importWh in [1_360, 1_390] {
            try fixture.sql.run(
                "update energy.reading set import_wh = \(importWh) where device_id = \(device) and measured_at = '2016-08-01T01:20Z'"
            )
            try loop.settleAgain(community: "sierra-crest", from: .min, until: .max)
        }
        let community = try explain(1, 1)
        #expect(community.status.state == "corrected" && community.status.revision == 2)
        #expect(community.revisions.map(\.number) == [2, 1, 0])
        #expect(community.revisions.map(\.cause) == ["requested", "requested", nil])
        #expect(community.revisions.allSatisfy(\.isKnown) && community.revisions[2].settledAt == 0)
        #expect(community.revisions.map { $0.row?.importWh } == [520, 530, 550])
        #expect(community.stored == community.revisions[0].row && community.agreement == .same)
        // As before it was kept.
        try fixture.sql.run("delete from energy.interval_revision where revision = 0")
        let old = try explain(1, 1).revisions[2]
        #expect(!old.isKnown && old.cause == nil && old.row?.importWh == 550 && old.settledAt != nil)
    }

    @Test func `sealed intervals show what is stored`() throws {
        try addHours()
        try loop.settleThroughLastReading()
        try fixture.sql.run("insert into energy.sealed values ('reading', '2016-08-01')")
        let community = try explain(1, 1)
        #expect(community.agreement == .sealed && community.computed == nil && community.stored?.importWh == 550)
        #expect(community.sealedUntil == at(48))
    }

    // MARK: Nothing to explain

    @Test func `what cannot be explained is said`() throws {
        try addHours()
        try loop.settleThroughLastReading()
        func failure(_ device: String, _ hours: Double, _ community: String? = nil) -> String? {
            do {
                _ = try query.explain(device: device, at: at(hours), community: community)
                return nil
            } catch {
                return (error as? QueryFailure)?.description
            }
        }
        #expect(failure("meter-11", 1) == "the registry has no device meter-11; is meter-1 meant?")
        #expect(failure("x", 1) == "the registry has no device x: `wattsource registry export` lists them")
        #expect(failure("meter-1", 1, "x") == "device meter-1 takes part in sierra-crest, not in a community x")
        #expect(
            failure("meter-1", -5)
                == "device meter-1 takes part in no community at 2016-07-31T19:00:00Z; it takes part in sierra-crest from "
                + "2016-08-01T00:00:00Z on"
        )
        let waiting =
            "community sierra-crest: the interval that begins at 2016-08-03T02:00:00Z is not settled yet: it is due when the "
            + "stream's watermark has passed 2016-08-03T05:00:00Z"
        #expect(failure("meter-1", 50) == waiting + "; nothing was consumed so far")
        try fixture.sql.run(
            """
            insert into energy.stream_position (topic, partition, first_offset, next_offset, watermark)
            values ('m', 0, 0, 1, '2016-08-02T00:00Z')
            """
        )
        #expect(
            failure("meter-1", 50)
                == waiting + "; it is at 2016-08-02T00:00:00Z, and the community is settled until 2016-08-01T06:00:00Z"
        )
        #expect(failure("meter-1", 6)?.contains("but due: a running worker settles it") == true)
        try fixture.sql.run("delete from energy.interval_status where interval_start < '2016-08-01T03:00Z'")
        #expect(
            failure("meter-1", 1)?.contains("first one, with its first data, begins at 2016-08-01T03:00:00Z") == true
        )
        try fixture.sql.run("insert into energy.device (hub_device_id) values ('lonely')")
        #expect(failure("lonely", 1)?.contains("takes part in no community") == true)
    }
}
