extension ConfigurationCatalogue {
    /// The keys of what counts as odd.
    static let plausibility: [ConfigurationKey] = [
        ConfigurationKey(
            "plausibility.spike",
            \.plausibility.spike,
            .choice,
            "Whether single intervals far above the same time of the days before are told."
        ),
        ConfigurationKey(
            "plausibility.spike_factor",
            \.plausibility.spikeFactor,
            .count(2...1_000),
            "Above how many times what is usual an interval is a spike."
        ),
        ConfigurationKey(
            "plausibility.spike_floor_wh",
            \.plausibility.spikeFloorWh,
            .count(0...1_000_000_000),
            "Up to so many Wh an interval is usual."
        ),
        ConfigurationKey(
            "plausibility.high_low",
            \.plausibility.highLow,
            .choice,
            "Whether days far above or below the days before are told."
        ),
        ConfigurationKey(
            "plausibility.low_percent",
            \.plausibility.lowPercent,
            .count(0...100),
            "Under how many percent of what is usual a day is low."
        ),
        ConfigurationKey(
            "plausibility.high_percent",
            \.plausibility.highPercent,
            .count(101...100_000),
            "Over how many percent of what is usual a day is high."
        ),
        ConfigurationKey(
            "plausibility.standstill",
            \.plausibility.standstill,
            .choice,
            "Whether import registers that stopped are told."
        ),
        ConfigurationKey(
            "plausibility.standstill_hours",
            \.plausibility.standstillHours,
            .count(1...24),
            "After how many hours without import a register has stopped."
        ),
        ConfigurationKey(
            "plausibility.sum_check",
            \.plausibility.sumCheck,
            .choice,
            "Whether days are told whose intervals do not add up to what the registers rose by."
        ),
        ConfigurationKey(
            "plausibility.sum_tolerance_wh",
            \.plausibility.sumToleranceWh,
            .count(0...1_000_000),
            "Up to so many Wh, or a thousandth of the rise, they do."
        ),
    ]
}
