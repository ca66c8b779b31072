/// What the registers of one meter did between two readings, by its connection, its exchanges and what people decided.
struct RegisterSteps: Sendable {
    /// The import register's limit.
    let imported: StepLimit
    /// The export register's limit.
    let exported: StepLimit
    /// The meter's exchanges, ascending.
    private let epochs: [MeterEpoch]
    /// The times of readings that somebody accepted.
    private let accepted: Set<Int64>
    /// Whether there is nothing but the connection to go by, as for most meters.
    private let isPlain: Bool

    /// Makes the steps of a meter.
    init(_ limits: ConnectionLimits, epochs: [MeterEpoch] = [], decisions: [Int64: ReadingDecision] = [:]) {
        imported = StepLimit(.imported, of: limits)
        exported = StepLimit(.exported, of: limits)
        self.epochs = epochs.sorted { $0.validFrom < $1.validFrom }
        accepted = Set(decisions.filter { $0.value == .accept }.keys)
        isPlain = epochs.isEmpty && accepted.isEmpty
    }

    /// Whether a register may roll over at all.
    var mayRollOver: Bool { imported.mayRollOver }

    /// The limit of one register.
    func limit(of register: EnergyRegister) -> StepLimit {
        switch register {
        case .imported: imported
        case .exported: exported
        }
    }

    /// Whether somebody accepted what leads to a reading.
    func isAccepted(_ reading: RegisterReading) -> Bool { accepted.contains(reading.time) }

    /// Whether a register that both readings report cannot have come from the one to the other.
    func isBreak(from before: RegisterReading, to after: RegisterReading) -> Bool {
        step(.imported, from: before, to: after) == .impossible
            || step(.exported, from: before, to: after) == .impossible
    }

    /// What one register did; `nil` unless both readings report it.
    ///
    /// Within one meter's time it is judged on what it shows, so that it may roll over; across exchanges on what it
    /// shows and its offsets.
    func step(
        _ register: EnergyRegister,
        from before: RegisterReading,
        to after: RegisterReading
    ) -> RegisterStep? {
        guard let left = register.value(in: before), let right = register.value(in: after) else { return nil }
        let elapsed = after.time - before.time
        let limit = limit(of: register)
        if isPlain { return limit.step(from: left, to: right, elapsed: elapsed) }
        let crossed = exchanges(from: before, to: after)
        guard crossed.allSatisfy({ epochs[$0].continues(register) }) else { return .uncounted }
        let offset = crossed.isEmpty ? 0 : gain(register, over: crossed)
        let found =
            crossed.isEmpty
            ? limit.step(from: left, to: right, elapsed: elapsed)
            : limit.step(rise: right + offset - left, elapsed: elapsed)
        guard found == .impossible, isAccepted(after) else { return found }
        let rise = right + offset - left
        return rise < 0 ? .uncounted : .rise(rise)
    }

    /// By how many Wh the exchanges between two readings raise a register's offset; 0 if there are none.
    func offset(_ register: EnergyRegister, from before: RegisterReading, to after: RegisterReading) -> Int64 {
        let crossed = exchanges(from: before, to: after)
        return crossed.isEmpty ? 0 : gain(register, over: crossed)
    }

    /// Whether the meter was exchanged between two readings.
    func isExchanged(from before: RegisterReading, to after: RegisterReading) -> Bool {
        !exchanges(from: before, to: after).isEmpty
    }

    /// The exchanges after the one reading and at or before the other.
    private func exchanges(from before: RegisterReading, to after: RegisterReading) -> Range<Int> {
        let first = epochs.firstIndexAscending { $0.validFrom > before.time }
        return first..<max(first, epochs.firstIndexAscending { $0.validFrom > after.time })
    }

    private func gain(_ register: EnergyRegister, over crossed: Range<Int>) -> Int64 {
        let before = crossed.lowerBound > 0 ? epochs[crossed.lowerBound - 1].offset(of: register) : 0
        return epochs[crossed.upperBound - 1].offset(of: register) - before
    }
}
