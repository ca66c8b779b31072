import Logging
import Observability

/// The program's log, as configured.
enum WorkerLog {
    /// A logger that writes to standard error.
    static func logger(_ configuration: LogConfiguration) -> Logger {
        let format: LogFormat =
            switch configuration.format {
            case .auto: .forStandardError
            case .text: .text
            case .json: .json
            }
        return Logger(label: "wattsource") { label in
            LineLogHandler(label: label, level: configuration.level, format: format)
        }
    }
}
