public import EnergySharing

/// A device's newest stored readings that take part in settlement: the last, and the one before it.
public struct NewestReadings: Sendable, Equatable {
    /// The newest.
    public var last: LastReading
    /// The one before it; `nil` if there is none.
    public var previous: LastReading?

    /// Makes them.
    public init(last: LastReading, previous: LastReading? = nil) {
        self.last = last
        self.previous = previous
    }

    /// Whether settlement's judgement of everything up to the last reading stands as long as only newer ones come.
    ///
    /// It does not while the step that leads to the last is a break: the next reading may then show the last to be an outlier, so that
    /// more than what lies after it is touched. Such a device stays on the staged path, which looks at its neighbours.
    public func isSettled(_ limits: ConnectionLimits) -> Bool {
        guard let previous else { return true }
        return !RegisterSeries.isBreak(from: previous.registers, to: last.registers, limits: limits)
    }
}

extension LastReading {
    /// As settlement sees it.
    var registers: RegisterReading {
        RegisterReading(
            time: measuredAt,
            importWh: importWh < 0 ? nil : importWh,
            exportWh: exportWh < 0 ? nil : exportWh
        )
    }
}
