import Foundation
import KafkaSource
import Testing

/// The brokers that the end-to-end tests run against: always the mock cluster, and a real one if there is one.
enum KafkaUnderTest: String, CaseIterable, CustomTestStringConvertible {
    case mockCluster
    case realBroker

    var testDescription: String { rawValue }

    /// `host:port` of a real broker on which topics may be created.
    static var realBootstrapServers: String? {
        ProcessInfo.processInfo.environment["WATTSOURCE_TEST_KAFKA_BOOTSTRAP"]
    }

    /// Those that can be tested here; what is left out is said.
    static let available: [KafkaUnderTest] = {
        guard realBootstrapServers == nil else { return allCases }
        print("KafkaSource: no test against a real broker, since WATTSOURCE_TEST_KAFKA_BOOTSTRAP is not set.")
        return [.mockCluster]
    }()

    /// Runs a body with a broker that has a new topic.
    func with(partitions: Int32, _ body: (_ servers: String, _ topic: String) throws -> Void) throws {
        switch self {
        case .mockCluster:
            let cluster = try MockCluster()
            try cluster.createTopic("readings", partitions: partitions)
            try body(cluster.bootstrapServers, "readings")
            withExtendedLifetime(cluster) {}
        case .realBroker:
            let servers = try #require(Self.realBootstrapServers)
            let topic = "test-\(UUID().uuidString.lowercased())"
            try send(to: servers) { try $0.ensureTopic(topic, partitions: partitions) }
            try body(servers, topic)
        }
    }
}
