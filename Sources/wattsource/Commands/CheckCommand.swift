import ArgumentParser

/// `wattsource check`: whether the configuration is valid, and what it is.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "check")

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        for line in try options.loadEffective().lines { print("\(line.key): \(line.value)  # \(line.origin)") }
    }
}
