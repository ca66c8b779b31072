import ArgumentParser
import PostgresStore

/// `wattsource report`: energy by source of a community or a member.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show where the energy of a community, or of one of its members, came from.",
        discussion: """
            All that is settled is shown, by month; --from, --to and --by choose. Sums are exact watt-hours of the newest revision of
            each settled interval. An interval belongs to the period in which it begins; periods are the community's local hours,
            days, months and years, so a day of a change of clocks has 23 or 25 hours. A member's energy is that of all its meters in
            all of their communities; what takes part in none is from the grid, or surplus.

            --gaps lists what is missing or estimated instead, to ask the meters' operator again. --tariff adds what it cost, saved and
            carried (deploy/examples/sierra-crest-tariff.yaml shows a tariff file).

            Examples:
              wattsource report --community sierra-crest
              wattsource report --member home-01 --from 2016-08-01 --to 2016-09-01 --by day
              wattsource report --community sierra-crest --by hour --format csv > hours.csv
              wattsource report --community sierra-crest --gaps --missing-only --format csv > ask-again.csv
              wattsource report --community sierra-crest --tariff deploy/examples/sierra-crest-tariff.yaml
            """
    )

    @Option(name: .long, help: "The community's code.")
    var community: String?

    @Option(name: .long, help: "The member's code; with --community if several communities have it.")
    var member: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where the span begins: a local date of the community (2016-08-01) or RFC 3339 (2016-08-01T07:00:00Z).",
            valueName: "time"
        )
    )
    var from: TimeArgument?

    @Option(
        name: .long,
        help: ArgumentHelp("Where the span ends, itself not included; as --from.", valueName: "time")
    )
    var to: TimeArgument?

    @Option(name: .long, help: "The periods: hour, day, month or year; by default what suits the span.")
    var by: PeriodArgument?

    @Option(name: .long, help: "table (for people), csv (one record per member and period) or json (one object).")
    var format: ReportFormat = .table

    @Flag(name: .long, help: "List what is missing or estimated, per meter.")
    var gaps = false

    @Flag(name: .long, help: "With --gaps: leave out what is estimated.")
    var missingOnly = false

    @Option(
        name: .long,
        help: ArgumentHelp("A tariff file (YAML): show money and carbon, too.", valueName: "file"),
        completion: .file(extensions: ["yaml", "yml"])
    )
    var tariff: String?

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard community != nil || member != nil else {
            throw ValidationError("name what the report is about: --community, --member, or both")
        }
        if gaps, tariff != nil || by != nil {
            throw ValidationError("--gaps is a list of its own: leave out --tariff and --by")
        }
        if missingOnly, !gaps { throw ValidationError("--missing-only goes with --gaps") }
    }

    mutating func run() async throws {
        let request = EnergyReportRequest(
            community: community,
            member: member,
            from: from?.bound,
            until: to?.bound,
            period: by?.period,
            wantsMemberPeriods: format != .table && tariff == nil
        )
        let configuration = try options.load()
        if gaps {
            let output = ValueGapOutput(request: request, withEstimated: !missingOnly, format: format)
            return try DatabaseSession.run(configuration, limit: nil) {
                try output.run($0, style: .ofStandardOutput(), write: StandardOutput.write)
            }
        }
        if let tariff {
            let document = try EnergyReportMoneyOutput.document(tariff)
            let output = EnergyReportMoneyOutput(request: request, document: document, format: format)
            return try DatabaseSession.run(configuration, limit: nil) {
                try output.run($0, style: .ofStandardOutput(), write: StandardOutput.write)
            }
        }
        let report = try DatabaseSession.run(configuration) { try EnergyReportQuery($0).report(request) }
        switch format {
        case .table: try StandardOutput.write(EnergyReportTable(report: report, style: .ofStandardOutput()).lines())
        case .csv: try StandardOutput.write(EnergyReportCSV.text(report))
        case .json: try StandardOutput.write(EnergyReportJSON.value(report).text + "\n")
        }
    }
}
