/// The spans of communities that a change touches, and by whose participation.
struct TouchedSpans: Sendable {
    private var spans: [String: [TimeSpan]] = [:]
    private var causes: [String: [(span: TimeSpan, hubDeviceID: String)]] = [:]

    /// Adds spans of a community; `device` is the one whose participation touches them.
    mutating func add(_ added: [TimeSpan], of community: String, by device: String? = nil) {
        spans[community, default: []] += added
        if let device { causes[community, default: []] += added.map { (span: $0, hubDeviceID: device) } }
    }

    /// All spans, merged, community by community in an order.
    func merged(in order: [String]) -> [CommunitySpan] {
        order.flatMap { code in
            TimeSpan.merged(spans[code] ?? []).map { CommunitySpan(community: code, span: $0) }
        }
    }

    /// The devices whose participations touch a part of a span.
    func devices(touching span: CommunitySpan) -> Set<String> {
        Set((causes[span.community] ?? []).filter { $0.span.overlaps(span.span) }.map(\.hubDeviceID))
    }
}
