/// One refused record or reading, without its content.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct DeadLetter: Sendable, Equatable {
    /// Where it stands in the stream; the index is never `nil`.
    public var id: DeadLetterID
    /// Which life of the topic the offset belongs to.
    public var incarnation: Int32 = 0
    /// The record's enqueued time.
    public var receivedAt: Int64 = 0
    /// When it was refused.
    public var recordedAt: Int64 = 0
    /// The reason code.
    public var reason = ""
    /// The sentence for people.
    public var detail = ""
    /// The device, as the hub names it, if the record says so.
    public var hubDeviceID: String?
    /// When somebody resolved it.
    public var resolvedAt: Int64?
    /// How it was resolved: `replayed` or `discarded`.
    public var resolution: String?
    /// Who resolved it.
    public var resolvedBy: String?
    /// Why it was resolved so.
    public var note: String?
    /// How often it was replayed in vain.
    public var attempts: Int32 = 0

    /// A dead letter of which nothing but the place is known.
    public init(id: DeadLetterID) { self.id = id }
}
