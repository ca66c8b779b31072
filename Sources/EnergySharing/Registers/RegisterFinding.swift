/// Something in a meter's readings that a person should decide on: a meter exchange, or a reading to set aside.
public struct RegisterFinding: Equatable, Sendable {
    /// What was found.
    public enum Kind: String, Sendable, CaseIterable {
        /// No energy crosses from the one reading to the next.
        case `break`
        /// One reading breaks with both its neighbours while these agree: it was set aside.
        case outlier
    }

    /// What was found.
    public var kind: Kind
    /// The time of the last good reading before it; for an outlier, of the reading itself: microseconds since
    /// 1970-01-01T00:00:00Z.
    public var from: Int64
    /// The time of the first good reading after it; for an outlier, of the reading itself.
    public var to: Int64
    /// A sentence for people, with the registers' values.
    ///
    /// It carries meter data: it belongs in the database, never in a log.
    public var detail: String

    /// Makes a finding.
    public init(kind: Kind, from: Int64, to: Int64, detail: String) {
        self.kind = kind
        self.from = from
        self.to = to
        self.detail = detail
    }

    /// The finding that no energy crosses from one reading to the next.
    init(breakFrom before: RegisterReading, to after: RegisterReading, steps: RegisterSteps) {
        let causes = [EnergyRegister.imported, .exported].compactMap { register in
            Self.cause(register, from: before, to: after, steps: steps)
        }
        self.init(
            kind: .break,
            from: before.time,
            to: after.time,
            detail: "\(causes.joined(separator: "; ")). No energy is counted between these two readings. "
                + "If the meter was exchanged, record the swap; if one of them is wrong, set it aside."
        )
    }

    /// The finding that a reading was set aside.
    init(outlier reading: RegisterReading, between before: RegisterReading, and after: RegisterReading) {
        let values = [EnergyRegister.imported, .exported].compactMap { register -> String? in
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

    /// What one register did that it cannot have done; `nil` if nothing.
    private static func cause(
        _ register: EnergyRegister,
        from before: RegisterReading,
        to after: RegisterReading,
        steps: RegisterSteps
    ) -> String? {
        guard steps.breaks(register, from: before, to: after),
            let left = register.value(in: before), let right = register.value(in: after)
        else { return nil }
        let elapsed = after.time - before.time
        guard right >= left else {
            return "The \(register.rawValue) register fell from \(left) Wh to \(right) Wh"
        }
        let allowed = steps.limit(of: register).mostRise(within: elapsed)
        return "The \(register.rawValue) register rose from \(left) Wh to \(right) Wh within \(elapsed / 1_000_000) s, "
            + "by \(right - left) Wh where the connection allows \(allowed) Wh"
    }
}
