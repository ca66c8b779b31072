internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

extension AnomalyContext {
    /// How a decision changes the energy that is counted between the outermost readings around the anomaly.
    ///
    /// - Returns: `nil`: the decision changes none, or there are too few readings, or they are of intervals.
    func effect(of outcome: DecisionRules.Outcome) -> DecisionEffect? {
        guard kind == .register else { return nil }
        var decisions: [Int64: ReadingDecision] = [:]
        for reading in readings { decisions[reading.time] = reading.decision }
        var after = (decisions: decisions, swaps: swaps)
        switch outcome {
        case .nothing: return nil
        case .reading(let time, let decision): after.decisions[time] = decision
        case .swap(let swap): after.swaps = (swaps + [swap]).sorted { $0.at < $1.at }
        }
        let old = series(decisions, swaps)
        let new = series(after.decisions, after.swaps)
        let counted = readings.filter {
            $0.takesPart && decisions[$0.time] != .setAside && after.decisions[$0.time] != .setAside
        }
        guard let from = counted.first?.time, let until = counted.last?.time, from < until,
            let before = old.energies(from: from, interval: until - from, count: 1)[0],
            let then = new.energies(from: from, interval: until - from, count: 1)[0]
        else { return nil }
        return DecisionEffect(
            from: from,
            until: until,
            importBefore: before.importWh,
            importAfter: then.importWh,
            exportBefore: before.exportWh,
            exportAfter: then.exportWh
        )
    }

    private func series(_ decisions: [Int64: ReadingDecision], _ swaps: [RegistryMeterSwap]) -> RegisterSeries {
        RegisterSeries(
            readings: readings.compactMap { reading in
                guard let letter = reading.quality.utf8.first, let quality = EnergyQuality(letter: letter) else {
                    return nil
                }
                return RegisterReading(
                    time: reading.time,
                    importWh: reading.importWh,
                    exportWh: reading.exportWh,
                    quality: quality
                )
            },
            limits: limits,
            epochs: MeterEpoch.epochs(of: swaps),
            decisions: decisions
        )
    }
}

extension MeterEpoch {
    /// The epochs that exchanges begin, as the view `energy.meter_epoch` has them.
    static func epochs(of swaps: [RegistryMeterSwap]) -> [MeterEpoch] {
        var (importWh, exportWh): (Int64, Int64) = (0, 0)
        return swaps.map { swap in
            importWh += swap.imported.map { $0.finalWh - $0.startWh } ?? 0
            exportWh += swap.exported.map { $0.finalWh - $0.startWh } ?? 0
            return MeterEpoch(
                validFrom: swap.at,
                importOffsetWh: importWh,
                exportOffsetWh: exportWh,
                importContinues: swap.imported != nil,
                exportContinues: swap.exported != nil
            )
        }
    }
}
