import Ingestion
import Testing

@testable import KafkaSource

@Suite(.serialized) struct GroupTests {
    @Test(arguments: KafkaUnderTest.available)
    func twoMembersShareAndTakeOver(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 4) { servers, topic in
            for partition in Int32(0)..<4 { try sendNumbers(0..<100, to: topic, partition: partition, of: servers) }
            let configuration = ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)")
            let first = try ConsumerDriver(configuration)
            defer { first.consumer.close() }
            try first.run { first.ends.count == 4 }

            let second = try ConsumerDriver(configuration)
            second.positions = first.positions
            try second.run {
                _ = try? first.step(waitingUpTo: .milliseconds(5))
                return first.assignment.count == 2 && second.assignment.count == 2
            }
            #expect(first.revocations + first.losses >= 1)
            #expect(Set(first.assignment).isDisjoint(with: second.assignment))
            #expect(Set(first.assignment + second.assignment).count == 4)

            for partition in Int32(0)..<4 { try sendNumbers(100..<150, to: topic, partition: partition, of: servers) }
            try second.run {
                _ = try? first.step(waitingUpTo: .milliseconds(5))
                return first.records.count + second.records.count >= 600
            }
            // One leaves, the other goes on where both were.
            second.consumer.close()
            first.positions.merge(second.positions) { max($0, $1) }
            try first.run { first.assignment.count == 4 }
            for partition in Int32(0)..<4 { try sendNumbers(150..<160, to: topic, partition: partition, of: servers) }
            try first.run { first.records.count + second.records.count >= 640 }
            for partition in first.assignment {
                let offsets = (first.records + second.records).filter { $0.partition == partition }.map(\.offset)
                #expect(offsets.sorted() == Array(0..<160))
            }
        }
    }

    /// librdkafka waits for an answer that will not come; closing must give the partitions back all the same.
    @Test(arguments: KafkaUnderTest.available)
    func closesWithAnUnansweredAssignment(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 2) { servers, topic in
            let configuration = ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)")
            let first = try ConsumerDriver(configuration)
            first.answers = false
            try first.run { !first.assignment.isEmpty }
            first.consumer.close()
            #expect(first.consumer.didCloseInTime == true)
            let second = try ConsumerDriver(configuration)
            defer { second.consumer.close() }
            try second.run { second.ends.count == 2 }
        }
    }

    /// Not on Tansu 0.6: when a member leaves during a rebalance, it never answers the other's join again (librdkafka 2.16 from
    /// Python sees the same).
    @Test func closesWithAnUnansweredRevocation() throws {
        try KafkaUnderTest.mockCluster.with(partitions: 2) { servers, topic in
            let configuration = ConsumerDriver.configuration(servers, [topic])
            let first = try ConsumerDriver(configuration)
            try first.run { first.ends.count == 2 }
            first.answers = false
            let second = try ConsumerDriver(configuration)
            defer { second.consumer.close() }
            try first.run {
                _ = try? second.step(waitingUpTo: .milliseconds(5))
                return first.revocations + first.losses > 0
            }
            first.consumer.close()
            #expect(first.consumer.didCloseInTime == true)
            try second.run { second.ends.count == 2 }
        }
    }

    @Test(arguments: KafkaUnderTest.available)
    func closesInTheMiddleOfReading(_ broker: KafkaUnderTest) throws {
        try broker.with(partitions: 1) { servers, topic in
            try sendNumbers(0..<1000, to: topic, partition: 0, of: servers)
            let driver = try ConsumerDriver(ConsumerDriver.configuration(servers, [topic], group: "group-\(topic)"))
            try driver.run { driver.records.count >= 10 }
            driver.consumer.close()
            #expect(driver.consumer.didCloseInTime == true)
        }
    }

    @Test func closesWithoutEverHavingJoined() throws {
        let cluster = try MockCluster()
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        driver.consumer.close()
        driver.consumer.close()
        withExtendedLifetime(cluster) {}
    }
}
