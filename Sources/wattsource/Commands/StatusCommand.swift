import ArgumentParser

/// `wattsource status`; not written yet.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status")
}
