/// Names as Prometheus allows them.
enum MetricName {
    /// A metric's name: `[a-z_:][a-z0-9_:]*`; what does not fit becomes an underscore.
    static func metric(_ label: String) -> String { cleaned(label, allowsColon: true) }

    /// A name with a suffix, unless it has it.
    static func with(suffix: String, _ label: String) -> String {
        let name = metric(label)
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// Labels by name, each name once: the last of several counts.
    static func labels(_ dimensions: [(String, String)], ofHistogram: Bool) -> [MetricSeries.Label] {
        var values: [String: String] = [:]
        for (label, value) in dimensions {
            var name = cleaned(label, allowsColon: false)
            // Two underscores in front, and `le` on a histogram, are Prometheus' own.
            if name.hasPrefix("__") || (ofHistogram && name == "le") { name = "exported_" + name }
            values[name] = value
        }
        return values.map { MetricSeries.Label(name: $0.key, value: $0.value) }.sorted { $0.name < $1.name }
    }

    private static func cleaned(_ label: String, allowsColon: Bool) -> String {
        var name = ""
        for byte in label.lowercased().utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "_"):
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                if name.isEmpty { name = "_" }
                name.unicodeScalars.append(Unicode.Scalar(byte))
            case UInt8(ascii: ":") where allowsColon:
                name += ":"
            default:
                name += "_"
            }
        }
        return name.isEmpty ? "_" : name
    }
}
