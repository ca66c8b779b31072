public import Ingestion

/// A refused record or reading by its coordinates in the stream, written `topic/partition/offset` or `topic/partition/offset/index`.
public struct DeadLetterID: Sendable, Equatable, CustomStringConvertible {
    /// The record's partition.
    public var partition: TopicPartition
    /// The record's offset.
    public var offset: Int64
    /// The reading's place in its record, from 0; -1: the record as a whole; `nil`: whatever of the record was refused.
    public var index: Int32?

    /// Makes an id.
    public init(partition: TopicPartition, offset: Int64, index: Int32?) {
        self.partition = partition
        self.offset = offset
        self.index = index
    }

    /// Reads an id; `nil` if it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3 || parts.count == 4, !parts[0].isEmpty, let partition = Int32(parts[1]), partition >= 0,
            let offset = Int64(parts[2]), offset >= 0
        else { return nil }
        self.init(partition: TopicPartition(topic: String(parts[0]), partition: partition), offset: offset, index: nil)
        guard parts.count == 4 else { return }
        guard let index = Int32(parts[3]), index >= -1 else { return nil }
        self.index = index
    }

    /// `meters/3/4711`, and `/index` behind it if there is one.
    public var description: String {
        "\(partition.topic)/\(partition.partition)/\(offset)" + (index.map { "/\($0)" } ?? "")
    }
}
