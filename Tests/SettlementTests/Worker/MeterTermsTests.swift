import EnergySharing
import Testing

@testable import Settlement

/// Meters of kind interval beside meters of registers, and what people decided about both.
@Suite("Span settlement, kinds and decisions")
struct MeterTermsTests {
    static let hour: Int64 = 3_600_000_000

    private func settlement(
        _ from: Int64,
        _ until: Int64,
        _ meters: [Int32: CommunityTerms.Meter]
    ) -> SpanSettlement {
        let rule = SettlementPlanTests.rule()
        let span = PlannedSpan(from: from * Self.hour, until: until * Self.hour, rule: rule, isAgain: false, cause: "")
        let participations = meters.keys.map { Participation(deviceID: $0, from: 0) }
        return SpanSettlement(
            span,
            CommunityTerms(communityID: 1, rules: [rule], participations: participations, meters: meters)
        )
    }

    private func interval(_ hours: Double, _ importWh: Int64, seconds: Int32 = 3_600) -> IntervalReading {
        IntervalReading(start: Int64(hours * Double(Self.hour)), seconds: seconds, importWh: importWh, exportWh: nil)
    }

    private func register(_ hour: Int64, _ importWh: Int64, _ exportWh: Int64 = 0) -> RegisterReading {
        RegisterReading(time: hour * Self.hour, importWh: importWh, exportWh: exportWh)
    }

    @Test("A meter of intervals shares with a meter of registers; each is asked for in its own table")
    func bothKinds() {
        var settlement = settlement(
            0,
            2,
            [1: .init(hubDeviceID: "a", kind: .interval), 2: .init(hubDeviceID: "b"), 3: .init(hubDeviceID: "c")]
        )
        #expect(settlement.wantedMeters(.interval) == [1])
        #expect(settlement.wantedMeters(.register) == [2, 3])
        settlement.take(
            [interval(0, 40, seconds: 1_800), interval(0.5, 10, seconds: 1_800), interval(1, 30)],
            ofMeter: 1
        )
        settlement.take([register(0, 0), register(1, 0, 20), register(2, 0, 80)], ofMeter: 2)
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.rows.map(\.importWh) == [50, 0, 30, 0])
        #expect(result.rows.map(\.communityWh) == [20, 0, 30, 0])
        #expect(result.rows.map(\.surplusWh) == [0, 0, 0, 30])
        #expect(result.metersSeen == [1, 2, 3])
        #expect(result.intervals.map(\.expected) == [2, 2])
    }

    @Test("A meter of intervals is expected from its first reading on, and missing where a piece has none")
    func missing() {
        var settlement = settlement(0, 5, [1: .init(hubDeviceID: "a", kind: .interval)])
        settlement.take([interval(1, 10), interval(3, 10, seconds: 1_800), interval(4, 10)], ofMeter: 1)
        let result = settlement.settle(firstIntervalAt: -1)
        #expect(result.intervals.map(\.expected) == [0, 1, 1, 1, 1])
        #expect(result.intervals.map(\.received) == [0, 1, 0, 0, 1])
    }

    @Test("A meter of intervals that fell silent long ago is still expected")
    func silent() {
        var settlement = settlement(100, 102, [1: .init(hubDeviceID: "a", kind: .interval)])
        settlement.take([interval(3, 10)], ofMeter: 1)
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.intervals.map(\.expected) == [1, 1])
        #expect(result.intervals.map(\.received) == [0, 0])
    }

    @Test("What is odd about readings of intervals is told, as far as it touches the span")
    func anomalies() {
        var settlement = settlement(2, 4, [1: .init(hubDeviceID: "a", kind: .interval)])
        settlement.take(
            [interval(0.5, 1, seconds: 1_800), interval(0, 9), interval(2, 99_999), interval(3, 1)]
                .sorted { $0.start < $1.start },
            ofMeter: 1
        )
        let result = settlement.settle(firstIntervalAt: nil)
        #expect(result.anomalies.map(\.kind) == [.overLimit])
        #expect(result.anomalies.map(\.fromAt) == [2 * Self.hour] && result.anomalies.map(\.toAt) == [3 * Self.hour])
        #expect(result.rows.map(\.importWh) == [99_999, 1])
    }

    @Test("Exchanges and decisions of the meter's terms count")
    func terms() {
        let decisions: [Int64: ReadingDecision] = [0: .setAside, 2 * Self.hour: .setAside]
        let epochs = [MeterEpoch(validFrom: 3 * Self.hour + 1, importOffsetWh: 500)]
        var settlement = settlement(
            0,
            4,
            [1: .init(hubDeviceID: "a", epochs: epochs, decisions: decisions)]
        )
        settlement.take(
            [register(0, 777), register(1, 100), register(2, 9_999_999), register(3, 300), register(4, 10)],
            ofMeter: 1
        )
        let result = settlement.settle(firstIntervalAt: -1)
        // Expected from the first reading that takes part.
        #expect(result.intervals.map(\.expected) == [0, 1, 1, 1])
        #expect(result.rows.map(\.importWh) == [100, 100, 210])
        #expect(result.anomalies.isEmpty)
    }

    @Test("A meter of which every reading was set aside is not expected")
    func allSetAside() {
        var settlement = settlement(0, 2, [1: .init(hubDeviceID: "a", decisions: [0: .setAside])])
        settlement.take([register(0, 100)], ofMeter: 1)
        #expect(settlement.settle(firstIntervalAt: -1).intervals.map(\.expected) == [0, 0])
    }
}
