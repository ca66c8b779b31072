internal import Ingestion

/// What a callback of librdkafka left for the next poll to tell.
enum ConsumerNotice: Sendable, Equatable {
    /// The group gave these partitions; librdkafka waits for an assign.
    case assigned([TopicPartition])
    /// The group takes all back; librdkafka waits for an unassign.
    case revoked
    /// All is someone else's already; librdkafka waits for an unassign.
    case lost
    /// An error that heals by itself.
    case trouble(String)
    /// No broker can be reached.
    case outage(String)
    /// An error after which the client does nothing any more.
    case fatal(String)
}
