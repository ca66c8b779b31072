/// A reading, or a whole record, that is refused again.
public struct ReplayRefusal: Sendable, Equatable {
    /// The reading's place in its record, from 0; -1: the whole record.
    public var readingIndex: Int32
    /// The reason code.
    public var reason: String
    /// The sentence for people; nothing of the record's content.
    public var detail: String

    /// Makes a refusal.
    public init(readingIndex: Int32, reason: String, detail: String) {
        self.readingIndex = readingIndex
        self.reason = reason
        self.detail = detail
    }
}
