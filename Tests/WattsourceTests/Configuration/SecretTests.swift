import Testing

@testable import wattsource

@Suite struct SecretTests {
    let folder: TemporaryFolder
    private let canary = "postgres://u:CANARY@h/d"

    init() throws { folder = try TemporaryFolder() }

    private func load(file: String? = nil, _ environment: [String: String] = [:]) throws -> EffectiveConfiguration {
        let path = try file.map { try folder.write("c.yaml", $0) }
        return try ConfigurationLoader(environment: environment, path: path).load()
    }

    @Test func `A secret comes from a file beside the configuration, without its line break`() throws {
        for ending in ["", "\n", "\r\n"] {
            _ = try folder.write("url", canary + ending)
            #expect(try load(file: "database: {url_file: url}").configuration.database.url?.text == canary)
        }
        let path = try folder.write("url", canary)
        #expect(try load(["WATTSOURCE_DATABASE_URL_FILE": path]).configuration.database.url?.text == canary)
    }

    @Test func `A librdkafka secret comes from a file too`() throws {
        let path = try folder.write("password", "CANARY\n")
        let fromFile = try load(file: "kafka: {sasl.password_file: password}")
        let fromVariable = try load(["WATTSOURCE_KAFKA_SASL_PASSWORD_FILE": path])
        #expect(fromFile.configuration.kafka.properties == ["sasl.password": "CANARY"])
        #expect(fromVariable.configuration.kafka.properties == ["sasl.password": "CANARY"])
    }

    @Test(arguments: [0o644, 0o640, 0o604, 0o610])
    func `A file that others can open is refused`(mode: Int) throws {
        let path = try folder.write("url", canary, mode: mode)
        do {
            _ = try load(["WATTSOURCE_DATABASE_URL_FILE": path])
            Issue.record("it loads")
        } catch let failure as ConfigurationFailure {
            #expect(failure.description.contains("chmod 600"))
            #expect(!failure.description.contains("CANARY"))
        }
    }

    @Test func `What the service manager's credentials folder holds may show the group's bit`() throws {
        let path = try folder.write("url", canary, mode: 0o440)
        let environment = ["WATTSOURCE_DATABASE_URL_FILE": path, "CREDENTIALS_DIRECTORY": folder.path]
        #expect(try load(environment).configuration.database.url?.text == canary)
    }

    @Test(arguments: ["", "\n"])
    func `An empty file is refused`(content: String) throws {
        let path = try folder.write("url", content)
        #expect(throws: ConfigurationFailure.self) { try load(["WATTSOURCE_DATABASE_URL_FILE": path]) }
    }

    @Test func `A folder or a missing file is refused`() throws {
        #expect(throws: ConfigurationFailure.self) { try load(["WATTSOURCE_DATABASE_URL_FILE": folder.path]) }
        #expect(throws: ConfigurationFailure.self) { try load(["WATTSOURCE_DATABASE_URL_FILE": folder.path + "none"]) }
    }

    @Test func `The value and its file at the same place contradict each other`() throws {
        _ = try folder.write("url", canary)
        #expect(throws: ConfigurationFailure.self) { try load(file: "database: {url: x, url_file: url}") }
        // A stronger source decides for both.
        let both = try load(file: "database: {url_file: url}", ["WATTSOURCE_DATABASE_URL": "postgres://other/d"])
        #expect(both.configuration.database.url?.text == "postgres://other/d")
    }

    @Test func `No output shows a secret`() throws {
        let effective = try load([
            "WATTSOURCE_DATABASE_URL": canary, "WATTSOURCE_KAFKA_SASL_PASSWORD": "CANARY",
            "WATTSOURCE_KAFKA_SSL_KEY_PEM": "CANARY", "WATTSOURCE_KAFKA_SASL_OAUTHBEARER_CLIENT_SECRET": "CANARY",
        ])
        #expect(effective.configuration.kafka.properties.count == 3)
        var text = String(describing: effective) + String(reflecting: effective)
        dump(effective, to: &text)
        text += effective.lines.map { "\($0)" }.joined()
        #expect(!text.contains("CANARY"))
        #expect(effective.lines.filter { $0.value == Secret.redacted }.count == 4)
    }

    @Test(arguments: [
        ("sasl.password", true), ("ssl.key.password", true), ("ssl.keystore.password", true), ("ssl.key.pem", true),
        ("sasl.oauthbearer.client.secret", true), ("sasl.oauthbearer.config", true), ("sasl.username", false),
        ("ssl.ca.location", false), ("ssl.keystore.location", false), ("session.timeout.ms", false),
    ])
    func `Which librdkafka properties are secret`(property: String, isSecret: Bool) {
        #expect(KafkaConfiguration.isSecret(property: property) == isSecret)
    }
}
