internal import EnergySharing

/// Intervals of a span, in a row, during which a meter takes part in a community on the same terms.
struct MeterStretch: Sendable, Equatable {
    /// The place of the first interval behind it.
    var until: Int
    /// The meter's part in the community; `nil`: it takes part in none of these intervals.
    var part: Participation?
    /// The factors of all its communities, in parts per million, if this one tells what takes part in none; else `nil`.
    var factorsPPM: [Int64]?

    /// A meter's stretches in a span, from its first interval to its last.
    ///
    /// Resolved once, so that an interval costs no more than a look at the stretch it is in.
    static func of(_ parts: [Participation], elsewhere: [PartElsewhere], communityID: Int32, in span: PlannedSpan)
        -> [MeterStretch]
    {
        let count = span.count
        if parts.count == 1, let part = parts.first, part.participationPPM == ParticipationPart.wholePPM,
            part.from <= span.from, part.until >= span.until
        {
            return [MeterStretch(until: count, part: part)]
        }
        let bounds = parts.flatMap { [$0.from, $0.until] } + elsewhere.flatMap { [$0.from, $0.until] }
        var edges = bounds.filter { span.from < $0 && $0 < span.until }.map { bound in
            Int((bound - span.from + span.rule.interval - 1) / span.rule.interval)
        }
        edges.append(count)
        var stretches: [MeterStretch] = []
        var first = 0
        for edge in edges.sorted() where edge > first {
            let start = span.from + Int64(first) * span.rule.interval
            let part = parts.first { $0.from <= start && start < $0.until }
            var stretch = MeterStretch(until: edge, part: part)
            if let part, part.participationPPM < ParticipationPart.wholePPM {
                let others = elsewhere.filter { $0.from <= start && start < $0.until }
                if others.allSatisfy({ $0.communityID > communityID }) {
                    stretch.factorsPPM = [part.participationPPM] + others.map(\.participationPPM)
                }
            }
            stretches.append(stretch)
            first = edge
        }
        return stretches
    }
}
