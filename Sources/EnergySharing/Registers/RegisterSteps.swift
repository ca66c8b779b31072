/// What the registers of one meter may do between two readings.
struct RegisterSteps: Sendable {
    /// The import register's limit.
    let imported: StepLimit
    /// The export register's limit.
    let exported: StepLimit

    /// Makes the limits of a meter's connection.
    init(_ limits: ConnectionLimits) {
        imported = StepLimit(.imported, of: limits)
        exported = StepLimit(.exported, of: limits)
    }

    /// The limit of one register.
    func limit(of register: EnergyRegister) -> StepLimit {
        switch register {
        case .imported: imported
        case .exported: exported
        }
    }

    /// Whether a register that both readings report cannot have come from the one to the other.
    func isBreak(from before: RegisterReading, to after: RegisterReading) -> Bool {
        breaks(.imported, from: before, to: after) || breaks(.exported, from: before, to: after)
    }

    /// The same for one register.
    func breaks(_ register: EnergyRegister, from before: RegisterReading, to after: RegisterReading) -> Bool {
        guard let left = register.value(in: before), let right = register.value(in: after) else { return false }
        return limit(of: register).energy(from: left, to: right, elapsed: after.time - before.time) == nil
    }
}
