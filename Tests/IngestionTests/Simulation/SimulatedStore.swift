import Ingestion

/// One worker's store, as `PostgresIngestStore` is: one connection, made when it is needed and made anew after it was lost.
///
/// What it decides it decides by the product's own values: ``PositionFence``, ``HeldPositions``.
final class SimulatedStore: IngestStore {
    let name: String
    let database: SimulatedDatabase
    let context: SimulationContext
    var session: SimulatedDatabase.Session?
    var held = HeldPositions()
    /// The batch that is being written.
    var writing: Writing?
    /// Lets other workers' batches go on while this one waits for a row.
    var letOthersGoOn: () -> Void = {}

    init(_ name: String, _ database: SimulatedDatabase) {
        self.name = name
        self.database = database
        context = database.context
    }

    // MARK: The connection

    /// Runs a call that is a transaction of its own.
    func perform<Result>(
        _ body: (SimulatedDatabase.Session) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        if let session, !session.isAlive {
            disconnect()
            throw StoreFailure(.retryLater, sqlState: "57P01", "the session was ended")
        }
        guard let session = session ?? database.connect() else {
            throw StoreFailure(.retryLater, sqlState: "57P03", "the server is away")
        }
        self.session = session
        if context.fires(.connectionCut, oneIn: 40) {
            lose(session)
            throw StoreFailure(.retryLater, "the connection is lost")
        }
        return try body(session)
    }

    /// Forgets a connection and what it had taken over.
    func disconnect() {
        session = nil
        held.connectionLost()
    }

    /// The connection breaks; the server notices at once, or not.
    func lose(_ session: SimulatedDatabase.Session) {
        if !session.locks.isEmpty, context.fires(.connectionHalfOpen, oneIn: 3) {
            session.isHalfOpen = true
        } else {
            database.end(session)
        }
        disconnect()
    }

    // MARK: IngestStore

    func loadDirectory() throws(StoreFailure) -> DirectorySnapshot {
        try perform { _ throws(StoreFailure) in
            DirectorySnapshot(
                registryVersion: database.state.registryVersion,
                devices: SimulatedProducers.directory
            )
        }
    }

    func takeOver(_ requests: [TakeOverRequest], owner: String) throws(StoreFailure) -> [TakenPosition] {
        var taken: [TopicPartition: TakenPosition] = [:]
        for request in requests.sorted(by: { $0.partition < $1.partition }) {
            let position = try perform { session throws(StoreFailure) in try takeOver(request, session) }
            taken[request.partition] = position
            held.tookOver(request.partition)
            letOthersGoOn()
        }
        return requests.compactMap { taken[$0.partition] }
    }

    private func takeOver(
        _ request: TakeOverRequest,
        _ session: SimulatedDatabase.Session
    ) throws(StoreFailure) -> TakenPosition {
        let index = Int(request.partition.partition)
        var attempt = 0
        while let holder = database.holder(of: index, besides: session) {
            attempt += 1
            if attempt > 1 { letOthersGoOn() }
            guard database.holder(of: index, besides: session) === holder else { continue }
            if attempt > 2 || context.choices.oneIn(2) || context.choices.isQuiet {
                // The lock timeout has passed: the recorded owner is ended.
                if database.state.positions[index]?.owner == holder.id {
                    context.happened(.ownerTerminated)
                    database.finishAlone(holder)
                } else if attempt > 5 {
                    throw StoreFailure(.retryNow, sqlState: "55P03", "the row stays locked")
                }
            }
        }
        let isFirst = database.state.positions[index] == nil
        database.change { state in
            guard var position = state.positions[index] else {
                let wasRead = state.positions.contains { $0.map { $0.nextOffset > $0.firstOffset } ?? false }
                let start = wasRead ? request.low : request.firstStart
                state.positions[index] = .init(firstOffset: start, nextOffset: start, owner: session.id)
                return
            }
            position.epoch += 1
            position.owner = session.id
            position.isAtEnd = false
            state.positions[index] = position
        }
        guard let position = database.state.positions[index] else {
            preconditionFailure("a position that was just made")
        }
        if isFirst { database.books.begins(index, at: position.incarnation) }
        context.note("\(name) takes \(index) over at \(position.nextOffset), epoch \(position.epoch)")
        if context.fires(.takeOverReplyLost, oneIn: 30) {
            lose(session)
            throw StoreFailure(.retryLater, "the connection is lost")
        }
        return TakenPosition(
            partition: request.partition,
            incarnation: position.incarnation,
            epoch: position.epoch,
            nextOffset: position.nextOffset,
            watermark: position.watermark,
            anchorHash: position.anchorHash,
            haltReason: position.haltReason
        )
    }

    func markAtEnd(
        _ partitions: [(partition: TopicPartition, epoch: Int64)],
        isAtEnd: Bool
    ) throws(StoreFailure) {
        try perform { session throws(StoreFailure) in
            let own = partitions.filter { database.state.positions[Int($0.partition.partition)]?.epoch == $0.epoch }
            for (partition, _) in own where database.holder(of: Int(partition.partition), besides: session) != nil {
                throw StoreFailure(.retryNow, sqlState: "55P03", "the row is locked")
            }
            database.change { state in
                for (partition, _) in own { state.positions[Int(partition.partition)]?.isAtEnd = isAtEnd }
            }
            let others = partitions.map(\.partition).filter { other in !own.contains { $0.partition == other } }
            if !others.isEmpty { throw StoreFailure(.fenced(others), "another worker took over") }
        }
    }

    func halt(_ partition: TopicPartition, epoch: Int64, reason: String) throws(StoreFailure) {
        try perform { session throws(StoreFailure) in
            let index = Int(partition.partition)
            guard database.holder(of: index, besides: session) == nil else {
                throw StoreFailure(.retryNow, sqlState: "55P03", "the row is locked")
            }
            guard database.state.positions[index]?.epoch == epoch else {
                throw StoreFailure(.fenced([partition]), "another worker owns it")
            }
            context.note("\(name) halts \(index): \(reason)")
            database.books.willHalt(index, reason, database.state.positions[index])
            database.change { $0.positions[index]?.haltReason = reason }
        }
    }

    func positions(ofTopics topics: [String]) throws(StoreFailure) -> [PositionState] {
        try perform { _ throws(StoreFailure) in
            database.state.positions.enumerated().compactMap { index, position in
                position.map {
                    PositionState(
                        partition: TopicPartition(topic: SimulatedBroker.topic, partition: Int32(index)),
                        nextOffset: $0.nextOffset,
                        isAtEnd: $0.isAtEnd,
                        haltReason: $0.haltReason
                    )
                }
            }
        }
    }

    /// Writes a batch in one go; in a simulation ``stepWriting()`` does it bit by bit.
    func write(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt {
        beginWriting(batch)
        while true {
            if let result = stepWriting() { return try result.get() }
        }
    }
}
