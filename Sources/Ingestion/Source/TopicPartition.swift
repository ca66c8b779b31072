/// One partition of one topic.
public struct TopicPartition: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The topic's name.
    public var topic: String
    /// The partition's number, from 0.
    public var partition: Int32

    /// Names a partition.
    public init(topic: String, partition: Int32) {
        self.topic = topic
        self.partition = partition
    }

    /// `topic[partition]`, as logs show it.
    public var description: String { "\(topic)[\(partition)]" }

    /// By topic, then by number: the order in which position rows are locked.
    public static func < (left: TopicPartition, right: TopicPartition) -> Bool {
        left.topic == right.topic
            ? left.partition < right.partition : left.topic.utf8.lexicographicallyPrecedes(right.topic.utf8)
    }
}
