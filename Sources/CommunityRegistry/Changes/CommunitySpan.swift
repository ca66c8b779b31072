/// A span of time of one community.
public struct CommunitySpan: Sendable, Hashable {
    /// The community's code.
    public var community: String
    /// The span.
    public var span: TimeSpan

    /// Makes a span.
    public init(community: String, span: TimeSpan) {
        self.community = community
        self.span = span
    }
}
