import Logging
import Observability

extension LogConfiguration {
    /// A logger that writes to standard error, as configured.
    func logger(label: String = "wattsource") -> Logger {
        Logger(label: label) { LineLogHandler(label: $0, level: level, format: lineFormat) }
    }

    /// The format of a line, decided by whether standard error is a terminal if it is `auto`.
    var lineFormat: LogFormat {
        switch format {
        case .auto: LogFormat.forStandardError
        case .text: .text
        case .json: .json
        }
    }
}
