/// A value that depends on time: constant within spans, nothing outside of them.
struct Timeline<Value: Equatable> {
    /// The pieces, which do not overlap, in order of time.
    private let pieces: [(span: TimeSpan, value: Value)]

    init(_ pieces: [(span: TimeSpan, value: Value)]) {
        self.pieces = pieces.sorted { $0.span.from < $1.span.from }
    }

    /// The spans in which two timelines say different things, merged where they touch.
    func differences(from other: Timeline) -> [TimeSpan] {
        let edges = Set((pieces + other.pieces).flatMap { [$0.span.from, $0.span.until] }).sorted()
        var spans: [TimeSpan] = []
        for (from, until) in zip(edges, edges.dropFirst()) where self[from] != other[from] {
            if spans.last?.until == from {
                spans[spans.count - 1].until = until
            } else {
                spans.append(TimeSpan(from: from, until: until))
            }
        }
        return spans
    }

    private subscript(instant: Int64) -> Value? { pieces.first { $0.span.contains(instant) }?.value }
}

extension TimeSpan {
    /// The same instants in the fewest spans, in order.
    static func merged(_ spans: [TimeSpan]) -> [TimeSpan] {
        var merged: [TimeSpan] = []
        for span in spans.sorted(by: { $0.from < $1.from }) where !span.isEmpty {
            if let last = merged.last, span.from <= last.until {
                merged[merged.count - 1].until = max(last.until, span.until)
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
