import ArgumentParser

/// `wattsource anomalies`: what is odd about meters' readings, and what people decide about it.
struct AnomaliesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anomalies",
        abstract: "List what is odd about meters' readings, show one, resolve it, and take that back.",
        subcommands: [
            AnomaliesListCommand.self, AnomaliesShowCommand.self, AnomaliesResolveCommand.self,
            AnomaliesReopenCommand.self,
        ]
    )
}
