import ArgumentParser

/// `wattsource verify`; not written yet.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "verify")
}
