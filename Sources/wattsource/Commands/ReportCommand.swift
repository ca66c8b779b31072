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
            days and months, so a day of a change of clocks has 23 or 25 hours.

            Examples:
              wattsource report --community sierra-crest
              wattsource report --member home-01 --from 2016-08-01 --to 2016-09-01 --by day
              wattsource report --community sierra-crest --by hour --format csv > hours.csv
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

    @Option(name: .long, help: "The periods: hour, day or month; by default what suits the span.")
    var by: PeriodArgument?

    @Option(name: .long, help: "table (for people), csv (one record per member and period) or json (one object).")
    var format: ReportFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard community != nil || member != nil else {
            throw ValidationError("name what the report is about: --community, --member, or both")
        }
    }

    mutating func run() async throws {
        let request = EnergyReportRequest(
            community: community,
            member: member,
            from: from?.bound,
            until: to?.bound,
            period: by?.period,
            wantsMemberPeriods: format != .table
        )
        let configuration = try options.load()
        let report = try DatabaseSession.run(configuration) { try EnergyReportQuery($0).report(request) }
        switch format {
        case .table: try StandardOutput.write(EnergyReportTable(report: report, style: .ofStandardOutput()).lines())
        case .csv: try StandardOutput.write(EnergyReportCSV.text(report))
        case .json: try StandardOutput.write(EnergyReportJSON.value(report).text + "\n")
        }
    }
}
