import ArgumentParser

/// `wattsource dead-letters`: what was refused.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters",
        abstract: "List what was refused, show it, replay it, or discard it.",
        subcommands: [
            DeadLettersListCommand.self, DeadLettersShowCommand.self, DeadLettersReplayCommand.self,
            DeadLettersDiscardCommand.self,
        ]
    )
}
