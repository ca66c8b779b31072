import ArgumentParser

/// `wattsource readings`: what was said about meters, and corrections by hand.
struct ReadingsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "readings",
        abstract: "Look at all that was said about a meter; import and discard readings by hand.",
        subcommands: [ReadingsHistoryCommand.self, ReadingsImportCommand.self, ReadingsDiscardCommand.self]
    )
}
