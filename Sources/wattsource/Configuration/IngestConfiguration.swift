/// How records become batches, and how far a reading's time may be from its record's.
struct IngestConfiguration: Sendable, Equatable {
    /// What tells which device a record is from, where no hub header does.
    enum Identity: String, Sendable, CaseIterable {
        /// Only the hub's header `iothub-connection-device-id`.
        case hubHeader = "hub-header"
        /// The hub's header, else the record's key.
        case recordKey = "record-key"
        /// The hub's header, else the body's `device` member.
        case body
        /// The hub's header, else the routing envelope that the hub has put around the body.
        case envelope
    }

    /// What tells which device a record is from.
    var identity = Identity.hubHeader
    /// The largest body of a record in bytes, packed or unpacked (`too_large`).
    var maxBodyBytes = 1 << 20
    /// A batch is written when it has so many rows.
    var batchRows = 20_000
    /// A batch is written when it holds so many bytes.
    var batchBytes = 8 << 20
    /// A batch is written when its first record waits so long.
    var batchAge = Duration.milliseconds(500)
    /// The most that the ingest loop holds in memory, in bytes: batches, window, what waits while the database is away.
    var memoryBudget = 128 << 20
    /// A reading later than its record's enqueued time by more than this is flagged.
    var futureTolerance = Duration.seconds(120)
    /// A reading later than its record's enqueued time by more than this is refused (`time_future`).
    var futureLimit = Duration.seconds(900)
    /// A reading older than its record's enqueued time by more than this is flagged as late.
    var lateAfter = Duration.seconds(35 * 86_400)
    /// A reading older than its record's enqueued time by more than this is refused (`time_too_old`).
    var tooOldAfter = Duration.seconds(60 * 86_400)
}
