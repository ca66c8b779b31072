import EnergySharing
import Testing

@testable import Settlement

@Suite("Span settlement")
struct SpanSettlementTests {
    static let hour: Int64 = 3_600_000_000

    func terms(_ participations: [Participation], names: [Int32: String]) -> CommunityTerms {
        CommunityTerms(
            communityID: 1,
            rules: [SettlementPlanTests.rule()],
            participations: participations,
            meters: names.mapValues { CommunityTerms.Meter(hubDeviceID: $0) }
        )
    }

    func span(_ from: Int64, _ until: Int64, isAgain: Bool = false) -> PlannedSpan {
        PlannedSpan(
            from: from * Self.hour,
            until: until * Self.hour,
            rule: SettlementPlanTests.rule(),
            isAgain: isAgain,
            cause: ""
        )
    }

    func reading(_ hour: Int64, _ importWh: Int64, _ exportWh: Int64) -> RegisterReading {
        RegisterReading(time: hour * Self.hour, importWh: importWh, exportWh: exportWh)
    }

    @Test("A neighbour's surplus covers a home, the rest comes from the grid and goes to it")
    func split() {
        let names: [Int32: String] = [1: "b", 2: "a"]
        var settlement = SpanSettlement(
            span(0, 2),
            terms([Participation(deviceID: 1, from: 0), Participation(deviceID: 2, from: 0)], names: names)
        )
        settlement.take([reading(0, 0, 0), reading(1, 100, 0), reading(2, 100, 500)], ofMeter: 1)
        settlement.take([reading(0, 50, 0), reading(1, 50, 70), reading(2, 350, 70)], ofMeter: 2)
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.intervals.map(\.expected) == [2, 2])
        #expect(result.intervals.map(\.received) == [2, 2])
        let rows = result.rows.sorted { ($0.intervalStart, $0.deviceID) < ($1.intervalStart, $1.deviceID) }
        #expect(rows.map(\.importWh) == [100, 0, 0, 300])
        #expect(rows.map(\.communityWh) == [70, 0, 0, 300])
        #expect(rows.map(\.gridWh) == [30, 0, 0, 0])
        #expect(rows.map(\.exportWh) == [0, 70, 500, 0])
        #expect(rows.map(\.sharedWh) == [0, 70, 300, 0])
        #expect(rows.map(\.surplusWh) == [0, 0, 200, 0])
    }

    @Test("A watt-hour that is left over goes to the smallest hub device id by bytes, whatever the numbers")
    func ties() {
        let names: [Int32: String] = [1: "z", 2: "A", 3: "a", 4: "p"]
        var settlement = SpanSettlement(
            span(0, 1),
            terms((1...4).map { Participation(deviceID: $0, from: 0) }, names: names)
        )
        for meter: Int32 in 1...3 { settlement.take([reading(0, 0, 0), reading(1, 7, 0)], ofMeter: meter) }
        settlement.take([reading(0, 0, 0), reading(1, 0, 10)], ofMeter: 4)
        let rows = settlement.settle(firstIntervalAt: nil).rows
        let community = Dictionary(uniqueKeysWithValues: rows.map { ($0.deviceID, $0.communityWh) })
        #expect(community == [1: 3, 2: 4, 3: 3, 4: 0])
    }

    @Test("A missing meter is expected from its first reading on, counts as 0 and has no row")
    func missing() {
        let names: [Int32: String] = [1: "a", 2: "b"]
        var settlement = SpanSettlement(
            span(0, 4),
            terms([Participation(deviceID: 1, from: 0), Participation(deviceID: 2, from: 0)], names: names)
        )
        settlement.take((0...4).map { reading($0, $0 * 10, 0) }, ofMeter: 1)
        // The second meter appears in the middle of the second hour and ends after the third.
        settlement.take(
            [
                RegisterReading(time: Self.hour + Self.hour / 2, importWh: 5, exportWh: 0), reading(2, 5, 0),
                reading(3, 15, 0),
            ],
            ofMeter: 2
        )
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.intervals.map(\.expected) == [1, 1, 2, 2])
        #expect(result.intervals.map(\.missing) == [[], [], [], [2]])
        #expect(result.intervals.map(\.received) == [1, 1, 2, 1])
        #expect(result.rows.count == 5)
    }

    @Test("A missing meter's fixed share stays its own: the others get what they would get with it")
    func fixedShares() {
        let names: [Int32: String] = [1: "a", 2: "b", 3: "missing", 4: "roof"]
        var fixed = span(0, 1)
        fixed.rule.sharing = SharingRule(key: .static)
        // 3 Wh on shares of 0.25, 0.25 and 0.5: 0.75, 0.75 and 1.5 Wh, so everybody gets 1.
        let shares: [Int32: Int64] = [1: 250_000, 2: 250_000, 3: 500_000, 4: 0]
        let parts = shares.map { Participation(deviceID: $0.key, from: 0, sharePPM: $0.value) }
        var settlement = SpanSettlement(fixed, terms(parts, names: names))
        for meter: Int32 in 1...2 { settlement.take([reading(0, 0, 0), reading(1, 9, 0)], ofMeter: meter) }
        settlement.take([reading(0, 0, 0)], ofMeter: 3)
        settlement.take([reading(0, 0, 0), reading(1, 0, 3)], ofMeter: 4)
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.intervals.map(\.expected) == [4])
        #expect(result.intervals.map(\.received) == [3])
        let community = Dictionary(uniqueKeysWithValues: result.rows.map { ($0.deviceID, $0.communityWh) })
        #expect(community == [1: 1, 2: 1, 4: 0])
        #expect(result.rows.map(\.surplusWh) == [0, 0, 1])
    }

    @Test("A participation that ends leaves its meter out from there on")
    func participation() {
        let names: [Int32: String] = [1: "a", 2: "b"]
        let parts = [
            Participation(deviceID: 1, from: 0), Participation(deviceID: 2, from: Self.hour, until: 2 * Self.hour),
        ]
        var settlement = SpanSettlement(span(0, 3), terms(parts, names: names))
        for meter: Int32 in 1...2 { settlement.take((0...3).map { reading($0, $0 * 10, 0) }, ofMeter: meter) }
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.intervals.map(\.expected) == [1, 2, 1])
        #expect(result.rows.filter { $0.deviceID == 2 }.map(\.intervalStart) == [Self.hour])
    }

    @Test("Intervals before the community's first data are left out, a hole in the middle is not")
    func leading() {
        let names: [Int32: String] = [1: "a"]
        let terms = terms([Participation(deviceID: 1, from: 0)], names: names)
        var settlement = SpanSettlement(span(0, 4, isAgain: true), terms)
        settlement.take([reading(2, 0, 0), reading(3, 10, 0)], ofMeter: 1)
        let result = settlement.settle(firstIntervalAt: 10 * Self.hour)
        #expect(result.intervals.map(\.start) == [2 * Self.hour, 3 * Self.hour])
        #expect(result.intervals.map(\.received) == [1, 0])
    }

    @Test("When the first data do not count any more, the community's intervals begin later")
    func beginsLater() {
        let names: [Int32: String] = [1: "a"]
        func settled(_ first: Int64) -> SettledSpan {
            var settlement = SpanSettlement(
                span(0, 4, isAgain: true),
                terms([Participation(deviceID: 1, from: 0)], names: names)
            )
            let outlier = RegisterReading(time: Self.hour * 3 / 2, importWh: 9_999_999, exportWh: 0)
            settlement.take([reading(1, 0, 0), outlier, reading(2, 0, 0), reading(3, 10, 0)].suffix(3), ofMeter: 1)
            return settlement.settle(firstIntervalAt: first * Self.hour)
        }
        #expect(settled(0).intervals.map(\.start) == [2 * Self.hour, 3 * Self.hour])
        #expect(settled(0).anomalies.map(\.kind) == [.reset])
        // Intervals before the span are settled: those of the span go on from them.
        #expect(settled(-1).intervals.map(\.start) == [0, 1, 2, 3].map { $0 * Self.hour })
    }

    @Test("What is odd before the first interval touches nothing")
    func oddBefore() {
        let names: [Int32: String] = [1: "a"]
        var settlement = SpanSettlement(
            span(0, 4, isAgain: true),
            terms([Participation(deviceID: 1, from: 0)], names: names)
        )
        let before = [5, 20, 30, 40].map {
            RegisterReading(time: $0 * 60_000_000, importWh: $0 == 20 ? 99_999_999 : $0, exportWh: 0)
        }
        settlement.take(before + [reading(1, 100, 0), reading(2, 110, 0)], ofMeter: 1)
        let result = settlement.settle(firstIntervalAt: 0)
        #expect(result.intervals.first?.start == Self.hour)
        #expect(result.anomalies == [])
    }

    @Test("What is odd about the readings is told once, as far as it touches the span")
    func anomalies() {
        let names: [Int32: String] = [1: "a"]
        var settlement = SpanSettlement(span(2, 4), terms([Participation(deviceID: 1, from: 0)], names: names))
        settlement.take(
            [reading(0, 5_000, 0), reading(1, 100, 0), reading(2, 110, 0), reading(3, 50, 0), reading(4, 60, 0)],
            ofMeter: 1
        )
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.anomalies.map(\.kind) == [.break])
        #expect(result.anomalies.map(\.fromAt) == [2 * Self.hour])
        #expect(result.rows.map(\.importWh) == [0, 10])
    }
}
