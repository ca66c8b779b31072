/// Something in a meter's readings that a person should know of, and often decide on: a meter exchange, or a reading to
/// set aside.
public struct ReadingFinding: Equatable, Sendable {
    /// What was found.
    public var kind: AnomalyKind
    /// The time of the last good reading before it; for an outlier, of the reading itself; for a reading of an interval,
    /// its beginning: microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// The time of the first good reading after it; for an outlier, of the reading itself; for a reading of an interval,
    /// its end.
    public var to: Int64
    /// A sentence for people, with the readings' values.
    ///
    /// It carries meter data: it belongs in the database, never in a log.
    public var detail: String

    /// Makes a finding.
    public init(kind: AnomalyKind, from: Int64, to: Int64, detail: String) {
        self.kind = kind
        self.from = from
        self.to = to
        self.detail = detail
    }

    /// The finding that no energy crosses from one reading to the next.
    ///
    /// It is a ``AnomalyKind/reset`` if every register that broke fell below a hundredth of what it was.
    init(breakFrom before: RegisterReading, to after: RegisterReading, steps: RegisterSteps) {
        let broken = EnergyRegister.allCases.filter { steps.step($0, from: before, to: after) == .impossible }
        let isReset =
            !steps.isExchanged(from: before, to: after)
            && broken.allSatisfy { register in
                guard let left = register.value(in: before), let right = register.value(in: after) else { return false }
                return right * 100 < left
            }
        let causes = broken.compactMap { Self.cause($0, from: before, to: after, steps: steps) }
        self.init(
            kind: isReset ? .reset : .break,
            from: before.time,
            to: after.time,
            detail: "\(causes.joined(separator: "; ")). No energy is counted between these two readings. "
                + "If the meter was exchanged, record the swap; if one of them is wrong, set it aside."
        )
    }

    /// The note that registers passed their end and began again; `nil` if none did.
    init?(rolloverFrom before: RegisterReading, to after: RegisterReading, steps: RegisterSteps) {
        if steps.isAccepted(after) { return nil }
        let rolled = EnergyRegister.allCases.compactMap { register -> String? in
            guard case .rollover(let energy)? = steps.step(register, from: before, to: after),
                let left = register.value(in: before), let right = register.value(in: after)
            else { return nil }
            return
                "The \(register.rawValue) register went past its end, from \(left) Wh to \(right) Wh, by \(energy) Wh"
        }
        if rolled.isEmpty { return nil }
        self.init(
            kind: .rollover,
            from: before.time,
            to: after.time,
            detail: "\(rolled.joined(separator: "; ")). This energy counts."
        )
    }

    /// The finding that a reading was set aside.
    init(outlier reading: RegisterReading, between before: RegisterReading, and after: RegisterReading) {
        let values = EnergyRegister.allCases.compactMap { register -> String? in
            guard let value = register.value(in: reading) else { return nil }
            let left = register.value(in: before).map { "\($0) Wh" } ?? "not reported"
            let right = register.value(in: after).map { "\($0) Wh" } ?? "not reported"
            return "\(register.rawValue) \(value) Wh (before: \(left), after: \(right))"
        }
        self.init(
            kind: .outlier,
            from: reading.time,
            to: reading.time,
            detail:
                "A reading of \(values.joined(separator: " and ")) fits neither the reading before nor the one after, "
                + "which agree with each other. It was set aside."
        )
    }

    /// What one register did that it cannot have done.
    private static func cause(
        _ register: EnergyRegister,
        from before: RegisterReading,
        to after: RegisterReading,
        steps: RegisterSteps
    ) -> String? {
        guard let left = register.value(in: before), let right = register.value(in: after) else { return nil }
        let elapsed = after.time - before.time
        let offset = steps.offset(register, from: before, to: after)
        let shown = steps.isExchanged(from: before, to: after) ? " (\(offset) Wh added for the exchange)" : ""
        let rise = right + offset - left
        guard rise >= 0 else {
            return "The \(register.rawValue) register fell from \(left) Wh to \(right) Wh\(shown)"
        }
        let allowed = steps.limit(of: register).mostRise(within: elapsed)
        return "The \(register.rawValue) register rose from \(left) Wh to \(right) Wh\(shown) within "
            + "\(elapsed / 1_000_000) s, by \(rise) Wh where the connection allows \(allowed) Wh"
    }
}
