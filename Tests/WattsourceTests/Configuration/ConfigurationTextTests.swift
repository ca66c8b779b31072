import Testing

@testable import wattsource

@Suite struct ConfigurationTextTests {
    @Test func `What is printed is a configuration file with the same values`() throws {
        let folder = try TemporaryFolder()
        let environment = [
            "WATTSOURCE_KAFKA_TOPICS": "a,b", "WATTSOURCE_KAFKA_SASL_USERNAME": "$ConnectionString",
            "WATTSOURCE_HTTP_HOST": "::1", "WATTSOURCE_KAFKA_CLIENT_ID": "yes: # \"\\",
            "WATTSOURCE_KAFKA_GROUP_ID": "null",
            "WATTSOURCE_KAFKA_FIRST_START": "2026-01-31T00:00:00Z", "WATTSOURCE_RETENTION_READINGS": "1000d",
        ]
        let first = try ConfigurationLoader(environment: environment, path: nil).load()
        let text = ConfigurationText.effective(first).joined(separator: "\n")
        let path = try folder.write("c.yaml", text)
        let second = try ConfigurationLoader(environment: [:], path: path).load()
        #expect(second.configuration == first.configuration, "\(text)")
    }

    @Test func `Each value tells its origin, a secret nothing else`() throws {
        let effective = try ConfigurationLoader(
            environment: [
                "WATTSOURCE_DATABASE_URL": "postgres://u:CANARY@h/d", "WATTSOURCE_KAFKA_SSL_KEY_PEM": "CANARY",
            ],
            path: nil
        ).load()
        let lines = ConfigurationText.effective(effective)
        #expect(lines.contains { $0.hasPrefix("  url: (secret) ") && $0.hasSuffix("# WATTSOURCE_DATABASE_URL") })
        #expect(lines.contains { $0.hasPrefix("  ssl.key.pem: (secret) ") })
        #expect(lines.contains { $0.hasPrefix("  # topics: ") && $0.hasSuffix("# not set") })
        #expect(lines.contains { $0.hasPrefix("  port: 9464 ") && $0.hasSuffix("# default") })
        #expect(!lines.joined().contains("CANARY"))
    }

    @Test func `The reference names every key, its variable and its default`() {
        let text = ConfigurationText.reference().joined(separator: "\n")
        for key in ConfigurationCatalogue.keys {
            #expect(text.contains("\n\(key.name)\n") || text.hasPrefix("\(key.name)\n"))
            #expect(text.contains("Variable \(key.variable)"))
        }
        #expect(text.contains("Default: 20000."))
    }
}
