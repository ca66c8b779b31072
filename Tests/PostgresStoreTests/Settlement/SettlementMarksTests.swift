import CommunityRegistry
import EnergySharing
import PostgresStore
import Settlement
import Testing

@Suite(.needsPostgres) struct SettlementMarksTests {
    let fixture: SettlementFixture
    private var store: PostgresSettlementStore { fixture.store }

    init() throws { fixture = try SettlementFixture() }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    @Test func `marks become spans of the communities, within participations, merged`() throws {
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0].participations[0].until = at(10)
        try fixture.registry.apply(document)
        try fixture.sql.run("delete from energy.due_span")
        let device = try fixture.device(1)
        try fixture.addMark(device, at(1), at(2))
        try fixture.addMark(device, at(1.5), at(3))
        try fixture.addMark(try fixture.device(2), at(3), at(4))
        try fixture.addMark(device, at(9.5), at(12))
        try fixture.addMark(device, at(11), at(12))
        try fixture.addMark(try fixture.device(3), at(-5), at(-1))
        try fixture.addMark(try fixture.device(3), at(20), .max)
        try fixture.addMark(999, at(1), at(2))
        #expect(try store.distributeDueMarks() == 8)
        #expect(try store.distributeDueMarks() == 0)
        let claim = try #require(try store.claim(dueBy: .min, community: nil))
        #expect(
            claim.dueAgain == [
                .init(from: at(1), until: at(4) + 1, cause: "late"),
                .init(from: at(9.5), until: at(10), cause: "late"), .init(from: at(20), until: .max, cause: "late"),
            ]
        )
    }

    @Test func `marks are kept apart by when their readings were received, if that may be too late`() throws {
        let device = try fixture.device(1)
        func due(_ corrections: String) throws -> [SettlementClaim.DueSpan] {
            try fixture.sql.run(
                "update energy.community_rule set corrections = \(corrections); delete from energy.due_span"
            )
            try fixture.addMark(device, at(1), at(3), receivedAt: at(12))
            try fixture.addMark(device, at(2), at(4), receivedAt: at(12))
            try fixture.addMark(device, at(2), at(5), receivedAt: at(13))
            try fixture.addMark(device, at(3), at(6), receivedAt: at(11))
            try fixture.addMark(device, at(2), at(7))
            #expect(try store.distributeDueMarks() == 5)
            let claim = try #require(try store.claim(dueBy: .min, community: nil))
            // What stays due keeps it.
            try store.finish(settledUntil: nil, nextDueAt: .max, stillDue: claim.dueAgain)
            #expect(try store.claim(dueBy: .min, community: nil)?.dueAgain == claim.dueAgain)
            store.abandon()
            return claim.dueAgain
        }
        #expect(
            try due("'10 h'") == [
                .init(from: at(1), until: at(3) + 1, cause: "late", receivedAt: at(12)),
                .init(from: at(2), until: at(5) + 1, cause: "late", receivedAt: at(13)),
                .init(from: at(2), until: at(7) + 1, cause: "late"),
            ]
        )
        #expect(try due("'30 h'") == [.init(from: at(1), until: at(7) + 1, cause: "late")])
        #expect(try due("null") == [.init(from: at(1), until: at(7) + 1, cause: "late")])
    }

    @Test func `a mark of one instant touches that instant's interval`() throws {
        try fixture.addMark(try fixture.device(1), at(3), at(3))
        #expect(try store.distributeDueMarks() == 1)
        let claim = try #require(try store.claim(dueBy: .min, community: nil))
        #expect(claim.dueAgain == [.init(from: at(3), until: at(3) + 1, cause: "late")])
    }

    @Test func `the horizon rises and never falls`() throws {
        try store.advanceHorizon(to: at(5))
        try store.advanceHorizon(to: at(3))
        #expect(try fixture.texts("select horizon = timestamptz '2016-08-01 05:00+00' from energy.control") == ["t"])
    }

    @Test func `no mark is lost between a batch and a settlement`() throws {
        // A batch has read the old horizon and has not committed yet.
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: [0, 2])
        let batch = try fixture.registry.database.connect()
        try batch.run("begin")
        try batch.run(BatchGate.enterShared)
        #expect(try batch.query("select horizon = '-infinity' from energy.control").bool(0, 0) == true)
        _ = try batch.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, quality) values ($1, $2, $2, 7, 'M')
            """,
            [.int32(device), .timestamp(at(1))]
        )
        // It would leave no mark: nothing is behind the old horizon. So settlement may not go on without it.
        #expect {
            try store.advanceHorizon(to: at(2))
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == true
        }
        try batch.commit()
        try store.advanceHorizon(to: at(2))
        // The next batch sees the new horizon, leaves a mark, and commits after the marks were collected and the community claimed.
        try batch.run("begin")
        try batch.run(BatchGate.enterShared)
        #expect(try batch.query("select horizon = $1 from energy.control", [.timestamp(at(2))]).bool(0, 0) == true)
        _ = try batch.query(
            """
            with r as (insert into energy.reading (device_id, measured_at, received_at, import_wh, quality)
                       values ($1, $2, $2, 9, 'M'))
            insert into energy.due_mark values ($1, $3, $4)
            """,
            [.int32(device), .timestamp(at(1.5)), .timestamp(at(1)), .timestamp(at(2))]
        )
        #expect(try store.distributeDueMarks() == 0)
        _ = try #require(try store.claim(dueBy: at(2), community: nil))
        #expect(try times(device) == [0, 1, 2])
        try batch.commit()
        // Within the claim, a later statement sees what was committed meanwhile; its mark stays for the next round.
        #expect(try times(device) == [0, 1, 1.5, 2])
        try store.finish(settledUntil: at(2), nextDueAt: .max, stillDue: [])
        #expect(try store.distributeDueMarks() == 1)
        let again = try #require(try store.claim(dueBy: at(2), community: nil))
        #expect(again.dueAgain == [.init(from: at(1), until: at(2) + 1, cause: "late")])
    }

    private func times(_ device: Int32) throws -> [Double] {
        var times: [Double] = []
        try store.readings(ofMeters: [device], from: at(0), until: at(2)) { _, readings in
            times = readings.map { Double($0.time - SettlementFixture.start) / Double(SettlementFixture.hour) }
        }
        return times
    }

    // MARK: The watermark

    private func addPosition(
        _ partition: Int,
        watermark: Double?,
        atEndFor seconds: Int? = nil,
        state: String = "running"
    ) throws {
        _ = try fixture.sql.query(
            """
            insert into energy.stream_position (topic, partition, first_offset, next_offset, watermark, at_end_since, state)
            values ('t', $1, 0, 0, $2, now() - $3 * interval '1 second', $4)
            """,
            [
                .int32(Int32(partition)), .optionalTimestamp(watermark.map { at($0) }),
                .optional(seconds.map { Int64($0) }), .text(state),
            ]
        )
    }

    private func watermark() throws -> Double? {
        try store.streamWatermark(idleAfter: .seconds(30))
            .map { Double($0 - SettlementFixture.start) / Double(SettlementFixture.hour) }
    }

    @Test func `the watermark is the minimum of the partitions that are not idle at their end`() throws {
        #expect(try watermark() == nil)
        try addPosition(0, watermark: 5)
        #expect(try watermark() == 5)
        try addPosition(1, watermark: 3)
        #expect(try watermark() == 3)
        try addPosition(2, watermark: 1, atEndFor: 60)
        #expect(try watermark() == 3)
        try addPosition(3, watermark: 2, atEndFor: 10)
        #expect(try watermark() == 2)
        try addPosition(4, watermark: nil, atEndFor: 60)
        #expect(try watermark() == 2)
        try addPosition(5, watermark: 0.5, atEndFor: 60, state: "halted")
        #expect(try watermark() == 0.5)
        try addPosition(6, watermark: nil)
        #expect(try watermark() == nil)
    }

    @Test func `if all are idle it is the maximum`() throws {
        try addPosition(0, watermark: 5, atEndFor: 60)
        try addPosition(1, watermark: 7, atEndFor: 31)
        try addPosition(2, watermark: nil, atEndFor: 31)
        #expect(try watermark() == 7)
    }
}
