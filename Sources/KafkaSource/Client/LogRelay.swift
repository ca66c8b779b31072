internal import Logging
internal import Synchronization

/// Brings librdkafka's own log lines to the program's log instead of standard error, a bounded number of them.
final class LogRelay: Sendable {
    private let logger: Logger
    /// By facility, of which librdkafka has a few dozen.
    private let limits = Mutex<[String: RateLimit]>([:])

    /// Relays to this logger.
    init(_ logger: Logger) {
        self.logger = logger
    }

    /// Relays one line; called on any of librdkafka's threads.
    ///
    /// - Parameters:
    ///   - severity: syslog's, 0 (emergency) to 7 (debug).
    ///   - facility: librdkafka's word for the kind of line, such as `FAIL`.
    ///   - text: the line.
    func relay(severity: Int32, facility: String, text: String) {
        let level = Self.level(severity: severity, facility: facility)
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = ["facility": "\(facility)", "text": "\(text)"]
        // Debug lines are asked for by name (property `debug`): all of them, or they are of no use.
        if level > .debug {
            switch limits.withLock({ $0[facility, default: RateLimit(2, per: .seconds(10))].judge(at: .now) }) {
            case .suppress: return
            case .pass(suppressed: 0): break
            case .pass(let suppressed): metadata["suppressed"] = "\(suppressed)"
            }
        }
        logger.log(level: level, "librdkafka", metadata: metadata)
    }

    /// Relays one line as librdkafka's callback has it.
    func relay(_ severity: Int32, _ facility: UnsafePointer<CChar>?, _ text: UnsafePointer<CChar>?) {
        // Both are zero-terminated and live as long as the callback.
        guard let facility = unsafe facility, let text = unsafe text else { return }
        relay(severity: severity, facility: unsafe String(cString: facility), text: unsafe String(cString: text))
    }

    /// The program's own words about this client.
    func warn(_ message: Logger.Message, metadata: Logger.Metadata = [:]) {
        logger.warning(message, metadata: metadata)
    }

    /// librdkafka retries by itself, so even its errors are warnings here; what needs a person arrives as an event.
    static func level(severity: Int32, facility: String) -> Logger.Level {
        switch severity {
        // CONFWARN: a consumer's property given to a producer and the like; one configuration serves both.
        case ...4: facility == "CONFWARN" ? .debug : .warning
        case 5: .info
        case 6: .debug
        default: .trace
        }
    }
}
