internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

/// What a decision on an anomaly writes, and which decisions make no sense: pure.
enum DecisionRules {
    /// What is written besides the anomaly itself.
    enum Outcome: Equatable {
        /// An exchange of the meter.
        case swap(RegistryMeterSwap)
        /// A decision about the reading of this instant.
        case reading(at: Int64, ReadingDecision)
        /// Nothing: it was only for information, and stays as it is.
        case nothing
    }

    /// What a decision writes.
    ///
    /// - Throws: ``QueryFailure`` saying why it makes no sense.
    static func outcome(of decision: AnomalyDecision, _ context: AnomalyContext) throws(QueryFailure) -> Outcome {
        let anomaly = context.anomaly
        if let resolution = anomaly.resolution {
            throw QueryFailure(
                "anomaly \(anomaly.id) was resolved already, as \(resolution.rawValue) by \(anomaly.resolvedBy ?? "somebody"): to decide "
                    + "anew, take that back with wattsource anomalies reopen \(anomaly.id)"
            )
        }
        switch decision {
        case .accept: return try accepted(context)
        case .setAside(let choice): return try setAside(choice, context)
        case .meterSwap(let at, let imported, let exported):
            let swap = RegistryMeterSwap(at: at ?? anomaly.toAt, imported: imported, exported: exported)
            try check(swap, context)
            return .swap(swap)
        }
    }

    // MARK: Kinds

    /// Whether the anomaly lies between two readings, of which one may be wrong or another meter's.
    private static func isStep(_ kind: String) -> Bool { ["break", "reset", "rollover"].contains(kind) }

    /// Whether the anomaly is about one reading.
    private static func isReading(_ kind: String) -> Bool { ["outlier", "overlap", "over_limit"].contains(kind) }

    private static func accepted(_ context: AnomalyContext) throws(QueryFailure) -> Outcome {
        let anomaly = context.anomaly
        let place = isStep(anomaly.kind) ? anomaly.toAt : isReading(anomaly.kind) ? anomaly.fromAt : nil
        // What only looks odd counts already: there is nothing to write.
        guard let place else { return .nothing }
        return try decided(.accept, at: place, context)
    }

    // MARK: Setting aside

    private static func setAside(
        _ choice: AnomalyDecision.Choice?,
        _ context: AnomalyContext
    ) throws(QueryFailure) -> Outcome {
        let anomaly = context.anomaly
        guard isStep(anomaly.kind) || isReading(anomaly.kind) || anomaly.kind == "spike" else {
            throw QueryFailure(
                "set-aside makes no sense for \(anomaly.kind): it is about what many readings say together, not about one that is wrong; "
                    + "accept it, or discard what is wrong with wattsource readings discard"
            )
        }
        let time: Int64
        switch choice {
        case .before: time = anomaly.fromAt
        case .after: time = anomaly.toAt
        case .at(let instant): time = instant
        case nil:
            guard isReading(anomaly.kind) else {
                throw QueryFailure("which reading is wrong? give --reading before, after, or its time")
            }
            time = anomaly.fromAt
        }
        guard (anomaly.fromAt...anomaly.toAt).contains(time) else {
            throw QueryFailure(
                "the reading to set aside must be one of anomaly \(anomaly.id), from \(InstantText.format(anomaly.fromAt)) to "
                    + InstantText.format(anomaly.toAt)
            )
        }
        return try decided(.setAside, at: time, context)
    }

    private static func decided(
        _ decision: ReadingDecision,
        at time: Int64,
        _ context: AnomalyContext
    ) throws(QueryFailure) -> Outcome {
        guard let reading = context.reading(at: time), reading.takesPart else {
            throw QueryFailure(
                "there is no reading of \(context.anomaly.hubDeviceID) at \(InstantText.format(time)) that takes part in settlement: "
                    + "wattsource anomalies show \(context.anomaly.id) lists those that do"
            )
        }
        if let old = reading.decision {
            throw QueryFailure(
                "the reading at \(InstantText.format(time)) was decided already (\(old.rawValue)): reopen the anomaly that it was decided on"
            )
        }
        return .reading(at: time, decision)
    }

    // MARK: Meter swaps

    private static func check(_ swap: RegistryMeterSwap, _ context: AnomalyContext) throws(QueryFailure) {
        let anomaly = context.anomaly
        guard isStep(anomaly.kind), context.kind == .register else {
            throw QueryFailure(
                "meter-swap makes no sense for \(anomaly.kind): an exchange shows as a break, a reset or a rollover between two readings "
                    + "of registers"
            )
        }
        guard anomaly.fromAt < swap.at, swap.at <= anomaly.toAt else {
            throw QueryFailure(
                "the exchange must be after the old meter's last reading, \(InstantText.format(anomaly.fromAt)), and not after the new "
                    + "one's first, \(InstantText.format(anomaly.toAt)), is at \(InstantText.format(swap.at))"
            )
        }
        if let other = context.swaps.first(where: { anomaly.fromAt < $0.at && $0.at <= anomaly.toAt }) {
            throw QueryFailure(
                "an exchange is recorded between these two readings already, at \(InstantText.format(other.at)): correct it where it was "
                    + "recorded, in meter_swaps of the registry file or on its anomaly"
            )
        }
        let (before, after) = (context.reading(at: anomaly.fromAt), context.reading(at: anomaly.toAt))
        try check(swap.imported, "import", before?.importWh, after?.importWh, isThere: context.registers != .export)
        try check(swap.exported, "export", before?.exportWh, after?.exportWh, isThere: context.registers != .import)
    }

    /// An old meter does not end below its last reading, nor does a new one begin above its first.
    private static func check(
        _ exchange: RegistryMeterSwap.Exchange?,
        _ register: String,
        _ before: Int64?,
        _ after: Int64?,
        isThere: Bool
    ) throws(QueryFailure) {
        guard let exchange else { return }
        guard isThere else {
            throw QueryFailure(
                "by the registry the meter has no \(register) register: leave out --\(register)-final and -start"
            )
        }
        for value in [exchange.finalWh, exchange.startWh] where !(0...RegistryMeterSwap.mostWh).contains(value) {
            throw QueryFailure("a register is from 0 to \(RegistryMeterSwap.mostWh) Wh, not \(value)")
        }
        if let before, exchange.finalWh < before {
            throw QueryFailure(
                "--\(register)-final \(exchange.finalWh) Wh is below the old meter's last reading, \(before) Wh: energy would be negative"
            )
        }
        if let after, exchange.startWh > after {
            throw QueryFailure(
                "--\(register)-start \(exchange.startWh) Wh is above the new meter's first reading, \(after) Wh: energy would be negative"
            )
        }
    }
}
