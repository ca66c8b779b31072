/// What writing a settled span changed.
public struct SpanReceipt: Sendable, Equatable {
    /// Intervals written for the first time.
    public var settled: Int
    /// Provisional intervals whose rows changed in place.
    public var resettled: Int
    /// Final intervals that got a new revision.
    public var corrected: Int

    /// Makes a receipt.
    public init(settled: Int = 0, resettled: Int = 0, corrected: Int = 0) {
        self.settled = settled
        self.resettled = resettled
        self.corrected = corrected
    }
}
