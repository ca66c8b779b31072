import Testing

@testable import wattsource

@Suite struct ConfigurationCatalogueTests {
    @Test func `Names are unique, in a section, and have a variable each`() {
        let names = ConfigurationCatalogue.keys.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(ConfigurationCatalogue.keys.map(\.variable)).count == names.count)
        #expect(Set(ConfigurationCatalogue.sections).count == ConfigurationCatalogue.sections.count)
        for key in ConfigurationCatalogue.keys {
            #expect(key.name.split(separator: ".").count == 2)
            #expect(key.summary.hasSuffix("."))
            #expect(!key.range.isEmpty)
        }
        #expect(ConfigurationCatalogue.key(named: "database.url")?.variable == "WATTSOURCE_DATABASE_URL")
        #expect(ConfigurationCatalogue.key(named: "kafka.group_id")?.variable == "WATTSOURCE_KAFKA_GROUP_ID")
    }

    /// Also proves that the defaults lie within the ranges.
    @Test(arguments: ConfigurationCatalogue.keys.map(\.name))
    func `What a key shows, it reads back`(name: String) throws {
        let key = try #require(ConfigurationCatalogue.key(named: name))
        guard let text = key.render(Configuration()) else { return }
        var configuration = Configuration()
        try key.apply(key.isList ? text.split(separator: ",").map(String.init) : [text], &configuration)
        #expect(configuration == Configuration())
    }

    /// Another value than the default for each kind, so that no key can be wired to the wrong field.
    @Test func `Each key sets one field of its own`() throws {
        let texts: [String: String] = [
            "database.url": "host=h", "kafka.bootstrap_servers": "h:1", "kafka.topics": "t", "kafka.group_id": "g",
            "kafka.client_id": "c", "kafka.first_start": "2026-01-31T06:00:00Z", "kafka.queue_kilobytes": "2048",
            "ingest.identity": "envelope", "ingest.max_body_bytes": "2MiB", "ingest.batch_rows": "7",
            "ingest.batch_bytes": "1MiB",
            "ingest.batch_age": "700ms", "ingest.memory_budget": "32MiB", "ingest.future_tolerance": "61s",
            "ingest.future_limit": "16m", "ingest.late_after": "34d", "ingest.too_old_after": "59d",
            "settlement.every": "3s", "settlement.idle_after": "31s",
            "plausibility.spike": "off", "plausibility.spike_factor": "4", "plausibility.spike_floor_wh": "600",
            "plausibility.high_low": "off", "plausibility.low_percent": "10", "plausibility.high_percent": "600",
            "plausibility.standstill": "off", "plausibility.standstill_hours": "23", "plausibility.sum_check": "off",
            "plausibility.sum_tolerance_wh": "11",
            "settlement.chunk_rows": "6", "settlement.correction_horizon": "61d", "partitions.width": "day",
            "partitions.ahead_days": "8", "retention.readings": "700d", "retention.dead_letters": "none",
            "retention.dead_letter_rows_per_day": "5", "retention.dead_letter_bytes_per_day": "2MiB",
            "http.host": "::1", "http.port": "0", "http.connections": "9", "log.level": "error", "log.format": "json",
        ]
        #expect(Set(texts.keys) == Set(ConfigurationCatalogue.keys.map(\.name)))
        for key in ConfigurationCatalogue.keys {
            let text = try #require(texts[key.name])
            var configuration = Configuration()
            try key.apply([text], &configuration)
            #expect(configuration != Configuration(), "\(key.name) sets nothing")
            #expect(key.render(configuration) == (key.isSecret ? Secret.redacted : text))
            let others = ConfigurationCatalogue.keys.filter { $0.name != key.name }
            for other in others {
                #expect(other.render(configuration) == other.render(Configuration()), "\(key.name) sets \(other.name)")
            }
        }
    }

    @Test(arguments: [
        ("ingest.batch_rows", ["0", "1000001", "-1", "1.5", "1e3", "x", ""]),
        ("ingest.batch_bytes", ["65535", "2GiB", "1mb", "1 M", "-1", "99999999999999999999GiB"]),
        ("ingest.batch_age", ["9ms", "61s", "1", "1.5s", "s", "1x", "-1s", "1 s"]),
        ("http.port", ["-1", "65536", "tcp://10.0.0.1:80"]), ("partitions.width", ["Day", "week"]),
        ("kafka.first_start", ["now", "2026-02-30T00:00:00Z", "2026-01-31T00:00:00", "2026-01-31 00:00:00Z"]),
        ("retention.readings", ["23h", "never"]),
    ])
    func `What is no value of the key is refused`(name: String, texts: [String]) throws {
        let key = try #require(ConfigurationCatalogue.key(named: name))
        for text in texts {
            var configuration = Configuration()
            #expect(throws: ValueFault.self, "\(name) = \(text)") { try key.apply([text], &configuration) }
        }
    }
}
