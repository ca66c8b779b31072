import ArgumentParser
import PostgresStore

/// `wattsource anomalies reopen`: takes back what somebody decided.
struct AnomaliesReopenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reopen",
        abstract: "Take back how an anomaly was resolved.",
        discussion: """
            The meter swap or the decision about a reading that was recorded for it is
            gone, and what it touched is settled again. Then the anomaly is open, until it
            is resolved anew or its readings do not show it any more.

            Example:
              wattsource anomalies reopen 12 --dry-run
            """
    )

    @Argument(help: "Its number, as wattsource anomalies list --all shows it.")
    var id: Int64

    @Flag(name: .long, help: "Only show what would happen.")
    var dryRun = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let report = try DatabaseSession.run(configuration) {
            try AnomalyDecisions($0).reopen(id, isDryRun: dryRun)
        }
        try StandardOutput.write(AnomalyText.lines(report, resolvedAs: nil, isDryRun: dryRun))
    }
}
