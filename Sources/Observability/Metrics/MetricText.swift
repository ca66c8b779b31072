/// Prometheus' text format 0.0.4, as it grows.
///
/// ```
/// # HELP wattsource_batches_total Batches committed.
/// # TYPE wattsource_batches_total counter
/// wattsource_batches_total 42
/// ```
/// Source: prometheus.io, "Exposition formats".
struct MetricText {
    /// The text until now.
    private(set) var text = ""

    /// Adds a family; one of which nothing is set yet leaves no trace.
    mutating func append(_ family: MetricFamily) {
        var lines = MetricText()
        for series in family.series.sorted(by: MetricText.precedes) { lines.append(series, of: family.name) }
        guard !lines.text.isEmpty else { return }
        if !family.help.isEmpty {
            text += "# HELP \(family.name) \(MetricText.escaped(family.help, quotes: false))\n"
        }
        text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
        text += lines.text
    }

    private mutating func append(_ series: MetricSeries, of name: String) {
        switch series.metric {
        case .counter(let counter):
            sample(name, series.labels, String(counter.value))
        case .gauge(let gauge):
            let value = gauge.value
            if !value.isNaN { sample(name, series.labels, MetricText.number(value)) }
        case .histogram(let histogram):
            let snapshot = histogram.snapshot
            var cumulated: Int64 = 0
            for (bound, count) in zip(histogram.bounds + [.infinity], snapshot.counts) {
                cumulated += count
                let bucket = MetricSeries.Label(name: "le", value: MetricText.number(bound))
                sample(name + "_bucket", series.labels + [bucket], String(cumulated))
            }
            sample(name + "_sum", series.labels, MetricText.number(snapshot.sum))
            sample(name + "_count", series.labels, String(snapshot.count))
        }
    }

    private mutating func sample(_ name: String, _ labels: [MetricSeries.Label], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(MetricText.escaped($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " \(value)\n"
    }

    /// A number in Go's notation, whole ones without a point.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return value.description
    }

    /// A text with backslash, line break and, in label values, quote escaped.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    private static func precedes(_ left: MetricSeries, _ right: MetricSeries) -> Bool {
        for (one, other) in zip(left.labels, right.labels) where one != other {
            return (one.name, one.value) < (other.name, other.value)
        }
        return left.labels.count < right.labels.count
    }
}
