import ArgumentParser
import PostgresStore

/// `wattsource positions list`: every partition's position.
struct PositionsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the partitions: the next offset, who owns them, why one is halted. All times are UTC."
    )

    @Option(name: .long, help: "table (for people) or json (an array).")
    var format: OutputFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let status = try DatabaseSession.run(configuration) {
            try StatusQuery($0).status(idleAfter: configuration.settlement.idleAfter)
        }
        switch format {
        case .table:
            try StandardOutput.write(
                PositionsText.lines(status.partitions, now: status.now, style: .ofStandardOutput())
            )
        case .json: try StandardOutput.write(PositionsText.json(status.partitions, now: status.now).text + "\n")
        }
    }
}
