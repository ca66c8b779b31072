import EnergySharing
import PostgresStore
import Settlement
import Testing

@Suite(.needsPostgres) struct SettlementWriteTests {
    let fixture: SettlementFixture
    let devices: [Int32]
    private var store: PostgresSettlementStore { fixture.store }

    init() throws {
        fixture = try SettlementFixture()
        devices = [try fixture.device(1), try fixture.device(2), try fixture.device(3)]
    }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    /// The rows of each interval: [hour: [device: import]].
    private typealias Split = [Int: [Int32: Int64]]

    private func rows(_ split: Split) -> [AttributionRow] {
        split.sorted { $0.key < $1.key }.flatMap { hour, values in
            values.sorted { $0.key < $1.key }.map { SettlementFixture.row($0.key, hour, $0.value) }
        }
    }

    /// What `current_attribution` shows.
    private func current() throws -> [AttributionRow] {
        let rows = try fixture.sql.query(
            """
            select \(PostgresTimestamp.sql("interval_start")), device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh,
                   surplus_wh, ascii(quality::text) from energy.current_attribution order by interval_start, device_id
            """
        )
        return try (0..<rows.rowCount).map { row in
            let values = (2...7).map { rows.int64(row, $0) ?? -1 }
            return AttributionRow(
                intervalStart: try #require(rows.int64(row, 0)),
                deviceID: try #require(rows.int32(row, 1)),
                importWh: values[0],
                communityWh: values[1],
                gridWh: values[2],
                exportWh: values[3],
                sharedWh: values[4],
                surplusWh: values[5],
                quality: try #require(rows.int64(row, 8).flatMap { EnergyQuality(letter: UInt8($0)) })
            )
        }
    }

    /// The states as `state revision expected received cause`, by interval.
    private func states() throws -> [String] {
        try fixture.texts(
            """
            select concat_ws(' ', state, revision, expected, received, coalesce(cause, '-')) from energy.interval_status
            order by interval_start
            """
        )
    }

    @Test func `the first time everything is copied in`() throws {
        let split: Split = [0: [devices[0]: 3, devices[1]: 4], 1: [devices[0]: 5], 2: [:]]
        #expect(try fixture.settle(SettlementFixture.span(0..<3, rows(split))) == SpanReceipt(settled: 3))
        #expect(try current() == rows(split))
        #expect(try states() == ["provisional 0 3 2 -", "provisional 0 3 1 -", "provisional 0 3 0 -"])
        let lengths =
            "select distinct concat_ws(' ', final_at - interval_end, interval_end - interval_start) from energy.interval_status"
        #expect(try fixture.texts(lengths) == ["4 days 04:00:00 01:00:00"])
    }

    @Test func `provisional intervals are replaced in place, what is the same is left alone`() throws {
        try fixture.settle(
            SettlementFixture.span(0..<2, rows([0: [devices[0]: 3, devices[1]: 4], 1: [devices[0]: 5]]))
        )
        for table in ["attribution", "interval_status"] {
            try fixture.sql.run("update energy.\(table) set settled_at = 'epoch'")
        }
        let split: Split = [0: [devices[0]: 3, devices[2]: 9], 1: [devices[0]: 5]]
        let receipt = try fixture.settle(SettlementFixture.span(0..<2, rows(split), again: "late"))
        #expect(receipt == SpanReceipt(resettled: 1))
        #expect(try current() == rows(split))
        #expect(try states() == ["provisional 0 3 2 late", "provisional 0 3 1 -"])
        let isOld = "select settled_at = 'epoch' from"
        #expect(try fixture.texts("\(isOld) energy.attribution order by interval_start") == ["f", "f", "t"])
        #expect(try fixture.texts("\(isOld) energy.interval_status order by interval_start") == ["f", "t"])
    }

    @Test func `final intervals get a revision and keep the old rows`() throws {
        let first: Split = [0: [devices[0]: 3, devices[1]: 4], 1: [devices[0]: 5]]
        try fixture.settle(SettlementFixture.span(0..<2, rows(first)))
        #expect(try store.finalize(watermark: at(101)) == 1)
        #expect(try store.finalize(watermark: at(1_000)) == 1)
        #expect(try store.finalize(watermark: at(1_000)) == 0)
        let second: Split = [0: [devices[0]: 3], 1: [devices[0]: 5]]
        #expect(
            try fixture.settle(SettlementFixture.span(0..<2, rows(second), again: "late")) == SpanReceipt(corrected: 1)
        )
        #expect(try current() == rows(second))
        #expect(try states() == ["corrected 1 3 1 late", "final 0 3 1 -"])
        #expect(
            try fixture.texts("select revision from energy.attribution order by revision") == ["0", "0", "0", "1"]
        )
        let third: Split = [0: [devices[0]: 8], 1: [devices[0]: 5]]
        #expect(
            try fixture.settle(SettlementFixture.span(0..<2, rows(third), again: "registry"))
                == SpanReceipt(corrected: 1)
        )
        #expect(try current() == rows(third))
        #expect(try states().first == "corrected 2 3 1 registry")
        #expect(try fixture.settle(SettlementFixture.span(0..<2, rows(third), again: "late")) == SpanReceipt())
        #expect(
            try fixture.texts(
                """
                select concat_ws(' ', i.revision, i.expected, i.received, coalesce(i.cause, '-'),
                                 (select bool_and(a.settled_at = i.settled_at) from energy.attribution a
                                  where (a.community_id, a.interval_start, a.revision) = (i.community_id, i.interval_start, i.revision)))
                from energy.interval_revision i order by i.revision
                """
            ) == ["0 3 2 - t", "1 3 1 late t"]
        )
    }

    @Test func `counts alone, and the time of finality, are brought up to date without a revision`() throws {
        let split: Split = [0: [devices[0]: 3], 1: [devices[0]: 5]]
        try fixture.settle(SettlementFixture.span(0..<2, rows(split)))
        #expect(try store.finalize(watermark: at(101)) == 1)
        var span = SettlementFixture.span(0..<2, rows(split), again: "registry", finality: 0)
        for index in span.intervals.indices { span.intervals[index].expected = 7 }
        #expect(try fixture.settle(span) == SpanReceipt())
        #expect(try states() == ["final 0 7 1 -", "provisional 0 7 1 -"])
        let isAtEnd = "select final_at = interval_end from energy.interval_status order by interval_start"
        #expect(try fixture.texts(isAtEnd) == ["f", "t"])
    }

    @Test func `intervals that are not found any more open again, or lose their rows by a revision`() throws {
        try fixture.settle(
            SettlementFixture.span(0..<3, rows([0: [devices[0]: 3], 1: [devices[0]: 5], 2: [devices[0]: 6]]))
        )
        #expect(try store.finalize(watermark: at(101)) == 1)
        var nothing = SettlementFixture.span(0..<2, [], again: "registry")
        nothing.intervals = []
        #expect(try fixture.settle(nothing) == SpanReceipt(resettled: 1, corrected: 1))
        #expect(try current() == rows([2: [devices[0]: 6]]))
        // The second stays, without rows: behind what stays for ever there is no hole.
        #expect(try states() == ["corrected 1 0 0 registry", "provisional 0 0 0 registry", "provisional 0 3 1 -"])
        #expect(try fixture.settle(nothing) == SpanReceipt())
        let back: Split = [0: [devices[0]: 3], 1: [devices[0]: 5], 2: [devices[0]: 6]]
        let receipt = try fixture.settle(SettlementFixture.span(0..<3, rows(back), again: "late"))
        #expect(receipt == SpanReceipt(resettled: 1, corrected: 1))
        #expect(try current() == rows(back))
        #expect(try states() == ["corrected 2 3 1 late", "provisional 0 3 1 late", "provisional 0 3 1 -"])
    }

    @Test func `several spans in one claim do not mix`() throws {
        try fixture.settle(SettlementFixture.span(0..<4, rows([0: [devices[0]: 3], 3: [devices[0]: 5]])))
        _ = try #require(try store.claim(dueBy: .max, community: nil))
        let first = SettlementFixture.span(0..<1, rows([0: [devices[0]: 30]]), again: "late")
        let second = SettlementFixture.span(3..<4, rows([3: [devices[0]: 50]]), again: "registry")
        let third = SettlementFixture.span(4..<5, rows([4: [devices[0]: 70]]))
        #expect(try store.write(first) == SpanReceipt(resettled: 1))
        #expect(try store.write(second) == SpanReceipt(resettled: 1))
        #expect(try store.write(third) == SpanReceipt(settled: 1))
        try store.finish(settledUntil: at(5), nextDueAt: .max, stillDue: [])
        #expect(try current() == rows([0: [devices[0]: 30], 3: [devices[0]: 50], 4: [devices[0]: 70]]))
        #expect(try states().map { $0.split(separator: " ").last } == ["late", "-", "-", "registry", "-"])
    }

    @Test func `no interval becomes final while it is being written`() throws {
        try fixture.settle(SettlementFixture.span(0..<2, rows([0: [devices[0]: 3], 1: [devices[0]: 5]])))
        _ = try #require(try store.claim(dueBy: .max, community: nil))
        _ = try store.write(SettlementFixture.span(0..<1, rows([0: [devices[0]: 4]]), again: "late"))
        let other = fixture.otherStore()
        defer { other.close() }
        // The row that the claim holds is passed over, without waiting.
        #expect(try other.finalize(watermark: at(1_000)) == 1)
        try store.finish(settledUntil: at(2), nextDueAt: .max, stillDue: [])
        #expect(try states() == ["provisional 0 3 1 late", "final 0 3 1 -"])
        #expect(try other.finalize(watermark: at(1_000)) == 1)
    }

    /// What the store should hold of an interval.
    private struct Expected: Equatable {
        var state: String
        var revision: Int
        var rows: [Int32: Int64]
    }

    @Test func `random resettlements end as a plain model says`() throws {
        let hours = 0..<12
        var model: [Int: Expected] = [:]
        var superseded = 0
        for round in 0..<40 {
            let found = randomSplit(hours)
            var span = SettlementFixture.span(hours, rows(found), again: "late", finality: 0)
            span.intervals.removeAll { interval in !found.keys.contains { at(Double($0)) == interval.start } }
            let expected = settle(found, hours, &model, &superseded)
            #expect(try fixture.settle(span) == expected, "round \(round)")
            #expect(try current() == rows(model.mapValues(\.rows)), "round \(round)")
            #expect(
                try fixture.texts("select state || revision from energy.interval_status order by interval_start")
                    == model.sorted { $0.key < $1.key }.map { $0.value.state + String($0.value.revision) }
            )
            let held = superseded + model.values.reduce(0) { $0 + $1.rows.count }
            #expect(try fixture.texts("select count(*) from energy.attribution") == ["\(held)"])
            if Int.random(in: 0..<4) == 0 {
                let watermark = Int.random(in: 0..<13)
                _ = try store.finalize(watermark: at(Double(watermark)))
                for hour in hours where hour + 1 <= watermark && model[hour]?.state == "provisional" {
                    model[hour]?.state = "final"
                }
            }
        }
    }

    /// Some hours, with some devices each.
    private func randomSplit(_ hours: Range<Int>) -> Split {
        var split: Split = [:]
        for hour in hours where Int.random(in: 0..<6) > 0 {
            split[hour] = [:]
            for device in devices where Bool.random() { split[hour]?[device] = Int64.random(in: 0..<3) }
        }
        return split
    }

    /// Settles the model again; counts the rows of revisions that do not count any more.
    private func settle(
        _ found: Split,
        _ hours: Range<Int>,
        _ model: inout [Int: Expected],
        _ superseded: inout Int
    ) -> SpanReceipt {
        var receipt = SpanReceipt()
        for hour in hours {
            guard let old = model[hour] else {
                guard let rows = found[hour] else { continue }
                model[hour] = Expected(state: "provisional", revision: 0, rows: rows)
                receipt.settled += 1
                continue
            }
            let isAfterFinal = model.contains { $0.key < hour && $0.value.state != "provisional" }
            if old.state == "provisional", found[hour] == nil, isAfterFinal {
                // No hole may come to be behind what stays for ever.
                if !old.rows.isEmpty { receipt.resettled += 1 }
                model[hour]?.rows = [:]
            } else if old.state == "provisional" {
                if found[hour] != old.rows { receipt.resettled += 1 }
                model[hour] = found[hour].map { Expected(state: "provisional", revision: 0, rows: $0) }
            } else if old.rows != found[hour] ?? [:] {
                superseded += old.rows.count
                model[hour] = Expected(state: "corrected", revision: old.revision + 1, rows: found[hour] ?? [:])
                receipt.corrected += 1
            }
        }
        return receipt
    }

    @Test func `anomalies come, stay while they are found, and go, unless somebody judged them`() throws {
        func anomaly(_ device: Int32, _ from: Double, _ until: Double) -> Anomaly {
            let kind: AnomalyKind = from == until ? .outlier : .break
            return Anomaly(deviceID: device, kind: kind, fromAt: at(from), toAt: at(until), detail: "d")
        }
        func found() throws -> [String] {
            try fixture.texts(
                """
                select extract(hour from from_at) || '-' || extract(hour from to_at) from energy.anomaly order by from_at, to_at
                """
            )
        }
        var span = SettlementFixture.span(0..<10, [])
        span.metersSeen = [devices[0], devices[1]]
        span.anomalies = [
            anomaly(devices[0], 1, 2), anomaly(devices[0], 4, 4), anomaly(devices[1], 9, 11),
            anomaly(devices[1], 10, 12), anomaly(devices[1], 5, 6),
        ]
        try fixture.settle(span)
        try fixture.sql.run(
            """
            update energy.anomaly set resolution = 'meter-swap', resolved_at = now() where from_at = timestamptz '2016-08-01 05:00+00'
            """
        )
        #expect(try found() == ["1-2", "4-4", "5-6", "9-11", "10-12"])
        span.isAgain = true
        span.anomalies = [anomaly(devices[0], 1, 2), anomaly(devices[0], 7, 7)]
        span.metersSeen = [devices[0]]
        try fixture.settle(span)
        #expect(try found() == ["1-2", "5-6", "7-7", "9-11", "10-12"])
        span.metersSeen = devices
        span.anomalies = []
        try fixture.settle(span)
        // One was judged, one lies outside of the span.
        #expect(try found() == ["5-6", "10-12"])
    }

    @Test func `what is not found any more, and lies before all that is final, is as if it had never been settled`()
        throws
    {
        let split: Split = [0: [devices[0]: 3], 1: [devices[0]: 5], 2: [devices[0]: 6]]
        try fixture.settle(SettlementFixture.span(0..<3, rows(split)))
        var nothing = SettlementFixture.span(0..<2, [], again: "decision")
        nothing.intervals = []
        #expect(try fixture.settle(nothing) == SpanReceipt(resettled: 2))
        #expect(try states() == ["provisional 0 3 1 -"])
    }

    @Test func `a resolved anomaly is neither deleted nor reopened nor told anew, however often it is found`() throws {
        let anomaly = Anomaly(deviceID: devices[0], kind: .reset, fromAt: at(1), toAt: at(2), detail: "first")
        func stored() throws -> [String] {
            try fixture.texts(
                "select concat_ws(' ', kind, detail, resolution, resolved_by) from energy.anomaly order by 1"
            )
        }
        var span = SettlementFixture.span(0..<10, [])
        span.metersSeen = [devices[0]]
        span.anomalies = [anomaly]
        try fixture.settle(span)
        #expect(try stored() == ["reset first"])
        span.isAgain = true
        span.anomalies[0].detail = "second"
        try fixture.settle(span)
        #expect(try stored() == ["reset second"])
        try fixture.sql.run("update energy.anomaly set resolution = 'accept', resolved_by = 'eve', resolved_at = now()")
        span.anomalies[0].detail = "third"
        try fixture.settle(span)
        #expect(try stored() == ["reset second accept eve"])
        // Not found any more: what somebody decided stays on record.
        span.anomalies = []
        try fixture.settle(span)
        #expect(try stored() == ["reset second accept eve"])
        span.anomalies = [anomaly]
        try fixture.settle(span)
        #expect(try stored() == ["reset second accept eve"])
    }

    @Test func `an outlier at the edge of a span goes when it is not found any more`() throws {
        var span = SettlementFixture.span(0..<10, [])
        span.metersSeen = [devices[0]]
        span.anomalies = [Anomaly(deviceID: devices[0], kind: .outlier, fromAt: at(10), toAt: at(10), detail: "d")]
        try fixture.settle(span)
        span.isAgain = true
        span.anomalies = []
        try fixture.settle(span)
        #expect(try fixture.texts("select kind from energy.anomaly") == [])
    }

    @Test func `anomalies of kinds that a span does not judge are left alone`() throws {
        try fixture.sql.run(
            """
            insert into energy.anomaly (device_id, kind, from_at, to_at, detail)
            select \(devices[0]), 'high_low', timestamptz '2016-08-01 01:00+00', '2016-08-01 02:00+00', 'd'
            """
        )
        var span = SettlementFixture.span(0..<10, [])
        span.metersSeen = devices
        span.isAgain = true
        try fixture.settle(span)
        #expect(try fixture.texts("select kind from energy.anomaly") == ["high_low"])
    }

    @Test func `who is missing is told by name, and brought up to date alone`() throws {
        let missing = {
            try fixture.texts("select coalesce(missing::text, '-') from energy.interval_status order by interval_start")
        }
        let settledAt = { try fixture.texts("select settled_at from energy.interval_status order by interval_start") }
        try fixture.settle(SettlementFixture.span(0..<2, rows([0: [devices[0]: 4]]), missing: [5, 7]))
        #expect(try missing() == ["{5,7}", "{5,7}"])
        let before = try settledAt()
        try fixture.settle(SettlementFixture.span(0..<1, rows([0: [devices[0]: 4]]), again: "late", missing: [5, 8]))
        #expect(try missing() == ["{5,8}", "{5,7}"])
        try fixture.settle(SettlementFixture.span(0..<2, rows([0: [devices[0]: 4]]), again: "late"))
        #expect(try missing() == ["-", "-"])
        #expect(try settledAt() == before)
        #expect(try states() == ["provisional 0 3 1 -", "provisional 0 3 0 -"])
        try fixture.settle(SettlementFixture.span(2..<3, [], again: "late", missing: [.max]))
        #expect(try missing() == ["-", "-", "{2147483647}"])
    }
}
