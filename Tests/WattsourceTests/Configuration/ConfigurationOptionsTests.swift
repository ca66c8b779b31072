import ArgumentParser
import Logging
import Testing

@testable import wattsource

@Suite struct ConfigurationOptionsTests {
    private func load(_ arguments: [String], _ environment: [String: String] = [:]) throws -> EffectiveConfiguration {
        try ConfigurationOptions.parse(arguments).loadEffective(environment: environment)
    }

    @Test func `Options of their own and --set put flags over all`() throws {
        let effective = try load(
            [
                "--database-url", "host=h", "--kafka-bootstrap-servers", "k:9092", "--kafka-topics", "a,b",
                "--kafka-group-id", "g", "--log-level", "debug", "--log-format", "json", "--set", "ingest.batch_rows=5",
                "--set", "kafka.client.rack=r=1",
            ],
            ["WATTSOURCE_KAFKA_GROUP_ID": "other"]
        )
        let configuration = effective.configuration
        #expect(configuration.database.url?.text == "host=h")
        #expect(configuration.kafka.bootstrapServers == "k:9092")
        #expect(configuration.kafka.topics == ["a", "b"])
        #expect(configuration.kafka.groupID == "g")
        #expect(configuration.kafka.properties == ["client.rack": "r=1"])
        #expect(configuration.log == LogConfiguration(level: .debug, format: .json))
        #expect(configuration.ingest.batchRows == 5)
        #expect(effective.origins["kafka.group_id"]?.description == "--kafka-group-id")
    }

    @Test(arguments: ["ingest.batch_rws=1", "ingest.batch_rows", "=1", "kafka.group.id=x", "ingest.batch_rows=0"])
    func `A wrong --set is a fault that names it`(setting: String) throws {
        do {
            _ = try load(["--set", setting])
            Issue.record("it loads")
        } catch let failure as ConfigurationFailure {
            #expect(failure.faults.count == 1)
            #expect(failure.description.hasPrefix("--set "))
        }
    }

    /// The catalogue names the options in its hints: they must exist.
    @Test func `Every flag that the catalogue names is an option`() throws {
        for key in ConfigurationCatalogue.keys {
            guard let flag = key.flag else { continue }
            let value = key.name == "log.level" ? "info" : key.name == "log.format" ? "text" : "x"
            #expect(try load([flag, value]).origins[key.name] == .flag(flag))
        }
    }
}
