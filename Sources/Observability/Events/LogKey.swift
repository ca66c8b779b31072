/// The names of the values in log lines; one word per idea, everywhere.
enum LogKey {
    static let version = "version"
    static let librdkafka = "librdkafka"
    static let libpq = "libpq"
    static let worker = "worker"
    static let reason = "reason"
    static let partition = "partition"
    static let partitions = "partitions"
    static let epoch = "epoch"
    static let offset = "offset"
    static let records = "records"
    static let readings = "readings"
    static let rows = "rows"
    static let bytes = "bytes"
    static let seconds = "seconds"
    static let sqlState = "sqlstate"
    static let attempt = "attempt"
    static let delaySeconds = "delay_seconds"
    static let counts = "counts"
    static let community = "community"
    static let intervals = "intervals"
    static let table = "table"
    static let count = "count"
    static let devices = "devices"
    static let registryVersion = "registry_version"
}

extension Duration {
    /// Seconds, for logs: to the millisecond.
    var logText: String {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        let rest = String(abs(milliseconds % 1_000))
        return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
