import ArgumentParser

/// `wattsource registry`; not written yet.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "registry")
}
