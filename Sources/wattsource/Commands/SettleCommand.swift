import ArgumentParser

/// `wattsource settle`; not written yet.
struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "settle")
}
