import Logging

/// One kind of value: how it is read from text, and how it is shown.
struct ValueFormat<Value: Sendable>: Sendable {
    /// The kind's name for people: `duration`, `count`.
    var kind: String
    /// What is allowed, for people.
    var range: String
    /// Whether a comma divides a text into several.
    var isList = false
    /// Reads it; only a list gets other than exactly one text.
    var parse: @Sendable ([String]) throws(ValueFault) -> Value
    /// Shows it so that ``parse`` would read the same; `nil`: not set.
    var render: @Sendable (Value) -> String?

    /// A kind whose value is one text.
    private static func single(
        _ kind: String,
        range: String,
        render: @escaping @Sendable (Value) -> String?,
        parse: @escaping @Sendable (String) throws(ValueFault) -> Value
    ) -> ValueFormat {
        ValueFormat(
            kind: kind,
            range: range,
            parse: { (texts) throws(ValueFault) in
                guard texts.count == 1, let text = texts.first else { throw ValueFault("is not a single value") }
                return try parse(text)
            },
            render: render
        )
    }
}

extension ValueFormat<String> {
    /// Text that is not empty.
    static var text: ValueFormat {
        single("text", range: "not empty", render: { $0.isEmpty ? nil : $0 }) { text throws(ValueFault) in
            guard !text.contains(where: \.isNewline), !text.utf8.contains(0) else {
                throw ValueFault("has a line break or a NUL in it")
            }
            return text
        }
    }
}

extension ValueFormat<Secret?> {
    /// Text that is never shown.
    static var secret: ValueFormat {
        single("text", range: "secret; from a file with the key's name and _file", render: { $0?.description }) {
            text throws(ValueFault) in Secret(text)
        }
    }
}

extension ValueFormat<[String]> {
    /// Names of Kafka topics, with commas or as a list.
    static var topics: ValueFormat {
        ValueFormat(
            kind: "list",
            range: "topic names of A-Z a-z 0-9 . _ -, at most 249 characters, each once",
            isList: true,
            parse: { names throws(ValueFault) in
                var seen: Set<String> = []
                for name in names {
                    guard (1...249).contains(name.utf8.count), name.utf8.allSatisfy(isTopicByte), name != ".",
                        name != ".."
                    else {
                        throw ValueFault("holds '\(name)', which is not a topic's name (patterns are not supported)")
                    }
                    guard seen.insert(name).inserted else { throw ValueFault("names '\(name)' twice") }
                }
                return names
            },
            render: { $0.isEmpty ? nil : $0.joined(separator: ",") }
        )
    }

    private static func isTopicByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension ValueFormat<Int> {
    /// A whole number in a range; underscores may group its digits.
    static func count(_ range: ClosedRange<Int>) -> ValueFormat {
        single("count", range: "\(range.lowerBound) to \(range.upperBound)", render: { String($0) }) {
            text throws(ValueFault) in
            guard let value = Int(text.filter { $0 != "_" }) else { throw ValueFault("is not a whole number") }
            guard range.contains(value) else {
                throw ValueFault("is not within \(range.lowerBound) to \(range.upperBound)")
            }
            return value
        }
    }

    /// A number of bytes in a range, with or without a unit.
    static func bytes(_ range: ClosedRange<Int>) -> ValueFormat {
        let limits = "\(ByteCountText.render(range.lowerBound)) to \(ByteCountText.render(range.upperBound))"
        return single("size", range: limits, render: { ByteCountText.render($0) }) { text throws(ValueFault) in
            guard let value = ByteCountText.parse(text) else {
                throw ValueFault("is not a size such as 65536, 512KiB, 64MiB or 1GiB")
            }
            guard range.contains(value) else { throw ValueFault("is not within \(limits)") }
            return value
        }
    }
}

extension ValueFormat<Duration> {
    /// A duration in a range.
    static func duration(_ range: ClosedRange<Duration>) -> ValueFormat {
        let limits = "\(DurationText.render(range.lowerBound)) to \(DurationText.render(range.upperBound))"
        return single("duration", range: limits, render: { DurationText.render($0) }) { text throws(ValueFault) in
            guard let value = DurationText.parse(text) else { throw .notADuration }
            guard range.contains(value) else { throw ValueFault("is not within \(limits)") }
            return value
        }
    }
}

extension ValueFormat<Duration?> {
    /// A duration in a range, or `none`.
    static func durationOrNone(_ range: ClosedRange<Duration>) -> ValueFormat {
        let limits = "none, or \(DurationText.render(range.lowerBound)) to \(DurationText.render(range.upperBound))"
        return single("duration", range: limits, render: { $0.map { DurationText.render($0) } ?? "none" }) {
            text throws(ValueFault) in
            if text == "none" { return nil }
            guard let value = DurationText.parse(text) else { throw .notADuration }
            guard range.contains(value) else { throw ValueFault("is not within \(limits)") }
            return value
        }
    }
}

extension ValueFormat where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    /// One of a few words.
    static var choice: ValueFormat {
        let words = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return single("choice", range: words, render: { $0.rawValue }) { text throws(ValueFault) in
            guard let value = Value(rawValue: text) else { throw ValueFault("is not one of \(words)") }
            return value
        }
    }
}

extension ValueFormat<KafkaConfiguration.FirstStart> {
    /// `earliest`, `latest`, or an instant in UTC.
    static var firstStart: ValueFormat {
        single(
            "choice",
            range: "earliest, latest, or an instant such as 2026-01-31T00:00:00Z",
            render: {
                switch $0 {
                case .earliest: "earliest"
                case .latest: "latest"
                case .timestamp(let instant): InstantText.render(instant)
                }
            },
            parse: { text throws(ValueFault) in
                if text == "earliest" { return .earliest }
                if text == "latest" { return .latest }
                guard let instant = InstantText.parse(text) else {
                    throw ValueFault("is not earliest, latest or an instant such as 2026-01-31T00:00:00Z")
                }
                return .timestamp(instant)
            }
        )
    }
}

extension ValueFault {
    /// A text that is not a duration.
    static let notADuration = ValueFault("is not a duration such as 500ms, 30s, 15m, 2h or 35d")
}
