import ArgumentParser

/// `wattsource migrate`; not written yet.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "migrate")
}
