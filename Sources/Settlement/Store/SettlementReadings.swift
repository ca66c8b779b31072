public import EnergySharing

/// What is stored of meters, as computing a span needs it.
///
/// One thread uses it; every call blocks.
public protocol SettlementReadings: AnyObject {
    /// Reads the registers of these meters that settlement needs for edges in [from, until]: all inside, and up to 4 before and 4 after
    /// that nobody set aside, so that judging outliers needs nothing else. Calls `body` once per meter that has any, in ascending order
    /// of number and time.
    func readings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [RegisterReading]) -> Void
    ) throws(SettlementFailure)

    /// Reads the readings of kind interval of these meters that settlement needs for edges in [from, until]: all that ``IntervalSeries``
    /// needs, and the last one before these that takes part, which tells that the meter is expected. Calls `body` as
    /// ``readings(ofMeters:from:until:_:)`` does.
    func intervalReadings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [IntervalReading]) -> Void
    ) throws(SettlementFailure)

    /// Reads the fixed shares by the hour of a community in [from, until), one slice for each profile that has hours there.
    func hourlyShares(
        ofCommunity community: Int32,
        from: Int64,
        until: Int64
    ) throws(SettlementFailure) -> [ShareSlice]
}
