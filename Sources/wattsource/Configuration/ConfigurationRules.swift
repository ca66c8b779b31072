/// What has to hold between several values.
enum ConfigurationRules {
    /// All that does not hold.
    static func faults(in effective: EffectiveConfiguration) -> [ConfigurationFault] {
        let configuration = effective.configuration
        var faults: [ConfigurationFault] = []
        func require(_ holds: Bool, _ key: String, _ message: @autoclosure () -> String) {
            if holds { return }
            let place = effective.origins[key]?.description ?? ""
            faults.append(ConfigurationFault(place: place, key: key, message: message()))
        }
        let ingest = configuration.ingest
        require(
            ingest.futureTolerance <= ingest.futureLimit,
            "ingest.future_tolerance",
            "\(DurationText.render(ingest.futureTolerance)) is more than ingest.future_limit, "
                + DurationText.render(ingest.futureLimit)
        )
        require(
            ingest.lateAfter <= ingest.tooOldAfter,
            "ingest.late_after",
            "\(DurationText.render(ingest.lateAfter)) is more than ingest.too_old_after, "
                + DurationText.render(ingest.tooOldAfter)
        )
        require(
            ingest.batchBytes <= ingest.memoryBudget / 4,
            "ingest.batch_bytes",
            "\(ByteCountText.render(ingest.batchBytes)) is more than a quarter of ingest.memory_budget, "
                + "\(ByteCountText.render(ingest.memoryBudget)): one batch is filled while another is written"
        )
        if let kept = configuration.retention.readings {
            let least = configuration.settlement.correctionHorizon + ingest.tooOldAfter
            require(
                kept >= least,
                "retention.readings",
                "\(DurationText.render(kept)) is less than settlement.correction_horizon + ingest.too_old_after, "
                    + "\(DurationText.render(least)): late readings could not be settled any more"
            )
        }
        return faults
    }
}
