/// How long what is stored is kept.
struct RetentionConfiguration: Sendable, Equatable {
    /// Readings; `nil`: for ever.
    var readings: Duration?
    /// Refused records and readings; `nil`: for ever.
    var deadLetters: Duration? = .seconds(30 * 86_400)
    /// Refusals of one Kafka partition that a UTC day keeps at most; the rest of the day is counted.
    var deadLetterRows = 1_000_000
    /// Bytes of them that it keeps at most.
    var deadLetterBytes = 1 << 30
}
