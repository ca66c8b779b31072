import EnergySharing
import Testing

@Suite("Plausible register steps")
struct StepLimitTests {
    static let second: Int64 = 1_000_000

    /// A step of one register.
    struct Step: CustomTestStringConvertible, Sendable {
        var source: String
        var limits = ConnectionLimits()
        var seconds: Int64
        var before: Int64 = 0
        var isExport = false
        /// The largest value that is plausible afterwards; the next one is a break.
        var most: Int64

        var testDescription: String { source }
    }

    static let steps = [
        Step(source: "3 × 25 A, a quarter of an hour: 4,312.5 Wh × 1.2 + 1", seconds: 900, most: 5_176),
        Step(source: "3 × 25 A, ten seconds count as a quarter of an hour", seconds: 10, most: 5_176),
        Step(source: "3 × 25 A, a second more than a quarter of an hour: 5,180.75", seconds: 901, most: 5_181),
        Step(source: "3 × 25 A, an hour", seconds: 3_600, most: 20_701),
        Step(source: "3 × 25 A, a year", seconds: 365 * 86_400, most: 181_332_001),
        Step(
            source: "3 × 63 A, a quarter of an hour",
            limits: ConnectionLimits(connectionWatts: 43_470),
            seconds: 900,
            most: 13_042
        ),
        Step(source: "from any register value", seconds: 900, before: 999_999_000_000, most: 999_999_005_176),
        Step(
            source: "export, an inverter of 5 kW × 1.1",
            limits: ConnectionLimits(inverterWatts: 5_000),
            seconds: 3_600,
            isExport: true,
            most: 5_501
        ),
        Step(source: "export, no inverter known: as the connection", seconds: 3_600, isExport: true, most: 20_701),
        Step(
            source: "import does not mind the inverter",
            limits: ConnectionLimits(inverterWatts: 5_000),
            seconds: 3_600,
            most: 20_701
        ),
        Step(
            source: "watts that make no whole watt-hour: 7 W × 1.2 × 15 min = 2.1",
            limits: ConnectionLimits(connectionWatts: 7),
            seconds: 900,
            most: 3
        ),
        Step(source: "no connection at all", limits: ConnectionLimits(connectionWatts: 0), seconds: 3_600, most: 1),
        Step(
            source: "a register of 5 digits, 1,000 Wh before its end",
            limits: ConnectionLimits(registerDigits: 5),
            seconds: 900,
            before: 99_999_000,
            most: 4_176
        ),
        Step(
            source: "a register of 5 digits at nine tenths",
            limits: ConnectionLimits(connectionWatts: 100_000_000, registerDigits: 5),
            seconds: 900,
            before: 90_000_000,
            most: 20_000_001
        ),
    ]

    private func isBreak(_ step: Step, to value: Int64) -> Bool {
        let before = RegisterReading(
            time: 5,
            importWh: step.isExport ? 0 : step.before,
            exportWh: step.isExport ? step.before : 0
        )
        let after = RegisterReading(
            time: 5 + step.seconds * Self.second,
            importWh: step.isExport ? 0 : value,
            exportWh: step.isExport ? value : 0
        )
        return RegisterSeries.isBreak(from: before, to: after, limits: step.limits)
    }

    @Test("the bound, to the watt-hour", arguments: steps)
    func bound(_ step: Step) {
        #expect(!isBreak(step, to: step.most))
        #expect(isBreak(step, to: step.most + 1))
    }

    @Test("a fall by 1 Wh is a break, the same value is not")
    func fall() {
        let step = Step(source: "", seconds: 900, before: 700, most: 0)
        #expect(isBreak(step, to: 699))
        #expect(!isBreak(step, to: 700))
    }

    @Test("below nine tenths of its width, at its end or beyond, a register does not roll over")
    func noRollover() {
        let limits = ConnectionLimits(connectionWatts: 100_000_000, registerDigits: 5)
        #expect(!isBreak(Step(source: "", limits: limits, seconds: 900, before: 90_000_000, most: 0), to: 0))
        #expect(isBreak(Step(source: "", limits: limits, seconds: 900, before: 89_999_999, most: 0), to: 0))
        #expect(!isBreak(Step(source: "", limits: limits, seconds: 900, before: 99_999_999, most: 0), to: 0))
        #expect(isBreak(Step(source: "", limits: limits, seconds: 900, before: 100_000_000, most: 0), to: 0))
    }

    @Test("a width that no register has counts as unknown", arguments: [-1, 0, 16, 400])
    func oddWidth(_ digits: Int) {
        let limits = ConnectionLimits(registerDigits: digits)
        #expect(isBreak(Step(source: "", limits: limits, seconds: 900, before: 999_999, most: 0), to: 0))
    }

    @Test("a register that only one of the two reports breaks nothing")
    func notReported() {
        let before = RegisterReading(time: 0, importWh: 1_000_000, exportWh: nil)
        let after = RegisterReading(time: 1, importWh: nil, exportWh: 9)
        #expect(!RegisterSeries.isBreak(from: before, to: after, limits: ConnectionLimits()))
    }

    @Test("absurd powers and spans saturate instead of trapping", arguments: [Int64.min, -1, Int64.max])
    func absurd(_ watts: Int64) {
        let before = RegisterReading(time: 0, importWh: 0, exportWh: 0)
        let after = RegisterReading(time: Int64.max, importWh: 1_000_000_000_000, exportWh: 0)
        let limits = ConnectionLimits(connectionWatts: watts, inverterWatts: watts)
        #expect(RegisterSeries.isBreak(from: before, to: after, limits: limits) == (watts < 0))
    }
}
