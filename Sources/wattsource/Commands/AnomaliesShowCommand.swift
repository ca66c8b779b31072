import ArgumentParser
import PostgresStore

/// `wattsource anomalies show`: one anomaly with the readings around it.
struct AnomaliesShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show an anomaly: the readings around it, and what each decision would do to the energy.",
        discussion: """
            Readings are personal data: this command prints them. All times are UTC.

            Example:
              wattsource anomalies show 12
            """
    )

    @Argument(help: "Its number, as wattsource anomalies list shows it.")
    var id: Int64

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let outlook = try DatabaseSession.run(configuration) { try AnomalyQuery($0).outlook(of: id) }
        try StandardOutput.write(
            AnomalyText.lines(outlook.context, choices: outlook.choices, style: .ofStandardOutput())
        )
    }
}
