import ArgumentParser
import PostgresStore

/// `wattsource dead-letters list`: refused records and readings without their content.
struct DeadLettersListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List refused records and readings, the newest first, without their content.",
        discussion: """
            An id is topic/partition/offset/index: index counts the readings of a record from 0, -1 is the whole record. Give it to
            wattsource dead-letters show. All times are UTC.

            Examples:
              wattsource dead-letters list --count
              wattsource dead-letters list --reason unknown_device --since 2016-08-01
            """
    )

    @OptionGroup(title: "Which") var selection: DeadLetterSelection

    @Option(name: .long, help: "How many to list at most.")
    var limit = 50

    @Flag(name: .long, help: "Also those that are resolved: replayed or discarded.")
    var all = false

    @Flag(name: .long, help: "Count them by reason instead.")
    var count = false

    @Option(name: .long, help: "table (for people) or json.")
    var format: OutputFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000000") }
    }

    mutating func run() async throws {
        let filter = selection.filter(includesResolved: all)
        let configuration = try options.load()
        if count {
            let counts = try DatabaseSession.run(configuration) { try DeadLetterQuery($0).counts(filter) }
            try format.write(DeadLetterText.lines(counts), DeadLetterText.json(counts))
        } else {
            let found = try DatabaseSession.run(configuration) { try DeadLetterQuery($0).list(filter, limit: limit) }
            try format.write(
                DeadLetterText.lines(found.letters, count: found.count),
                DeadLetterText.json(found.letters)
            )
        }
    }
}
