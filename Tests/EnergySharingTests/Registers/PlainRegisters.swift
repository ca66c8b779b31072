import EnergySharing

/// The definitions of register energy once more, as plainly as they can be written: no cursors, no running totals,
/// Int128.
///
/// Breaks are handled by offsets on the raw registers, bounds by multiplying out instead of dividing, and every edge is
/// looked up from scratch.
struct PlainRegisters {
    var readings: [RegisterReading]
    var limits: ConnectionLimits
    var epochs: [MeterEpoch] = []
    var decisions: [Int64: ReadingDecision] = [:]

    private enum Side: CaseIterable { case imported, exported }

    private struct Point {
        var time: Int128
        var value: Int128
        var quality: EnergyQuality
        var isAfterHole = false
    }

    /// What is known of a step of one register.
    private enum Step: Equatable { case energy(Int128), unknown, broken }

    private func value(_ side: Side, _ reading: RegisterReading) -> Int128? {
        (side == .imported ? reading.importWh : reading.exportWh).map { Int128($0) }
    }

    /// The exchanges that lie between two readings, and by what they raise the register.
    private func exchanges(_ side: Side, from: RegisterReading, to: RegisterReading) -> (count: Int, gain: Int128?) {
        func offset(at time: Int64) -> Int128 {
            let epoch = epochs.filter { $0.validFrom <= time }.max { $0.validFrom < $1.validFrom }
            return Int128((side == .imported ? epoch?.importOffsetWh : epoch?.exportOffsetWh) ?? 0)
        }
        let crossed = epochs.filter { from.time < $0.validFrom && $0.validFrom <= to.time }
        let isKnown = crossed.allSatisfy { side == .imported ? $0.importContinues : $0.exportContinues }
        return (crossed.count, isKnown ? offset(at: to.time) - offset(at: from.time) : nil)
    }

    private func step(_ side: Side, from: RegisterReading, to: RegisterReading) -> Step {
        guard let before = value(side, from), let after = value(side, to) else { return .energy(0) }
        let isInverter = side == .exported && limits.inverterWatts != nil
        let watts = Int128(isInverter ? (limits.inverterWatts ?? 0) : limits.connectionWatts)
        let tenths: Int128 = isInverter ? 11 : 12
        let elapsed = max(Int128(to.time) - Int128(from.time), 900_000_000)
        // rise <= floor(watts * tenths / 10 * elapsed / 3.6e9) + 1, without a division.
        func isPlausible(_ rise: Int128) -> Bool {
            rise >= 0 && (rise - 1) * 36_000_000_000 <= watts * tenths * elapsed
        }
        let exchanges = exchanges(side, from: from, to: to)
        guard let gain = exchanges.gain else { return .unknown }
        let rise = after + gain - before
        if isPlausible(rise) { return .energy(rise) }
        if rise < 0, exchanges.count == 0, let digits = limits.registerDigits {
            var cap: Int128 = 1_000
            for _ in 0..<digits { cap *= 10 }
            if before < cap, before * 10 >= cap * 9, isPlausible(cap + rise) { return .energy(cap + rise) }
        }
        guard decisions[to.time] == .accept else { return .broken }
        return rise >= 0 ? .energy(rise) : .unknown
    }

    func isBreak(_ from: RegisterReading, _ to: RegisterReading) -> Bool {
        Side.allCases.contains { step($0, from: from, to: to) == .broken }
    }

    private func isCandidate(_ index: Int, in series: [RegisterReading]) -> Bool {
        guard index > 0, index < series.count - 1 else { return false }
        return isBreak(series[index - 1], series[index]) && isBreak(series[index], series[index + 1])
            && !isBreak(series[index - 1], series[index + 1])
    }

    /// The readings that nobody set aside.
    private var counted: [RegisterReading] { readings.filter { decisions[$0.time] != .setAside } }

    /// The readings that count on one side.
    private func usable(_ side: Side) -> [RegisterReading] {
        let series = counted.filter { value(side, $0) != nil }
        return series.indices.filter { index in
            !isCandidate(index, in: series) || isCandidate(index - 1, in: series) || isCandidate(index + 1, in: series)
        }.map { series[$0] }
    }

    /// One side's points with registers that run on.
    private func points(_ side: Side) -> [Point] {
        var result: [Point] = []
        var sum: Int128 = 0
        var last: RegisterReading?
        for reading in usable(side) {
            var isAfterHole = false
            if let last, let before = value(side, last), let after = value(side, reading) {
                sum += before - after
                if !isBreak(last, reading), case .energy(let energy) = step(side, from: last, to: reading) {
                    sum += energy
                } else {
                    isAfterHole = true
                }
            }
            result.append(
                Point(
                    time: Int128(reading.time),
                    value: (value(side, reading) ?? 0) + sum,
                    quality: reading.quality,
                    isAfterHole: isAfterHole
                )
            )
            last = reading
        }
        return result
    }

    private func edge(_ time: Int64, _ points: [Point], _ interval: Int64) -> (value: Int128, quality: EnergyQuality)? {
        let at = Int128(time)
        if let point = points.first(where: { $0.time == at }) { return (point.value, point.quality) }
        guard let left = points.last(where: { $0.time < at }), let right = points.first(where: { $0.time > at }) else {
            return nil
        }
        let span = right.time - left.time
        let value = (left.value * (right.time - at) + right.value * (at - left.time)).flooredQuotient(span)
        return (value, span > Int128(interval) ? .estimated : max(left.quality, right.quality))
    }

    /// The energy of one interval.
    func energy(from start: Int64, to end: Int64) -> IntervalEnergy? {
        var amounts: [Int64?] = []
        var quality = EnergyQuality.measured
        for side in Side.allCases {
            let points = points(side)
            if let left = edge(start, points, end - start), let right = edge(end, points, end - start) {
                amounts.append(Int64(right.value - left.value))
                quality = max(quality, left.quality, right.quality)
                let isMissingSome = zip(points, points.dropFirst()).contains { before, after in
                    after.isAfterHole && before.time < Int128(end) && after.time > Int128(start)
                }
                if isMissingSome { quality = .estimated }
            } else {
                let times = points.map(\.time)
                let near = counted.filter { $0.time < start }.suffix(4) + counted.filter { start...end ~= $0.time }
                if near.contains(where: { times.contains(Int128($0.time)) }) { return nil }
                amounts.append(nil)
            }
        }
        guard amounts.contains(where: { $0 != nil }) else { return nil }
        return IntervalEnergy(importWh: amounts[0] ?? 0, exportWh: amounts[1] ?? 0, quality: quality)
    }
}

extension Int128 {
    /// The quotient rounded down, also below 0; the divisor is above 0.
    fileprivate func flooredQuotient(_ divisor: Int128) -> Int128 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
