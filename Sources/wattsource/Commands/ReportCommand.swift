import ArgumentParser

/// `wattsource report`; not written yet.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "report")
}
