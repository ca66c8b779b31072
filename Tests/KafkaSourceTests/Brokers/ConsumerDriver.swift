import Ingestion
import KafkaSource
import Logging
import Testing

/// A record as a test sees it: copied while it was lent.
struct SeenRecord: Equatable {
    var partition: TopicPartition
    var offset: Int64
    var timestamp: Int64?
    var key: [UInt8]?
    var value: [UInt8]?
    var headers: [KafkaHeader]
}

/// Polls a consumer as the ingest loop would, and keeps what it saw.
final class ConsumerDriver {
    let consumer: KafkaConsumer
    /// Where a partition begins when it is assigned; it is moved by what is seen, as the database's position would.
    var positions: [TopicPartition: Int64] = [:]
    var assignment: [TopicPartition] = []
    var records: [SeenRecord] = []
    var ends: [TopicPartition: Int64] = [:]
    var failures: [PartitionFailure] = []
    var troubles: [String] = []
    var losses = 0
    var revocations = 0
    /// Whether rebalances are answered.
    var answers = true

    init(_ configuration: KafkaConsumerConfiguration) throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        consumer = try KafkaConsumer(configuration, logger: logger)
    }

    static func configuration(
        _ servers: String,
        _ topics: [String],
        group: String = "group",
        properties: [String: String] = [:]
    ) -> KafkaConsumerConfiguration {
        KafkaConsumerConfiguration(
            bootstrapServers: servers,
            topics: topics,
            groupID: group,
            properties: ["session.timeout.ms": "6000", "fetch.wait.max.ms": "50", "reconnect.backoff.max.ms": "200"]
                .merging(properties) { $1 }
        )
    }

    /// Polls once and answers.
    @discardableResult
    func step(waitingUpTo timeout: Duration = .milliseconds(50)) throws -> SourceEvent {
        let event = try consumer.poll(waitingUpTo: timeout)
        switch event {
        case .idle: break
        case .record(let origin): see(origin)
        case .assigned(let partitions):
            assignment = partitions.sorted()
            ends = [:]
            if answers { try consumer.assign(assignment.map { PartitionStart($0, offset: positions[$0, default: 0]) }) }
        case .revoked:
            revocations += 1
            assignment = []
            if answers { try consumer.unassign() }
        case .lost:
            losses += 1
            assignment = []
            if answers { try consumer.unassign() }
        case .reachedEnd(let index, let next): ends[assignment[index]] = next
        case .partitionFailed(_, let failure): failures.append(failure)
        case .trouble(let text), .outage(let text): troubles.append(text)
        }
        return event
    }

    /// Polls until a condition holds; a test that waits in vain fails.
    func run(
        within limit: Duration = .seconds(40),
        sourceLocation: SourceLocation = #_sourceLocation,
        until isDone: () -> Bool
    ) throws {
        let deadline = ContinuousClock.now + limit
        while !isDone() {
            try step()
            guard ContinuousClock.now < deadline else {
                Issue.record(
                    "waited in vain: \(records.count) records, \(assignment), ends \(ends), \(troubles), \(failures)",
                    sourceLocation: sourceLocation
                )
                throw WaitedInVain()
            }
        }
    }

    private func see(_ origin: RecordOrigin) {
        let partition = assignment[origin.assignmentIndex]
        var headers: [KafkaHeader] = []
        consumer.forEachHeader { name, value in
            headers.append(KafkaHeader(String(decoding: name.bytesCopied, as: UTF8.self), bytes: value.bytesCopied))
        }
        records.append(
            SeenRecord(
                partition: partition,
                offset: origin.offset,
                timestamp: origin.timestamp,
                key: consumer.withKey { $0?.bytesCopied },
                value: consumer.withValue { $0?.bytesCopied },
                headers: headers
            )
        )
        positions[partition] = origin.offset + 1
    }
}

/// A condition did not come true in time.
struct WaitedInVain: Error {}

extension Span<UInt8> {
    /// A copy that outlives the span.
    var bytesCopied: [UInt8] {
        var copy: [UInt8] = []
        for index in indices { copy.append(self[index]) }
        return copy
    }
}
