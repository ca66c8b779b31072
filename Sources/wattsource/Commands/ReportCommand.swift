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

            --by-neighbour shows from whom the community's energy came and to whom it went, in whole watt-hours that add up both ways.
            No law says whose watt-hour reached whom: in each interval, what each consumer got is divided on what the producers
            shared, pro rata. It is worked out interval by interval; a year of a large community takes minutes.

            Examples:
              wattsource report --community sierra-crest
              wattsource report --member home-01 --from 2016-08-01 --to 2016-09-01 --by day
              wattsource report --community sierra-crest --by hour --format csv > hours.csv
              wattsource report --member home-01 --by-neighbour --from 2016-08-01 --to 2016-09-01
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

    @Flag(name: .long, help: "Show from whom the energy came, and to whom it went; --by does not apply.")
    var byNeighbour = false

    @Flag(name: .long, help: "With --by-neighbour: each meter for itself, instead of members.")
    var meters = false

    @Option(
        name: .long,
        help: "table (for people), csv (a record per member and period, or pair) or json (one object)."
    )
    var format: ReportFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard community != nil || member != nil else {
            throw ValidationError("name what the report is about: --community, --member, or both")
        }
        guard !byNeighbour || by == nil else {
            throw ValidationError("--by-neighbour is of the whole span: leave --by out")
        }
        guard byNeighbour || !meters else { throw ValidationError("--meters goes with --by-neighbour") }
    }

    mutating func run() async throws {
        let request = EnergyReportRequest(
            community: community,
            member: member,
            from: from?.bound,
            until: to?.bound,
            period: by?.period,
            wantsMemberPeriods: format != .table && !byNeighbour,
            neighbours: byNeighbour ? (meters ? .meter : .member) : nil
        )
        let configuration = try options.load()
        // Flows are worked out for every interval of the span, which takes as long as it takes.
        let limit: Duration? = byNeighbour ? nil : .seconds(60)
        let report = try DatabaseSession.run(configuration, limit: limit) { try EnergyReportQuery($0).report(request) }
        if let neighbours = report.neighbours { return try write(report, neighbours) }
        switch format {
        case .table: try StandardOutput.write(EnergyReportTable(report: report, style: .ofStandardOutput()).lines())
        case .csv: try StandardOutput.write(EnergyReportCSV.text(report))
        case .json: try StandardOutput.write(EnergyReportJSON.value(report).text + "\n")
        }
    }

    private func write(_ report: EnergyReport, _ neighbours: NeighbourReport) throws {
        switch format {
        case .table:
            try StandardOutput.write(NeighbourTable(report, neighbours, style: .ofStandardOutput()).lines())
        case .csv: try StandardOutput.write(NeighbourCSV.text(report, neighbours))
        case .json: try StandardOutput.write(NeighbourJSON.value(report, neighbours).text + "\n")
        }
    }
}
