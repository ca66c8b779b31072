/// What of a community's settled intervals becomes due again.
public struct DueAgain: Sendable, Equatable, CustomStringConvertible {
    /// The community and the span from its first to its last settled interval that is due.
    public var span: CommunitySpan
    /// How many settled intervals are due.
    public var intervals: Int64
    /// How many of these are final already, so that a change becomes a revision.
    public var final: Int64

    /// Makes one.
    public init(span: CommunitySpan, intervals: Int64, final: Int64) {
        self.span = span
        self.intervals = intervals
        self.final = final
    }

    /// `3 settled intervals of sierra-crest, from 2016-08-01T00:00:00Z to 2016-08-01T03:00:00Z (1 final)`.
    public var description: String {
        "\(intervals) settled interval\(intervals == 1 ? "" : "s") of \(span.community), "
            + "from \(InstantText.format(span.span.from)) to \(InstantText.format(span.span.until))"
            + (final > 0 ? " (\(final) final)" : "")
    }
}
