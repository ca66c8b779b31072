import EnergySharing

/// The definitions of register energy once more, as plainly as they can be written: no cursors, no running totals,
/// Int128.
///
/// Breaks are handled by offsets on the raw registers, bounds by multiplying out instead of dividing, and every edge is
/// looked up from scratch.
struct PlainRegisters {
    var readings: [RegisterReading]
    var limits: ConnectionLimits

    private enum Side: CaseIterable { case imported, exported }

    private struct Point {
        var time: Int128
        var value: Int128
        var quality: EnergyQuality
    }

    private func value(_ side: Side, _ reading: RegisterReading) -> Int128? {
        (side == .imported ? reading.importWh : reading.exportWh).map { Int128($0) }
    }

    /// What must be added to later registers, after this step, for the register to run on; `nil`: a break.
    private func offset(_ side: Side, from: RegisterReading, to: RegisterReading) -> Int128? {
        guard let before = value(side, from), let after = value(side, to) else { return 0 }
        let isInverter = side == .exported && limits.inverterWatts != nil
        let watts = Int128(isInverter ? (limits.inverterWatts ?? 0) : limits.connectionWatts)
        let tenths: Int128 = isInverter ? 11 : 12
        let elapsed = max(Int128(to.time) - Int128(from.time), 900_000_000)
        // rise <= floor(watts * tenths / 10 * elapsed / 3.6e9) + 1, without a division.
        func isPlausible(_ rise: Int128) -> Bool { (rise - 1) * 36_000_000_000 <= watts * tenths * elapsed }
        if after >= before { return isPlausible(after - before) ? 0 : nil }
        guard let digits = limits.registerDigits else { return nil }
        var cap: Int128 = 1_000
        for _ in 0..<digits { cap *= 10 }
        return before < cap && before * 10 >= cap * 9 && isPlausible(cap - before + after) ? cap : nil
    }

    func isBreak(_ from: RegisterReading, _ to: RegisterReading) -> Bool {
        Side.allCases.contains { offset($0, from: from, to: to) == nil }
    }

    private func isCandidate(_ index: Int, in series: [RegisterReading]) -> Bool {
        guard index > 0, index < series.count - 1 else { return false }
        return isBreak(series[index - 1], series[index]) && isBreak(series[index], series[index + 1])
            && !isBreak(series[index - 1], series[index + 1])
    }

    /// The readings that count on one side.
    private func usable(_ side: Side) -> [RegisterReading] {
        let series = readings.filter { value(side, $0) != nil }
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
            if let last, let before = value(side, last), let after = value(side, reading) {
                sum += isBreak(last, reading) ? before - after : (offset(side, from: last, to: reading) ?? 0)
            }
            result.append(
                Point(time: Int128(reading.time), value: (value(side, reading) ?? 0) + sum, quality: reading.quality)
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
            } else {
                let times = points.map(\.time)
                let near = readings.filter { $0.time < start }.suffix(4) + readings.filter { start...end ~= $0.time }
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
