import ArgumentParser

/// `wattsource dead-letters`; not written yet.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "dead-letters")
}
