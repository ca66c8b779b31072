/// Notices that librdkafka sleeps although its queue is empty.
///
/// When the queue was full, librdkafka before 2.2.0 looks again only after a second, however soon the queue runs dry (later versions have
/// `fetch.queue.backoff.ms`): with a bounded queue nearly all the time would be sleep. A new assignment wakes it. It also discards a reply on
/// its way, so it must not happen often: only after so many records, or bytes, that the queue may have been full since the last time.
struct FetchStall {
    /// The version from which on a property does this.
    static let fixedIn = LibraryVersion(major: 2, minor: 2, revision: 0)
    /// How long the queue must have been empty, in milliseconds.
    static let patience: Int32 = 5

    private let records: Int
    private let bytes: Int
    private var recordsSince = 0
    private var bytesSince = 0

    /// Watches a consumer with these properties.
    init(_ properties: ClientProperties) {
        func number(_ name: String, else fallback: Int) -> Int {
            properties.settings.last { $0.name == name }.flatMap { Int($0.value) } ?? fallback
        }
        // Half of a full queue: what is queued is not all of the same size.
        records = number("queued.min.messages", else: 100_000) / 2
        bytes = number("queued.max.messages.kbytes", else: 65_536) * 512
    }

    /// Whether an empty queue may be such a sleep.
    var isPossible: Bool { recordsSince >= records || bytesSince >= bytes }

    /// Counts a record that left the queue.
    mutating func count(bytes: Int) {
        recordsSince += 1
        bytesSince += bytes
    }

    /// Begins again: librdkafka was woken.
    mutating func reset() {
        recordsSince = 0
        bytesSince = 0
    }
}
