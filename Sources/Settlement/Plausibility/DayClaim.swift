/// Settled days of a community that this worker looks at, alone, until it gives them back.
public struct DayClaim: Sendable {
    /// The community's number.
    public var communityID: Int32
    /// Its meters, by number.
    public var meters: [Int32: CommunityTerms.Meter]
    /// The participations in the community with less than all of a meter's energy.
    public var parts: [Participation]
    /// The days, in order without holes; the first ``context`` of them only to know what was before.
    public var days: [LocalDay]
    /// How many days there are before those that are judged.
    public var context: Int

    /// The days that are judged.
    public var judged: ArraySlice<LocalDay> { days.dropFirst(context) }

    /// Makes a claim.
    public init(
        communityID: Int32,
        meters: [Int32: CommunityTerms.Meter],
        parts: [Participation] = [],
        days: [LocalDay],
        context: Int
    ) {
        self.communityID = communityID
        self.meters = meters
        self.parts = parts
        self.days = days
        self.context = context
    }
}
