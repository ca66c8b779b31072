internal import CRdKafka
internal import Ingestion

/// From librdkafka's topic handle and partition number to the index in the assignment, without a String or an allocation.
///
/// A handle is remembered only for topics of the assignment, whose partitions librdkafka keeps alive until the next assignment: its address
/// cannot become another topic's meanwhile.
@safe struct AssignmentTable {
    @safe private struct Topic {
        let name: String
        /// librdkafka's handle; learned from the topic's first message.
        var handle: OpaquePointer?
        /// The assignment's index by partition number; -1: not assigned.
        var indexes: [Int]
    }

    private var topics: [Topic] = []
    private var recent = 0

    /// Makes a table of no partition.
    init() {}

    /// Makes the table of an assignment; a negative partition number is ignored.
    init(_ starts: [PartitionStart]) {
        for (index, start) in starts.enumerated() where start.partition.partition >= 0 {
            let position = topics.firstIndex { $0.name == start.partition.topic } ?? topics.endIndex
            if position == topics.endIndex {
                unsafe topics.append(Topic(name: start.partition.topic, handle: nil, indexes: []))
            }
            let partition = Int(start.partition.partition)
            let missing = partition + 1 - topics[position].indexes.count
            if missing > 0 {
                topics[position].indexes.append(contentsOf: repeatElement(-1, count: missing))
            }
            topics[position].indexes[partition] = index
        }
    }

    /// The index of a message's partition; `nil` if it is not assigned.
    mutating func index(of handle: OpaquePointer?, partition: Int32) -> Int? {
        guard let handle = unsafe handle, let topic = unsafe position(of: handle) else { return nil }
        guard partition >= 0, Int(partition) < topics[topic].indexes.count else { return nil }
        let index = topics[topic].indexes[Int(partition)]
        return index < 0 ? nil : index
    }

    private mutating func position(of handle: OpaquePointer) -> Int? {
        if recent < topics.count, unsafe topics[recent].handle == handle { return recent }
        for position in topics.indices where unsafe topics[position].handle == handle {
            recent = position
            return position
        }
        return unsafe learn(handle)
    }

    /// The slow way, once per topic and assignment.
    private mutating func learn(_ handle: OpaquePointer) -> Int? {
        // The handle came with a message that is still held, so it and its name are alive.
        guard let name = unsafe rd_kafka_topic_name(handle) else { return nil }
        let text = unsafe String(cString: name)
        guard let position = topics.firstIndex(where: { $0.name == text }) else { return nil }
        unsafe topics[position].handle = handle
        recent = position
        return position
    }
}
