import ArgumentParser
import PostgresStore

/// `wattsource dead-letters discard`: resolves refused records and readings that can be done without.
struct DeadLettersDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Mark refused records and readings as done with; they are kept, with who said so and why.",
        discussion: """
            They are not listed any more (list --all shows them) and not replayed. Nothing is deleted: retention.dead_letters does that.

            Example:
              wattsource dead-letters discard --device test-device --because "a developer's device, not a meter"
            """
    )

    @OptionGroup(title: "Which") var choice: DeadLetterChoice

    @Option(name: .long, help: "Why they can be done without; it is kept.")
    var because: String

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let choice = choice
        let because = because
        let configuration = try options.load()
        let count = try DatabaseSession.run(configuration) { connection in
            if choice.dryRun {
                let found = try DeadLetterQuery(connection).counts(choice.filter).reduce(0) { $0 + $1.count }
                return choice.limit.map { min(Int64($0), found) } ?? found
            }
            return Int64(
                try DeadLetterDiscard(connection).discard(
                    choice.filter,
                    limit: choice.limit,
                    actor: choice.author,
                    reason: because
                )
            )
        }
        let letters = EnergyText.count(count, "dead letter")
        try StandardOutput.write([choice.dryRun ? "\(letters) would be discarded" : "\(letters) discarded"])
    }
}
