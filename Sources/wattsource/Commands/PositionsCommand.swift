import ArgumentParser

/// `wattsource positions`: where the partitions of the stream stand.
struct PositionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "positions",
        abstract: "List the positions in the stream, and let a halted partition go on.",
        subcommands: [PositionsListCommand.self, PositionsAcceptGapCommand.self]
    )
}
