import CRdKafka
import Ingestion
import KafkaSource
import Testing

/// What brokers do wrong, pushed into librdkafka's mock cluster.
@Suite(.serialized) struct FaultTests {
    @Test func anOffsetOutOfRangeFailsThePartitionAndMovesNothing() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        try sendNumbers(0..<50, to: "readings", partition: 0, of: cluster.bootstrapServers)
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        defer { driver.consumer.close() }
        try driver.run { driver.ends.count == 1 }
        cluster.fail(.fetch, with: [RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE])
        try driver.run { !driver.failures.isEmpty }
        #expect(driver.failures == [.offsetOutOfRange])
        // It was spurious: going on at the same offset loses nothing.
        try driver.consumer.assign(driver.positions.map { PartitionStart($0.key, offset: $0.value) })
        try sendNumbers(50..<80, to: "readings", partition: 0, of: cluster.bootstrapServers)
        try driver.run { driver.records.count >= 80 }
        #expect(driver.records.map(\.offset) == Array(0..<80))
    }

    @Test func anOffsetBeyondTheLogFailsThePartition() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        try sendNumbers(0..<5, to: "readings", partition: 0, of: cluster.bootstrapServers)
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        defer { driver.consumer.close() }
        driver.positions[TopicPartition(topic: "readings", partition: 0)] = 1000
        try driver.run { !driver.failures.isEmpty }
        #expect(driver.failures == [.offsetOutOfRange])
        #expect(driver.records.isEmpty)
    }

    @Test func aBrokerThatGoesAwayIsTroubleAndNothingIsLost() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        try sendNumbers(0..<20, to: "readings", partition: 0, of: cluster.bootstrapServers)
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        defer { driver.consumer.close() }
        try driver.run { driver.ends.count == 1 }
        cluster.goDown()
        try driver.run { !driver.troubles.isEmpty }
        cluster.comeUp()
        try sendNumbers(20..<40, to: "readings", partition: 0, of: cluster.bootstrapServers)
        try driver.run { driver.records.count >= 40 }
        #expect(driver.records.map(\.offset) == Array(0..<40))
        #expect(driver.failures.isEmpty)
    }

    @Test func aMemberThatTheGroupForgotIsLostAndComesBack() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 2)
        try sendNumbers(0..<10, to: "readings", partition: 0, of: cluster.bootstrapServers)
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        defer { driver.consumer.close() }
        try driver.run { driver.ends.count == 2 }
        cluster.fail(.heartbeat, with: [RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID])
        try driver.run { driver.losses > 0 }
        try driver.run { driver.ends.count == 2 }
        #expect(driver.records.map(\.offset) == Array(0..<10))
    }

    @Test func aRefusedGroupCommitIsOnlyCounted() throws {
        let cluster = try MockCluster()
        try cluster.createTopic("readings", partitions: 1)
        try sendNumbers(0..<10, to: "readings", partition: 0, of: cluster.bootstrapServers)
        let driver = try ConsumerDriver(ConsumerDriver.configuration(cluster.bootstrapServers, ["readings"]))
        defer { driver.consumer.close() }
        try driver.run { driver.ends.count == 1 }
        cluster.fail(.offsetCommit, with: [RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED])
        driver.consumer.commitToGroup(driver.positions.map { PartitionStart($0.key, offset: $0.value) })
        try driver.run { driver.consumer.failedGroupCommits == 1 }
        #expect(driver.failures.isEmpty && driver.losses == 0)
    }
}
