/// How long what is stored is kept.
struct RetentionConfiguration: Sendable, Equatable {
    /// Readings; `nil`: for ever.
    var readings: Duration?
    /// Refused records and readings; `nil`: for ever.
    var deadLetters: Duration? = .seconds(30 * 86_400)
}
