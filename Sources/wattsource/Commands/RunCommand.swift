import ArgumentParser

/// `wattsource run`; not written yet.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "run")
}
