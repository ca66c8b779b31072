import ArgumentParser

/// `wattsource check`: whether a worker could do its work with this configuration.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check the configuration, PostgreSQL and Kafka, without changing anything.",
        discussion: """
            Prints the effective configuration, each value with its origin and secrets redacted, then tries the database (version,
            schema, privileges) and Kafka (librdkafka's version, brokers, topics) as the worker would. It does not join the consumer
            group.

              wattsource check                    everything; exit 0: a worker can start
              wattsource check --print            the effective configuration only
              wattsource check --keys             all that can be configured, with defaults and ranges

            Exit codes: 0 all is well, 69 PostgreSQL or Kafka is unavailable or unfit, 78 the configuration is wrong.
            """
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    @Flag(name: .long, help: "Print the effective configuration and try nothing.")
    var print = false

    @Flag(name: .long, help: "Print all keys with what they mean, and try nothing.")
    var keys = false

    func validate() throws {
        if print, keys { throw ValidationError("--print and --keys exclude each other") }
    }

    mutating func run() async throws {
        if keys { return try StandardOutput.write(ConfigurationText.reference()) }
        let effective = try options.loadEffective()
        try StandardOutput.write(ConfigurationText.effective(effective))
        if print { return }

        let findings = await CheckCommand.findings(effective.configuration)
        try StandardOutput.write([""] + findings.map(\.line))
        let failures = findings.filter { $0.verdict == .failure }
        guard let code = failures.contains(where: { $0.code == .configuration }) ? .configuration : failures.first?.code
        else { return }
        throw CommandFailure(code, "check: \(failures.count) of \(findings.count) findings failed")
    }

    /// Tries everything; what is not configured is a finding too.
    private static func findings(_ configuration: Configuration) async -> [CheckFinding] {
        var findings = [CheckFinding(subject: "configuration", verdict: .good, text: "valid")]
        do throws(ConfigurationFailure) {
            let conninfo = try configuration.requireDatabase()
            findings += await onOwnThread("check.database") { DatabaseProbe.findings(conninfo) }
        } catch {
            findings += missing(error)
        }
        do throws(ConfigurationFailure) {
            let kafka = try configuration.requireKafka()
            let logger = WorkerLog.logger(configuration.log)
            findings += await onOwnThread("check.kafka") { KafkaProbe.findings(kafka, logger: logger) }
        } catch {
            findings += missing(error)
        }
        return findings
    }

    private static func missing(_ failure: ConfigurationFailure) -> [CheckFinding] {
        failure.faults.map {
            CheckFinding(subject: "configuration", verdict: .failure, text: $0.description, code: .configuration)
        }
    }
}
