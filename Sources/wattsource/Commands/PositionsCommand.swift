import ArgumentParser

/// `wattsource positions`; not written yet.
struct PositionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "positions")
}
