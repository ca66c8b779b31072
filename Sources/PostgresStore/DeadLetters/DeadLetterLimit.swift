/// How many dead letters of one Kafka partition a UTC day may leave behind; what comes after them on that day is only counted.
///
/// By the database's clock and the day of the refusal, so that a flood is bounded whatever its records say. The first letter that does not
/// fit closes the day of its partition: what is kept is always the beginning. A partition has one writer at a time and its row is locked, so
/// the count is exact.
public struct DeadLetterLimit: Sendable, Equatable {
    /// The most letters; `nil`: any number.
    public var rowsPerDay: Int64?
    /// The most bytes of payloads, keys and headers; `nil`: any number.
    public var bytesPerDay: Int64?

    /// Makes a limit.
    public init(rowsPerDay: Int64? = 1_000_000, bytesPerDay: Int64? = 1 << 30) {
        self.rowsPerDay = rowsPerDay
        self.bytesPerDay = bytesPerDay
    }
}

extension DeadLetterLimit {
    /// What one partition's day holds already, and whether more fits.
    struct Day: Sendable, Equatable {
        var rows: Int64
        var bytes: Int64
        var isClosed: Bool

        /// Takes a letter of so many bytes, unless the day is closed or is so now.
        mutating func take(_ letterBytes: Int64, _ limit: DeadLetterLimit) -> Bool {
            if let most = limit.rowsPerDay, rows + 1 > most { isClosed = true }
            if let most = limit.bytesPerDay, bytes + letterBytes > most { isClosed = true }
            if isClosed { return false }
            rows += 1
            bytes += letterBytes
            return true
        }
    }
}
