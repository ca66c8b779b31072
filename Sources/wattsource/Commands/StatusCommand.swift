import ArgumentParser
import Observability
import PostgresStore

/// `wattsource status`: how everything stands.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show positions and lag, what is settled, and what needs a person.",
        discussion: """
            Each partition has a verdict: running, caught up, stalled (its worker is connected, but has committed nothing for two
            minutes), unowned (no connected worker owns it) or halted (it waits for wattsource positions accept-gap).

            Lag is shown where Kafka is configured and answers; asking does not join the consumer group.
            """
    )

    @Option(name: .long, help: "table (for people) or json (one object).")
    var format: OutputFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let broker = BrokerEnds.ask(configuration.kafka)
        if let trouble = broker.trouble { StandardErrorLines.write("wattsource: \(trouble)\n") }
        let status = try DatabaseSession.run(configuration) {
            try StatusQuery($0).status(idleAfter: configuration.settlement.idleAfter, endOffsets: broker.ends)
        }
        switch format {
        case .table: try StandardOutput.write(StatusText.lines(status, style: .ofStandardOutput()))
        case .json: try StandardOutput.write(StatusText.json(status).text + "\n")
        }
    }
}
