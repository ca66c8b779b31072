/// What of a community's settled intervals becomes due again, and whose.
public struct DueAgain: Sendable, Equatable, CustomStringConvertible {
    /// The community and the span from its first to its last settled interval that is due; if none is, of those that are sealed.
    public var span: CommunitySpan
    /// How many settled intervals are due.
    public var intervals: Int64
    /// How many of these are final already, so that a change becomes a revision.
    public var final: Int64
    /// How many more settled intervals there are that stay as they are: retention has dropped their readings.
    public var sealed: Int64
    /// How many meters take part in the span, before the change or after it; 0: that is not told.
    public var meters: Int
    /// Whose meters these are: the members' codes, in order.
    public var members: [String]
    /// Whose participations are the cause; empty: it is something else.
    public var causes: [String]

    /// The most members that are told by name; of more, the first one and the number.
    public static let mostNames = 10

    /// Makes one.
    public init(
        span: CommunitySpan,
        intervals: Int64,
        final: Int64,
        sealed: Int64 = 0,
        meters: Int = 0,
        members: [String] = [],
        causes: [String] = []
    ) {
        self.span = span
        self.intervals = intervals
        self.final = final
        self.sealed = sealed
        self.meters = meters
        self.members = members
        self.causes = causes
    }

    /// `3 settled intervals of sierra-crest, from 2016-08-01T00:00:00Z to 2016-08-01T03:00:00Z (1 final); 2 meters of 2 members: home-01,
    /// home-02; by the participation of home-02; 4 more are sealed …`.
    public var description: String {
        let place =
            "\(span.community), from \(InstantText.format(span.span.from)) to \(InstantText.format(span.span.until))"
        var sentences: [String] = []
        if intervals > 0 || sealed == 0 {
            sentences.append(
                Self.counted(intervals, "settled interval") + " of \(place)" + (final > 0 ? " (\(final) final)" : "")
            )
            if meters > 0 {
                sentences.append(
                    "\(Self.counted(Int64(meters), "meter")) of \(Self.counted(Int64(members.count), "member")): \(Self.names(members))"
                )
            }
            if !causes.isEmpty { sentences.append("by the participation of \(Self.names(causes))") }
            if sealed > 0 {
                sentences.append("\(sealed) more are sealed and do not change: retention has dropped their readings")
            }
        } else {
            sentences.append(
                "nothing of \(place): \(Self.counted(sealed, "settled interval")) there \(sealed == 1 ? "is" : "are") sealed and "
                    + "\(sealed == 1 ? "does" : "do") not change: retention has dropped their readings"
            )
        }
        return sentences.joined(separator: "; ")
    }

    private static func counted(_ count: Int64, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func names(_ names: [String]) -> String {
        guard names.count > mostNames, let first = names.first else { return names.joined(separator: ", ") }
        return "\(first) and \(names.count - 1) others"
    }
}
