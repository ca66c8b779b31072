import EnergySharing

/// What counts as odd about settled energy; `deploy/validation.md` lists the rules.
struct PlausibilityConfiguration: Sendable, Equatable {
    /// Whether a rule is applied.
    enum Switch: String, Sendable, CaseIterable {
        /// It is.
        case on
        /// It is not.
        case off
    }

    /// Single intervals far above the same time of the days before.
    var spike = Switch.on
    /// Above how many times what is usual an interval is a spike.
    var spikeFactor = Int(Spike().factor)
    /// Up to this an interval is usual, in Wh.
    var spikeFloorWh = Int(Spike().floorWh)
    /// Days far above or below the days before.
    var highLow = Switch.on
    /// Under how many percent of what is usual a day is low.
    var lowPercent = Int(HighLow().lowPermille / 10)
    /// Over how many percent of what is usual a day is high.
    var highPercent = Int(HighLow().highPermille / 10)
    /// Import registers that stopped.
    var standstill = Switch.on
    /// After how many hours without import.
    var standstillHours = Int(Standstill().hours)
    /// Days of which the intervals do not add up to the registers' rise.
    var sumCheck = Switch.on
    /// A difference up to this is none, in Wh.
    var sumToleranceWh = Int(SumCheck().toleranceWh)

    /// The rules as settlement takes them.
    var rules: PlausibilityRules {
        var rules = PlausibilityRules()
        rules.spike?.factor = Int64(spikeFactor)
        rules.spike?.floorWh = Int64(spikeFloorWh)
        rules.highLow?.lowPermille = Int64(lowPercent) * 10
        rules.highLow?.highPermille = Int64(highPercent) * 10
        rules.standstill?.hours = Int64(standstillHours)
        rules.sumCheck?.toleranceWh = Int64(sumToleranceWh)
        if spike == .off { rules.spike = nil }
        if highLow == .off { rules.highLow = nil }
        if standstill == .off { rules.standstill = nil }
        if sumCheck == .off { rules.sumCheck = nil }
        return rules
    }
}
