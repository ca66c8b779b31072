/// Follows one meter's settled energy day by day, and says what is odd about it.
///
/// What it finds on a day depends on that day and on ``PlausibilityRules/context`` days before it, and on nothing else: so
/// it can be found again at any time, from any earlier day on, and comes out the same.
public struct MeterWatch: Sendable {
    private let rules: PlausibilityRules
    /// The days before, the oldest first.
    private var past: [Day] = []
    private var standstill: StandstillWatch?

    /// What is remembered of a day.
    private struct Day: Sendable {
        /// The import of all of it; `nil` unless it is complete.
        var importWh: Int64?
        /// The length of its intervals, in microseconds; 0 if they are not all as long.
        var length: Int64 = 0
        /// The most that was imported in one interval.
        var mostWh: Int64 = 0
        /// The imports by slot.
        var slots: [Int64?] = []
    }

    /// Begins to follow a meter.
    public init(_ rules: PlausibilityRules) {
        self.rules = rules
        standstill = rules.standstill.map { StandstillWatch($0) }
    }

    /// Takes the next day; days of which nothing is known are taken too, without intervals.
    public mutating func take(_ day: MeterDay) -> [ReadingFinding] {
        var findings: [ReadingFinding] = []
        let total = day.total
        if let rule = rules.spike { findings += spikes(day, rule) }
        if let rule = rules.highLow, let total {
            let before = past.suffix(rule.days).compactMap(\.importWh)
            if let finding = rule.finding(day, total, before: before) { findings.append(finding) }
        }
        if standstill != nil {
            for interval in day.intervals {
                if let finding = standstill?.take(interval) { findings.append(finding) }
            }
        }
        past.append(Self.remembered(day, total))
        if past.count > rules.context { past.removeFirst() }
        return findings
    }

    private func spikes(_ day: MeterDay, _ rule: Spike) -> [ReadingFinding] {
        let window = past.suffix(rule.days)
        let most = max(rule.factor * rule.floorWh, window.lazy.map(\.mostWh).max() ?? 0)
        return day.intervals.compactMap { interval in
            guard interval.energy.importWh > most,
                let slot = MeterDay.slot(of: interval, start: day.start, end: day.end)
            else { return nil }
            let values = window.compactMap { past in
                past.length == interval.length && slot < past.slots.count ? past.slots[slot] : nil
            }
            return rule.finding(interval, window: values)
        }
    }

    private static func remembered(_ day: MeterDay, _ total: IntervalEnergy?) -> Day {
        var result = Day(importWh: total?.importWh)
        result.mostWh = day.intervals.lazy.map(\.energy.importWh).max() ?? 0
        guard let length = day.intervals.first?.length, day.intervals.allSatisfy({ $0.length == length }) else {
            return result
        }
        result.length = length
        result.slots = [Int64?](repeating: nil, count: Int(86_400_000_000 / length))
        for interval in day.intervals {
            guard let slot = MeterDay.slot(of: interval, start: day.start, end: day.end), slot < result.slots.count
            else {
                continue
            }
            result.slots[slot] = interval.energy.importWh
        }
        return result
    }
}
