import Ingestion
import KafkaSource
import Testing

@Suite(.serialized) struct ConsumingTests {
    /// One record of each odd kind that Kafka allows.
    static let oddRecords: [(key: [UInt8]?, value: [UInt8]?, headers: [KafkaHeader])] = [
        (nil, Array("{}".utf8), []),
        (nil, nil, [KafkaHeader("kind", "tombstone")]),
        (nil, [], [KafkaHeader("kind", "empty")]),
        (Array("key".utf8), Array("value".utf8), [KafkaHeader("null", bytes: nil), KafkaHeader("empty", bytes: [])]),
        ([], [0, 255, 0], [KafkaHeader("twice", "one"), KafkaHeader("twice", "two"), KafkaHeader("", "nameless")]),
        (nil, [UInt8](repeating: 7, count: 300_000), (0..<500).map { KafkaHeader("h\($0)", "v\($0)") }),
    ]

    @Test(arguments: KafkaUnderTest.available)
    func deliversEveryRecordAsItWasSent(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 3) { servers, topic in
            var sent: [SeenRecord] = []
            try send(to: servers) { producer in
                for partition in Int32(0)..<3 {
                    for (offset, record) in Self.oddRecords.enumerated() {
                        let timestamp = 1_470_034_800_000_000 + Int64(offset) * 1000
                        try producer.produce(
                            topic: topic,
                            partition: partition,
                            key: record.key,
                            value: record.value,
                            headers: record.headers,
                            timestamp: timestamp
                        )
                        sent.append(
                            SeenRecord(
                                partition: TopicPartition(topic: topic, partition: partition),
                                offset: Int64(offset),
                                timestamp: timestamp,
                                key: record.key,
                                value: record.value,
                                headers: record.headers.map { KafkaHeader($0.name, bytes: $0.value ?? []) }
                            )
                        )
                    }
                }
            }
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            defer { driver.consumer.close() }
            try driver.run { driver.ends.count == 3 }
            let seen = driver.records.sorted { ($0.partition, $0.offset) < ($1.partition, $1.offset) }
            #expect(seen == sent)
            #expect(driver.ends.values.allSatisfy { $0 == Int64(Self.oddRecords.count) })
            #expect(driver.failures.isEmpty && driver.consumer.droppedRecords == 0)
        }
    }

    /// The largest body that Event Hubs takes, and what the worker takes by default, between small ones.
    @Test(arguments: KafkaUnderTest.available)
    func deliversABodyOfOneMebibyte(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 1) { servers, topic in
            let sizes = [10, 1 << 20, 10, 1 << 20]
            for size in sizes {
                try send(to: servers, properties: ["message.max.bytes": "2000000"]) { producer in
                    try producer.produce(
                        topic: topic,
                        partition: 0,
                        value: [UInt8](repeating: 0x20, count: size),
                        headers: [KafkaHeader("iothub-connection-device-id", "meter-0001")]
                    )
                }
            }
            for queueKilobytes in [1024, 16_384] {
                var configuration = ConsumerDriver.configuration(
                    servers,
                    [topic],
                    group: "group-\(queueKilobytes)-\(topic)"
                )
                configuration.queueKilobytes = queueKilobytes
                let driver = try ConsumerDriver(configuration)
                defer { driver.consumer.close() }
                try driver.run { driver.ends.count == 1 }
                #expect(driver.records.map { $0.value?.count } == sizes)
                #expect(driver.failures.isEmpty && driver.consumer.droppedRecords == 0)
            }
        }
    }

    @Test(arguments: KafkaUnderTest.available)
    func beginsWhereItIsTold(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 1) { servers, topic in
            try sendNumbers(0..<100, to: topic, partition: 0, of: servers)
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            defer { driver.consumer.close() }
            driver.positions[TopicPartition(topic: topic, partition: 0)] = 42
            try driver.run { !driver.ends.isEmpty }
            #expect(driver.records.map(\.offset) == Array(42..<100))
            #expect(driver.ends.values.first == 100)
        }
    }

    /// A stale record here would look like a gap and lose energy: each assignment must begin exactly where it says.
    @Test(arguments: KafkaUnderTest.available)
    func deliversNothingOfAnEarlierAssignment(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 2) { servers, topic in
            try sendNumbers(0..<3000, to: topic, partition: 0, of: servers)
            try sendNumbers(0..<3000, to: topic, partition: 1, of: servers)
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            defer { driver.consumer.close() }
            try driver.run { driver.records.count >= 10 }
            for round in 0..<30 {
                let starts = driver.assignment.map { PartitionStart($0, offset: Int64((round * 977) % 2900)) }
                driver.records = []
                try driver.consumer.assign(starts)
                try driver.run { driver.records.count >= 20 + round }
                for start in starts {
                    let offsets = driver.records.filter { $0.partition == start.partition }.map(\.offset)
                    #expect(offsets == Array((start.offset...).prefix(offsets.count)), "round \(round), \(start)")
                }
            }
        }
    }

    @Test(arguments: KafkaUnderTest.available)
    func goesOnAfterAPauseWithoutLossOrRepetition(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 2) { servers, topic in
            try sendNumbers(0..<1000, to: topic, partition: 0, of: servers)
            try sendNumbers(0..<1000, to: topic, partition: 1, of: servers)
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            defer { driver.consumer.close() }
            for round in 1...20 {
                try driver.run { driver.records.count >= round * 50 }
                let count = driver.records.count
                try driver.consumer.pause()
                for _ in 0..<5 { #expect(try driver.step(waitingUpTo: .milliseconds(1)) == .idle) }
                #expect(driver.records.count == count)
                try driver.consumer.resume()
            }
            try driver.run { driver.ends.count == 2 }
            #expect(driver.revocations == 0 && driver.losses == 0)
            for partition in driver.assignment {
                #expect(driver.records.filter { $0.partition == partition }.map(\.offset) == Array(0..<1000))
            }
        }
    }

    /// With a queue this small, versions that sleep a second whenever it was full would take minutes.
    @Test(arguments: KafkaUnderTest.available)
    func keepsUpWithASmallQueue(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 4) { servers, topic in
            try send(to: servers, properties: ["batch.num.messages": "100"]) { producer in
                for number in 0..<40_000 {
                    try producer.produce(topic: topic, partition: Int32(number % 4), value: Array("\(number)".utf8))
                }
            }
            var configuration = ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)")
            configuration.queueKilobytes = 64
            let driver = try ConsumerDriver(configuration)
            defer { driver.consumer.close() }
            try driver.run { driver.ends.count == 4 }
            for partition in driver.assignment {
                #expect(driver.records.filter { $0.partition == partition }.map(\.offset) == Array(0..<10_000))
            }
        }
    }

    @Test(arguments: KafkaUnderTest.available)
    func answersQuestionsWithoutJoining(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 2) { servers, topic in
            try send(to: servers) { producer in
                for hour in 0..<10 {
                    try producer.produce(
                        topic: topic,
                        partition: 1,
                        value: [1],
                        timestamp: 1_470_034_800_000_000 + Int64(hour) * 3_600_000_000
                    )
                    // A batch each: brokers answer questions about time and end by batch.
                    _ = producer.flush(within: .seconds(10))
                }
            }
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            defer { driver.consumer.close() }
            let partitions = (0..<2).map { TopicPartition(topic: topic, partition: $0) }
            #expect(try driver.consumer.allPartitions() == partitions)
            #expect(try driver.consumer.offsetRange(of: partitions[1]) == (0, 10))
            #expect(try driver.consumer.offsetRange(of: partitions[0]) == (0, 0))
        }
    }

    @Test func namesATopicThatIsNotThere() throws {
        let cluster = try MockCluster()
        let driver = try ConsumerDriver(
            ConsumerDriver.configuration("127.0.0.1:1", ["readings"], properties: ["socket.timeout.ms": "1000"])
        )
        defer { driver.consumer.close() }
        let failure = #expect(throws: SourceFailure.self) { try driver.consumer.allPartitions() }
        #expect(failure?.isRetriable == true)
        #expect(failure?.description.contains("readings") == true)
        withExtendedLifetime(cluster) {}
    }
}
