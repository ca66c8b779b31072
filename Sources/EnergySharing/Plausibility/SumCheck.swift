/// Days of which the intervals do not add up to what the registers rose by, ``AnomalyKind/sumCheck``: there, energy was
/// not counted, because a register broke.
///
/// The registers at the day's two ends are read as the meter showed them, without any judgement: the reading at that
/// instant, else the linear interpolation between the readings beside it, rounded down; across exchanges with their offset.
public struct SumCheck: Sendable, Equatable {
    /// A difference up to this is none, in Wh.
    public var toleranceWh: Int64 = 10
    /// A difference up to so many thousandths of the rise is none either.
    public var tolerancePermille: Int64 = 1

    /// The rule with its defaults.
    public init() {}

    /// The readings beside the end of a day.
    public struct Edge: Sendable, Equatable {
        /// The instant: microseconds since 1970-01-01T00:00:00Z.
        public var at: Int64
        /// The last reading at or before it.
        public var before: RegisterReading
        /// The first reading at or after it.
        public var after: RegisterReading

        /// Makes an edge.
        public init(at: Int64, before: RegisterReading, after: RegisterReading) {
            self.at = at
            self.before = before
            self.after = after
        }
    }

    /// The finding about a day of a meter of registers; `nil`: they agree, or what passed is not known.
    ///
    /// Not known is what passed at an exchange without registers, or where somebody accepted a fall.
    public func finding(
        _ day: MeterDay,
        from opening: Edge,
        to closing: Edge,
        limits: ConnectionLimits = ConnectionLimits(),
        epochs: [MeterEpoch] = [],
        decisions: [Int64: ReadingDecision] = [:]
    ) -> ReadingFinding? {
        guard let total = day.total, opening.at == day.start, closing.at == day.end else { return nil }
        let span = (opening.before.time + 1)...max(closing.after.time, opening.before.time + 1)
        if decisions.contains(where: { $0.value == .accept && span.contains($0.key) }) { return nil }
        let cap = StepLimit.cap(digits: limits.registerDigits)
        let odd = EnergyRegister.allCases.compactMap { register -> String? in
            let crossed = epochs.filter { span.contains($0.validFrom) }
            guard crossed.allSatisfy({ $0.continues(register) }),
                let first = opening.value(of: register, epochs), let last = closing.value(of: register, epochs)
            else { return nil }
            let counted = register == .imported ? total.importWh : total.exportWh
            let rise = last - first
            let allowed = max(toleranceWh, abs(rise) / 1_000 * tolerancePermille)
            // A register of known width may have gone past its end.
            let difference = [rise - counted, rise + (cap ?? 0) - counted].min { abs($0) < abs($1) } ?? 0
            guard abs(difference) > allowed else { return nil }
            return
                "\(register.rawValue) intervals add up to \(counted) Wh, but the register \(rise < 0 ? "fell" : "rose") by "
                + "\(abs(rise)) Wh"
        }
        if odd.isEmpty { return nil }
        return ReadingFinding(
            kind: .sumCheck,
            from: day.start,
            to: day.end,
            detail: "On this day \(odd.joined(separator: "; ")): where a register breaks, no energy is counted."
        )
    }
}

extension SumCheck.Edge {
    /// What a register showed, with its offset, at the edge; `nil`: it is not reported.
    fileprivate func value(of register: EnergyRegister, _ epochs: [MeterEpoch]) -> Int64? {
        func shown(_ reading: RegisterReading) -> Int64? {
            let offset = epochs.last { $0.validFrom <= reading.time }?.offset(of: register) ?? 0
            return register.value(in: reading).map { $0 + offset }
        }
        guard let left = shown(before), let right = shown(after) else { return nil }
        guard after.time > before.time, before.time < at else { return left }
        // Also downwards, and rounded towards the earlier reading then.
        let passed = abs(right - left).times(at - before.time, dividedBy: after.time - before.time).quotient
        return right >= left ? left + passed : left - passed
    }
}
