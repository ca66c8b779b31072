import Logging
import Testing

@testable import wattsource

@Suite struct ConfigurationLoaderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Loads with a file's text and an environment.
    private func load(
        file: String? = nil,
        _ environment: [String: String] = [:],
        flags: [GivenValue] = []
    ) throws -> EffectiveConfiguration {
        let path = try file.map { try folder.write("c.yaml", $0, mode: 0o644) }
        return try ConfigurationLoader(environment: environment, path: path, flags: flags).load()
    }

    /// The faults of a configuration that must not load, with the temporary path cut off.
    private func faults(file: String? = nil, _ environment: [String: String] = [:]) throws -> [String] {
        do {
            _ = try load(file: file, environment)
            Issue.record("it loads")
            return []
        } catch let failure as ConfigurationFailure {
            return failure.faults.map { $0.description.replacing(folder.path, with: "") }
        }
    }

    @Test func `Nothing given means the defaults`() throws {
        let effective = try load()
        #expect(effective.configuration == Configuration())
        #expect(effective.lines.allSatisfy { $0.origin == .initial })
    }

    @Test func `A flag beats a variable, a variable the file, the file the default`() throws {
        let file = "ingest:\n  batch_rows: 1\n  batch_age: 1s\nlog: {level: debug}\n"
        let environment = ["WATTSOURCE_INGEST_BATCH_ROWS": "2", "WATTSOURCE_INGEST_BATCH_AGE": "2s"]
        let flag = GivenValue(key: "ingest.batch_rows", texts: ["3"], origin: .flag("--set ingest.batch_rows"))
        let effective = try load(file: file, environment, flags: [flag])
        #expect(effective.configuration.ingest.batchRows == 3)
        #expect(effective.configuration.ingest.batchAge == .seconds(2))
        #expect(effective.configuration.log.level == .debug)
        #expect(effective.origins["ingest.batch_rows"]?.description == "--set ingest.batch_rows")
        #expect(effective.origins["ingest.batch_age"]?.description == "WATTSOURCE_INGEST_BATCH_AGE")
        #expect(effective.origins["log.level"] == .file(path: folder.path + "c.yaml", line: 4, column: 7))
        #expect(effective.origins["http.port"] == nil)
    }

    @Test func `All faults come at once, each with its place`() throws {
        let file = """
            ingest:
              batch_row: 3
              batch_age: soon
            htp: {port: 1}
            retention: [1]
            http:
              port: [1, 2]
              host: {a: b}
            """
        let found = try faults(file: file, ["WATTSOURCE_KAFKA_TOPIC": "a", "WATTSOURCE_LOG_LEVEL": "loud"])
        #expect(
            found == [
                "c.yaml:2:3: ingest.batch_row: is not a known key; is ingest.batch_rows meant?",
                "c.yaml:4:1: htp: is not a known key; is http meant?",
                "c.yaml:5:12: retention: is a section: a mapping of keys is expected",
                "c.yaml:7:9: http.port: a single value is expected",
                "c.yaml:8:9: http.host: a single value is expected",
                "WATTSOURCE_KAFKA_TOPIC: is not a known variable; is WATTSOURCE_KAFKA_TOPICS meant?",
                "c.yaml:3:3: ingest.batch_age: 'soon' is not a duration such as 500ms, 30s, 15m, 2h or 35d",
                "WATTSOURCE_LOG_LEVEL: log.level: 'loud' is not one of "
                    + "trace, debug, info, notice, warning, error, critical",
            ]
        )
    }

    @Test(arguments: [
        ("a: [", "c.yaml:2:1"), ("log: {level: info}\nlog: {level: info}", "c.yaml:"), ("- 1", "c.yaml:1:1"),
        ("log: {level: info}\n---\nlog: {level: info}", "c.yaml:2:1"),
    ])
    func `What is not one mapping is refused with its place`(file: String, place: String) throws {
        let found = try faults(file: file)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(place) == true, "\(found)")
    }

    @Test func `An empty file, section, value or variable is as if not given`() throws {
        #expect(try load(file: "").configuration == Configuration())
        #expect(try load(file: "# nothing\n").configuration == Configuration())
        #expect(try load(file: "http:\nlog:\n  level:\n").configuration == Configuration())
        #expect(try load(["WATTSOURCE_HTTP_PORT": ""]).configuration == Configuration())
    }

    @Test func `A file that cannot be read is a fault`() throws {
        let found = try faults(["WATTSOURCE_CONFIG": folder.path + "none.yaml"])
        #expect(found == ["WATTSOURCE_CONFIG: the file none.yaml cannot be read"])
    }

    @Test func `Topics come as a list or with commas`() throws {
        #expect(try load(file: "kafka: {topics: [a, b]}").configuration.kafka.topics == ["a", "b"])
        #expect(try load(["WATTSOURCE_KAFKA_TOPICS": "a, b"]).configuration.kafka.topics == ["a", "b"])
        #expect(try faults(["WATTSOURCE_KAFKA_TOPICS": "a,a"]).count == 1)
        #expect(try faults(["WATTSOURCE_KAFKA_TOPICS": "^a.*"]).count == 1)
    }

    @Test func `Any other librdkafka property can be set, but not those that exactly-once rests on`() throws {
        let file = "kafka:\n  security.protocol: SASL_SSL\n  debug: cgrp\n  sasl.username: $ConnectionString\n"
        let effective = try load(file: file, ["WATTSOURCE_KAFKA_SOCKET_TIMEOUT_MS": "5000"])
        #expect(
            effective.configuration.kafka.properties == [
                "security.protocol": "SASL_SSL", "debug": "cgrp", "sasl.username": "$ConnectionString",
                "socket.timeout.ms": "5000",
            ]
        )
        let owned = "kafka: {enable.auto.commit: true, auto.offset.reset: latest, group.id: x, check.crcs: false}"
        #expect(try faults(file: owned).count == 4)
        #expect(try faults(["WATTSOURCE_KAFKA_ENABLE_AUTO_COMMIT": "true"]).count == 1)
        #expect(
            try faults(file: "kafka: {botstrap_servers: x}").first?.hasSuffix("is kafka.bootstrap_servers meant?")
                == true
        )
    }

    @Test func `Readings are kept at least as long as they may be corrected or arrive late`() throws {
        let found = try faults(file: "retention: {readings: 119d}")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("c.yaml:1:13: retention.readings: 119d is less than") == true)
        #expect(
            try load(file: "retention: {readings: 120d}").configuration.retention.readings == .seconds(120 * 86_400)
        )
        #expect(try load(file: "retention: {readings: none}").configuration.retention.readings == nil)
    }

    @Test func `Windows that contradict each other are refused`() throws {
        #expect(try faults(file: "ingest: {future_tolerance: 1h}").count == 1)
        #expect(try faults(file: "ingest: {late_after: 61d}").count == 1)
        #expect(try faults(file: "ingest: {batch_bytes: 64MiB, memory_budget: 128MiB}").count == 1)
    }

    @Test func `A command asks for what it needs`() throws {
        let none = try load().configuration
        #expect(throws: ConfigurationFailure.self) { try none.requireDatabase() }
        do {
            _ = try none.requireKafka()
            Issue.record("nothing is missing")
        } catch {
            #expect(error.faults.map(\.key) == ["kafka.bootstrap_servers", "kafka.topics"])
            #expect(error.description.contains("WATTSOURCE_KAFKA_TOPICS"))
        }
        let given = try load([
            "WATTSOURCE_DATABASE_URL": "postgres://h/d", "WATTSOURCE_KAFKA_BOOTSTRAP_SERVERS": "h:9092",
            "WATTSOURCE_KAFKA_TOPICS": "a",
        ]).configuration
        #expect(try given.requireDatabase().text == "postgres://h/d")
        #expect(try given.requireKafka().topics == ["a"])
    }

    @Test func `Variables of other programs and of tests are left alone`() throws {
        #expect(try load(["PATH": "/bin", "WATTSOURCE_TEST_SEED": "1"]).configuration == Configuration())
    }
}
