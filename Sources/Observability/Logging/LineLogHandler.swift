public import Logging

/// Writes one line per log message: JSON, or readable text.
///
/// Nothing in a message or value can break the line.
///
/// JSON: `{"time":"2026-01-31T06:00:00.123Z","level":"info","message":"worker started","logger":"wattsource","topic":"readings"}`:
/// metadata are members of their own; one that has the name of a fixed member gets an underscore behind.
public struct LineLogHandler: LogHandler {
    /// The least severe level that is written.
    public var logLevel: Logger.Level
    /// What is written with every message.
    public var metadata: Logger.Metadata = [:]
    /// Gives more metadata from the task's context.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let sink: @Sendable (String) -> Void
    private let now: @Sendable () -> Int64

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - sink: Takes whole lines, with their line break; from any thread.
    ///   - now: Microseconds since 1970-01-01T00:00:00Z.
    public init(
        label: String,
        level: Logger.Level,
        format: LogFormat,
        metadataProvider: Logger.MetadataProvider? = nil,
        sink: @escaping @Sendable (String) -> Void = StandardErrorLines.write,
        now: @escaping @Sendable () -> Int64 = LogTimestamp.now
    ) {
        self.label = label
        self.logLevel = level
        self.format = format
        self.metadataProvider = metadataProvider
        self.sink = sink
        self.now = now
    }

    /// One of the values that are written with every message.
    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes a message.
    public func log(event: LogEvent) {
        var values = metadata
        if let provider = metadataProvider { values.merge(provider.get()) { $1 } }
        if let own = event.metadata { values.merge(own) { $1 } }
        if let error = event.error { values["error"] = .string(String(describing: error)) }
        let sorted = values.sorted { $0.key < $1.key }
        switch format {
        case .json: sink(json(event, sorted))
        case .text: sink(text(event, sorted))
        }
    }

    private func json(_ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)]) -> String {
        let fixed = [
            ("time", LogTimestamp.text(now())), ("level", event.level.rawValue), ("message", event.message.description),
            ("logger", label),
        ]
        var line = "{"
        for (name, value) in fixed {
            if line.count > 1 { line += "," }
            line += "\"\(name)\":"
            LogText.append(quoting: value, to: &line)
        }
        for (key, value) in values {
            line += ","
            LogText.append(quoting: fixed.contains { $0.0 == key } ? key + "_" : key, to: &line)
            line += ":"
            append(value, to: &line)
        }
        return line + "}\n"
    }

    private func append(_ value: Logger.MetadataValue, to line: inout String) {
        switch value {
        case .string(let text): LogText.append(quoting: text, to: &line)
        case .stringConvertible(let number as any BinaryInteger): line += String(number)
        case .stringConvertible(let flag as Bool): line += flag ? "true" : "false"
        case .stringConvertible(let other): LogText.append(quoting: other.description, to: &line)
        case .array(let items):
            line += "["
            for (index, item) in items.enumerated() {
                if index > 0 { line += "," }
                append(item, to: &line)
            }
            line += "]"
        case .dictionary(let members):
            line += "{"
            for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { line += "," }
                LogText.append(quoting: member.key, to: &line)
                line += ":"
                append(member.value, to: &line)
            }
            line += "}"
        }
    }

    private func text(_ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)]) -> String {
        let level = event.level.rawValue.uppercased()
        var line = LogTimestamp.text(now()) + " " + level
        line += String(repeating: " ", count: max(1, 9 - level.count))
        LogText.append(escaping: event.message.description, to: &line)
        for (key, value) in values {
            let shown = value.description
            line += " "
            LogText.append(escaping: key, to: &line)
            line += "="
            if LogText.needsQuotes(shown) { LogText.append(quoting: shown, to: &line) } else { line += shown }
        }
        return line + "\n"
    }
}
