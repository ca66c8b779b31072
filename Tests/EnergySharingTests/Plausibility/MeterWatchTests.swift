import EnergySharing
import Testing

@Suite("Settled energy, looked at day by day")
struct MeterWatchTests {
    static let hour: Int64 = 3_600_000_000
    static let day: Int64 = 24 * hour

    /// A day of hours; exports are a third of the imports unless given.
    static func day(_ number: Int, _ imports: [Int64?], exports: Int64? = nil, quality: EnergyQuality = .measured)
        -> MeterDay
    {
        let start = Int64(number) * day
        var result = MeterDay(start: start, end: start + day)
        for (index, importWh) in imports.enumerated() {
            guard let importWh else { continue }
            let energy = IntervalEnergy(importWh: importWh, exportWh: exports ?? importWh / 3, quality: quality)
            result.intervals.append(.init(start: start + Int64(index) * hour, length: hour, energy: energy))
        }
        return result
    }

    static func flat(_ number: Int, _ wh: Int64) -> MeterDay { day(number, [Int64?](repeating: wh, count: 24)) }

    private func only(_ change: (inout PlausibilityRules) -> Void) -> PlausibilityRules {
        var rules = PlausibilityRules()
        (rules.spike, rules.highLow, rules.standstill, rules.sumCheck) = (nil, nil, nil, nil)
        change(&rules)
        return rules
    }

    private func watched(_ days: [MeterDay], _ rules: PlausibilityRules = PlausibilityRules()) -> [ReadingFinding] {
        var watch = MeterWatch(rules)
        return days.flatMap { watch.take($0) }
    }

    // MARK: Spikes

    /// Seven days of 200, 210, 220, 230, 240, 250 and 260 Wh an hour, then one with another value at noon.
    private func spiky(_ noon: Int64, days: Range<Int> = 0..<7) -> [MeterDay] {
        var last = [Int64?](repeating: 230, count: 24)
        last[12] = noon
        return days.map { Self.flat($0, 200 + 10 * Int64($0)) } + [Self.day(7, last)]
    }

    @Test("An import above three times the slot's median and six deviations is a spike, to the watt-hour")
    func spike() {
        let rules = only { $0.spike = Spike() }
        // The median is 230 and the MAD 20: 230 + 6 · 1.4826 · 20 = 407.9 is less than the floor of 500.
        #expect(watched(spiky(1_500), rules).isEmpty)
        let found = watched(spiky(1_501), rules)
        #expect(found.map(\.kind) == [.spike])
        #expect(
            found.map(\.from) == [7 * Self.day + 12 * Self.hour] && found.map(\.to) == [7 * Self.day + 13 * Self.hour]
        )
        #expect(
            found.map(\.detail) == [
                "An import of 1501 Wh in 60 minutes, where 230 Wh are usual at that time of day (the median of 7 days), "
                    + "and more than in any interval of these days."
            ]
        )
    }

    @Test("Where the slot varies much, six deviations decide")
    func deviations() {
        let values: [Int64] = [800, 700, 800, 400, 0, 100, 0]
        func watch(_ noon: Int64) -> [ReadingFinding] {
            var last = [Int64?](repeating: 0, count: 24)
            last[12] = noon
            return watched(
                values.enumerated().map { Self.flat($0, $1) } + [Self.day(7, last)],
                only { $0.spike = Spike() }
            )
        }
        // The median is 400, the MAD 400: 3 · (400 + 6 · 1.4826 · 400) = 11,874.72.
        #expect(watch(11_874).isEmpty)
        #expect(watch(11_875).map(\.kind) == [.spike])
    }

    @Test(
        "What the meter imports at other times of these days is no spike; nor is anything without days to compare with"
    )
    func noSpike() {
        let rules = only { $0.spike = Spike() }
        let quiet = (0..<7).map { Self.day($0, [1_600] + [Int64?](repeating: 1, count: 23)) }
        var last = [Int64?](repeating: 1, count: 24)
        last[4] = 1_600
        #expect(watched(quiet + [Self.day(7, last)], rules).isEmpty)
        last[4] = 1_601
        #expect(watched(quiet + [Self.day(7, last)], rules).map(\.kind) == [.spike])
        #expect(watched(quiet.suffix(4) + [Self.day(7, last)], rules).map(\.kind) == [.spike])
        #expect(watched(quiet.suffix(3) + [Self.day(7, last)], rules).isEmpty)
    }

    @Test("On a day of 23 or 25 hours slots are those of the clock, but for those of the night", arguments: [-1, 1])
    func clocks(_ more: Int64) {
        // Each evening at 20:00 the home draws 1,900 Wh, on the last days 2,000, else nothing.
        func evening(_ start: Int64, hours: Int64, at hour: Int64, _ wh: Int64 = 2_000) -> MeterDay {
            MeterDay(
                start: start,
                end: start + hours * Self.hour,
                intervals: (0..<hours).map { index in
                    .init(
                        start: start + index * Self.hour,
                        length: Self.hour,
                        energy: IntervalEnergy(importWh: index == hour ? wh : 0, exportWh: 0)
                    )
                }
            )
        }
        var days = (0..<7).map { evening(Int64($0) * Self.day, hours: 24, at: 20, 1_900) }
        let hours = 24 + more
        days.append(evening(7 * Self.day, hours: hours, at: 20 + more))
        days += (8..<12).map { evening(Int64($0) * Self.day + more * Self.hour, hours: 24, at: 20) }
        #expect(watched(days, only { $0.spike = Spike() }).isEmpty)
        days[7] = evening(7 * Self.day, hours: hours, at: 20 + 3 * more)
        #expect(watched(days, only { $0.spike = Spike() }).map(\.kind) == [.spike])
    }

    // MARK: High and low days

    @Test("A day outside a fifth to five times the median of the days before is odd, to the watt-hour")
    func highLow() {
        let rules = only { $0.highLow = HighLow() }
        let before = (0..<14).map { Self.day($0, [Int64?](repeating: 0, count: 23) + [900 + 10 * Int64($0)]) }
        func total(_ wh: Int64) -> [ReadingFinding] {
            watched(before + [Self.day(14, [Int64?](repeating: 0, count: 23) + [wh])], rules)
        }
        // The median is (960 + 970) / 2 = 965: from 193 to 4,825 Wh.
        #expect(total(193).isEmpty && total(4_825).isEmpty)
        #expect(total(192).map(\.kind) == [.highLow])
        #expect(
            total(4_826).map(\.detail) == [
                "An import of 4826 Wh on this day, far above the usual 965 Wh (the median of 14 days before)."
            ]
        )
        #expect(total(192).map(\.from) == [14 * Self.day] && total(192).map(\.to) == [15 * Self.day])
    }

    @Test("Days that are not complete are neither judged nor compared with; seven are the least")
    func incomplete() {
        let rules = only { $0.highLow = HighLow() }
        let high = Self.flat(14, 1_000)
        func before(complete: Int) -> [MeterDay] {
            (0..<14).map { $0 < 14 - complete ? Self.day($0, [5, nil]) : Self.flat($0, 100) }
        }
        #expect(watched(before(complete: 7) + [high], rules).map(\.kind) == [.highLow])
        #expect(watched(before(complete: 6) + [high], rules).isEmpty)
        #expect(watched(before(complete: 14) + [Self.day(14, [999_999, nil])], rules).isEmpty)
    }

    // MARK: Standstill

    private func standing(_ hours: Int, exports: Int64, quality: EnergyQuality = .measured) -> [MeterDay] {
        var imports = [Int64?](repeating: 10, count: 72)
        for index in 30..<30 + hours { imports[index] = 0 }
        return (0..<3).map { number in
            var day = Self.day(
                number,
                Array(imports[number * 24..<number * 24 + 24]),
                exports: exports,
                quality: quality
            )
            day.end = day.start + Self.day
            return day
        }
    }

    @Test("No import for 24 hours where something was imported before: told once, for the first 24 hours")
    func standstill() {
        let rules = only { $0.standstill = Standstill() }
        #expect(watched(standing(23, exports: 5), rules).isEmpty)
        for hours in [24, 30, 42] {
            let found = watched(standing(hours, exports: 5), rules)
            #expect(found.map(\.kind) == [.zeroRun])
            #expect(found.map(\.from) == [30 * Self.hour] && found.map(\.to) == [54 * Self.hour])
            #expect(found[0].detail == "Nothing was imported for 24 hours (120 Wh were exported).")
        }
    }

    @Test("Neither register moves although readings come in: stuck; without readings it is only a run of zeros")
    func stuck() {
        let rules = only { $0.standstill = Standstill() }
        #expect(watched(standing(30, exports: 0), rules).map(\.kind) == [.stuck])
        #expect(watched(standing(30, exports: 0, quality: .estimated), rules).map(\.kind) == [.zeroRun])
    }

    @Test("A meter that never moved, or of which the beginning of the standstill is not seen, did not stop")
    func neverMoved() {
        let rules = only { $0.standstill = Standstill() }
        #expect(watched((0..<9).map { Self.flat($0, 0) }, rules).isEmpty)
        var gap = standing(30, exports: 0)
        gap[1].intervals.removeFirst(6)
        #expect(watched(gap, rules).isEmpty)
    }

    // MARK: All of them

    @Test("A rule that is off finds nothing")
    func off() {
        var odd = (0..<15).map { Self.flat($0, 100) } + [Self.flat(15, 99_999)]
        odd += (16..<19).map { Self.flat($0, 0) }
        #expect(Set(watched(odd).map(\.kind)) == [.spike, .highLow, .stuck])
        #expect(watched(odd, only { _ in }).isEmpty)
    }

    @Test(
        "A day's findings depend on the days of the context and on nothing before, and bear on the days of their influence"
    )
    func context() {
        var generator = SeededGenerator(seed: 31)
        let rules = PlausibilityRules()
        var found = 0
        for _ in 0..<LongTests.cases(100) {
            let days = (0..<40).map { number -> MeterDay in
                let level = generator.oneIn(6) ? 0 : generator.number(1...400)
                var values = (0..<24).map { _ -> Int64? in
                    generator.oneIn(200) ? nil : generator.oneIn(60) ? level * 30 : generator.number(0...level)
                }
                if generator.oneIn(8) { values = values.map { _ in 0 } }
                return Self.day(number, values, exports: generator.oneIn(2) ? 0 : nil)
            }
            let last = Int(generator.number(20...39))
            func findings(_ days: ArraySlice<MeterDay>) -> [ReadingFinding] {
                var watch = MeterWatch(rules)
                return days.map { watch.take($0) }.last ?? []
            }
            let all = findings(days[...last])
            #expect(findings(days[(last - rules.context)...last]) == all)
            found += all.count
            // Another day, farther away than the influence.
            var changed = days
            let other = last - rules.influence - 1
            changed[other] = Self.flat(other, 77_777)
            #expect(findings(changed[...last]) == all)
        }
        #expect(found > 20)
    }
}
