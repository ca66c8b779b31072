import ArgumentParser
import PostgresStore

/// `wattsource readings history`: all that was ever said about a device and a time.
struct ReadingsHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show all that was ever said about a device and a time.",
        discussion: """
            The reading that counts comes first, then what it replaced, what came later and was no better, and what somebody
            discarded: with the times, and who did it and why where it was by hand. All times are UTC.

            Examples:
              wattsource readings history --device meter-0001 --time 2026-03-29T01:15:00Z
              wattsource readings history --device meter-0001 --from 2026-03-01 --until 2026-04-01 --format json
            """
    )

    @OptionGroup var readings: ReadingsSpanOptions

    @Option(name: .long, help: "How many to list at most.")
    var limit = 200

    @Option(name: .long, help: "table (for people) or json.")
    var format: OutputFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000000") }
    }

    mutating func run() async throws {
        let configuration = try options.load()
        let span = readings.span
        let found = try DatabaseSession.run(configuration) { connection in
            try ReadingHistoryQuery(connection).entries(
                device: readings.device,
                from: span.from,
                until: span.until,
                limit: limit
            )
        }
        try format.write(HistoryText.lines(found.entries, count: found.count), HistoryText.json(found.entries))
    }
}
