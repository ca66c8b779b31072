import EnergySharing
import Testing

@Suite("Sum check")
struct SumCheckTests {
    static let hour = MeterWatchTests.hour
    static let day = MeterWatchTests.day

    private func edge(_ at: Int64, _ importWh: Int64, _ exportWh: Int64? = 0) -> SumCheck.Edge {
        let reading = RegisterReading(time: at, importWh: importWh, exportWh: exportWh)
        return .init(at: at, before: reading, after: reading)
    }

    /// A day of 24 times 100 Wh of import and nothing else.
    private var day: MeterDay {
        var day = MeterWatchTests.flat(1, 100)
        for index in day.intervals.indices { day.intervals[index].energy.exportWh = 0 }
        return day
    }

    private func check(_ rise: Int64, from first: Int64 = 1_000_000, limits: ConnectionLimits = .init())
        -> ReadingFinding?
    {
        SumCheck().finding(day, from: edge(Self.day, first), to: edge(2 * Self.day, first + rise), limits: limits)
    }

    @Test("A difference of more than 10 Wh is told, to the watt-hour")
    func tolerance() {
        #expect(check(2_400) == nil && check(2_410) == nil && check(2_390) == nil)
        #expect(check(2_389)?.kind == .sumCheck)
        #expect(check(2_411)?.from == Self.day && check(2_411)?.to == 2 * Self.day)
        #expect(
            check(2_411)?.detail
                == "On this day import intervals add up to 2400 Wh, but the register rose by 2411 Wh: where a register breaks, "
                + "no energy is counted."
        )
        #expect(check(-900_000)?.detail.contains("the register fell by 900000 Wh") == true)
    }

    @Test("Of a large rise a thousandth is tolerated")
    func permille() {
        var large = day
        for index in large.intervals.indices { large.intervals[index].energy.importWh = 1_000_000 }
        func check(_ rise: Int64) -> ReadingFinding? {
            SumCheck().finding(large, from: edge(Self.day, 0), to: edge(2 * Self.day, rise))
        }
        #expect(check(24_024_000) == nil)
        #expect(check(24_024_100)?.kind == .sumCheck)
    }

    @Test("A register of known width may have gone past its end; a day that is not complete is not judged")
    func rollover() {
        #expect(check(2_400 - 100_000_000, from: 99_999_000, limits: .init(registerDigits: 5)) == nil)
        #expect(check(2_400 - 100_000_000, from: 99_999_000) != nil)
        var part = day
        part.intervals.removeLast()
        #expect(SumCheck().finding(part, from: edge(Self.day, 0), to: edge(2 * Self.day, 9_999)) == nil)
    }

    @Test("Between readings the register is interpolated, upwards and downwards")
    func interpolated() {
        func between(_ at: Int64, _ left: Int64, _ right: Int64) -> SumCheck.Edge {
            .init(
                at: at,
                before: RegisterReading(time: at - Self.hour, importWh: left, exportWh: nil),
                after: RegisterReading(time: at + 3 * Self.hour, importWh: right, exportWh: nil)
            )
        }
        let opening = between(Self.day, 1_000, 1_400)  // 1,100
        #expect(SumCheck().finding(day, from: opening, to: between(2 * Self.day, 3_400, 3_800)) == nil)
        // 5,000 down by a quarter of 6,000: 3,500.
        #expect(SumCheck().finding(day, from: opening, to: between(2 * Self.day, 5_000, -1_000)) == nil)
        #expect(SumCheck().finding(day, from: opening, to: between(2 * Self.day, 5_100, -1_000)) != nil)
    }

    @Test("Across an exchange the offset counts; what is not known, or accepted, is not judged")
    func exchanges() {
        let at = Self.day + 5 * Self.hour
        func check(_ epoch: MeterEpoch, _ last: Int64, _ decisions: [Int64: ReadingDecision] = [:]) -> ReadingFinding? {
            SumCheck().finding(
                day,
                from: edge(Self.day, 9_000),
                to: edge(2 * Self.day, last),
                epochs: [epoch],
                decisions: decisions
            )
        }
        let known = MeterEpoch(validFrom: at, importOffsetWh: 9_500)
        #expect(check(known, 1_900) == nil)
        #expect(check(known, 2_000)?.kind == .sumCheck)
        #expect(check(known, 2_000, [at: .accept]) == nil)
        #expect(check(known, 2_000, [at: .setAside])?.kind == .sumCheck)
        #expect(check(known, 2_000, [2 * Self.day + 1: .accept])?.kind == .sumCheck)
        #expect(check(MeterEpoch(validFrom: at, importContinues: false), 2_000) == nil)
    }
}
