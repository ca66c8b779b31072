/// How many settled intervals of a community are to be settled again.
public struct DueIntervals: Sendable, Equatable {
    /// The community's code.
    public var community: String
    /// How many.
    public var intervals: Int64
    /// How many of them are final, or were corrected already: if they change they get a new revision.
    public var finalIntervals: Int64

    /// Makes a count.
    public init(community: String, intervals: Int64, finalIntervals: Int64) {
        self.community = community
        self.intervals = intervals
        self.finalIntervals = finalIntervals
    }
}
