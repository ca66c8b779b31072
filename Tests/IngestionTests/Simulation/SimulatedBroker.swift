import Ingestion

/// A Kafka broker: the logs of one topic's partitions, and one consumer group.
final class SimulatedBroker {
    static let topic = "readings"

    /// One partition's log.
    struct Log {
        var life: SimulatedLife
        /// The first offset that is left.
        var low = 0
        /// Whether its newest records took the place of others.
        ///
        /// Then each offset has a record: of one that has none nobody can say whether it is the one that was consumed.
        var isReplaced = false
        /// Whether the broker answers a fetch beyond the end with nothing instead of an error.
        var isSilentBeyondEnd = false

        var high: Int { life.records.count }
    }

    private let context: SimulationContext
    let partitions: [TopicPartition]
    private(set) var logs: [Log]
    private var producers = SimulatedProducers()
    /// The group's members, in the order in which they joined.
    private(set) var members: [SimulatedSource] = []
    /// Every client that lives, whether the group counts it as a member or not.
    var clients: [SimulatedSource] = []
    /// Whether somebody came or went since partitions were last given out.
    var needsRebalance = false
    private var generation = 0
    /// What the group was told, or says that it was.
    private var groupOffsets: [Int64]

    init(partitions count: Int, _ context: SimulationContext) {
        self.context = context
        partitions = (0..<count).map { TopicPartition(topic: Self.topic, partition: Int32($0)) }
        logs = (0..<count).map { _ in Log(life: SimulatedLife(records: [])) }
        groupOffsets = Array(repeating: 0, count: count)
    }

    // MARK: Logs

    /// Appends what a producer sends next.
    func produce() {
        let partition = context.choices.below(logs.count)
        append(to: partition)
    }

    private func append(to partition: Int) {
        var record = producers.next(partition: partition, of: logs.count, context)
        while record == nil, logs[partition].isReplaced {
            record = producers.next(partition: partition, of: logs.count, context)
        }
        logs[partition].life.records.append(record)
    }

    /// Retention: removes the first records, consumed or not.
    func removeFirst(_ count: Int, of partition: Int) {
        logs[partition].low = min(logs[partition].low + count, logs[partition].high)
    }

    /// An unclean election: the end of the log is lost, and may be written anew.
    func truncate(_ partition: Int, to end: Int) {
        let life = logs[partition].life
        life.cut += life.records[end...].compactMap { $0 }
        life.records.removeLast(life.records.count - end)
        life.firstCut = min(life.firstCut, end)
        logs[partition].low = min(logs[partition].low, end)
        logs[partition].isReplaced = true
        disturb(partition)
    }

    /// The topic is deleted and made anew, with records of its own.
    func recreate(_ partition: Int, records: Int) {
        logs[partition] = Log(life: SimulatedLife(records: []), isReplaced: true)
        for _ in 0..<records { append(to: partition) }
        disturb(partition)
    }

    /// A new beginning was accepted: what is in the log counts from now on as a life of its own.
    func beginLife(_ partition: Int) -> SimulatedLife {
        let life = SimulatedLife(records: logs[partition].life.records)
        logs[partition].life = life
        logs[partition].isReplaced = false
        return life
    }

    /// Whoever reads this partition is told by its client with the next fetch that something is wrong.
    private func disturb(_ partition: Int) {
        logs[partition].isSilentBeyondEnd = context.choices.oneIn(2)
        for client in clients { client.disturb(partition) }
    }

    /// The log of a partition.
    func log(_ partition: TopicPartition) -> Log { logs[Int(partition.partition)] }

    /// The first offset of a record that is not before `offset`; `nil` if there is none.
    func firstRecord(_ partition: Int, from offset: Int64) -> Int? {
        let log = logs[partition]
        var offset = max(Int(offset), log.low)
        while offset < log.high {
            if log.life.records[offset] != nil { return offset }
            offset += 1
        }
        return nil
    }

    // MARK: The group

    /// Forgets all clients, which know this broker.
    func close() {
        members = []
        clients = []
    }

    /// A member comes.
    func join(_ member: SimulatedSource) {
        members.append(member)
        needsRebalance = true
    }

    /// A member goes, or is taken for dead.
    func leave(_ member: SimulatedSource) {
        guard members.contains(where: { $0 === member }) else { return }
        members.removeAll { $0 === member }
        needsRebalance = true
    }

    /// Gives the partitions out anew.
    func rebalance() {
        needsRebalance = false
        generation += 1
        guard !members.isEmpty else { return }
        let isCooperative = context.fires(.rebalanceCooperative, oneIn: 3)
        if !isCooperative, !context.isHealed, generation > 1 { context.happened(.rebalanceEager) }
        if context.fires(.groupOffsetLies, oneIn: 3) {
            for partition in groupOffsets.indices { groupOffsets[partition] = Int64(context.choices.below(50)) }
        }
        let first = context.choices.below(members.count)
        var parts = [[TopicPartition]](repeating: [], count: members.count)
        for (index, partition) in partitions.enumerated() { parts[(first + index) % members.count].append(partition) }
        for (member, part) in zip(members, parts) { member.rebalance(to: part, isCooperative: isCooperative) }
    }

    /// The group is told how far the database is.
    func commit(_ offsets: [PartitionStart]) {
        for offset in offsets { groupOffsets[Int(offset.partition.partition)] = offset.offset }
    }
}
