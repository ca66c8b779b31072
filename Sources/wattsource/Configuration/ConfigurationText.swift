/// The configuration as text for people: the effective values, and the reference of all keys.
enum ConfigurationText {
    /// The effective configuration as YAML, each value with its origin; secrets are redacted.
    static func effective(_ effective: EffectiveConfiguration) -> [String] {
        var lines: [String] = []
        var section: Substring = ""
        for line in effective.lines {
            let parts = line.key.split(separator: ".", maxSplits: 1)
            guard parts.count == 2, let name = parts.first, let key = parts.last else { continue }
            if name != section {
                section = name
                lines.append("\(name):")
            }
            let isSet = !line.value.isEmpty
            let entry = isSet ? "  \(key): \(scalar(line.value))" : "  # \(key):"
            let padding = String(repeating: " ", count: max(1, 44 - entry.count))
            lines.append(entry + padding + "# " + (isSet || line.origin != .initial ? "\(line.origin)" : "not set"))
        }
        return lines
    }

    /// All keys, by section: what each is, its kind, what is allowed, the default, and how to set it.
    static func reference() -> [String] {
        var lines: [String] = []
        for key in ConfigurationCatalogue.keys {
            let initial = key.render(Configuration()) ?? "none"
            lines.append(key.name)
            lines.append("    \(key.summary)")
            lines.append("    \(key.kind): \(key.range). Default: \(initial).")
            lines.append(
                "    Variable \(key.variable)" + (key.isSecret ? " or \(key.variable)_FILE" : "") + option(key)
            )
        }
        lines.append("kafka.<property>")
        lines.append(
            "    Any other librdkafka property, by its own name, for example security.protocol; <property>_file for secrets."
        )
        lines.append(
            "    Variable WATTSOURCE_KAFKA_<PROPERTY>, with _ for dots, or ..._FILE for secrets; option --set."
        )
        return lines
    }

    private static func option(_ key: ConfigurationKey) -> String {
        "; option \(key.flag ?? "--set \(key.name)=…")."
    }

    /// A value as a YAML scalar: plain where that is safe, else in double quotes.
    static func scalar(_ value: String) -> String {
        let plain = value.unicodeScalars.allSatisfy {
            switch $0 {
            case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ",", "(", ")", ":": true
            default: false
            }
        }
        let reserved = ["null", "true", "false", "yes", "no", "on", "off", "~", "-"]
        let isSafe =
            plain && value.first.map { $0.isLetter || $0.isNumber || $0 == "/" || $0 == "(" } == true
            && !value.hasSuffix(":") && !reserved.contains(value.lowercased())
        if isSafe { return value }
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case _ where scalar.properties.generalCategory == .control:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
