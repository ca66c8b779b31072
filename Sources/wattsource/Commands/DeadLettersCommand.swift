import ArgumentParser

/// `wattsource dead-letters`: what was refused.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "List refused records and readings, and show one whole.",
        subcommands: [DeadLettersListCommand.self, DeadLettersShowCommand.self]
    )
}
