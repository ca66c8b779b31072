import ArgumentParser

/// `wattsource check`; not written yet.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check")
}
