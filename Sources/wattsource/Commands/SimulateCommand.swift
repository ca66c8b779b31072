import ArgumentParser

/// `wattsource simulate`; not written yet.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "simulate")
}
