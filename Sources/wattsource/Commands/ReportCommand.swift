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

            --by-neighbour shows from whom the community's energy came and to whom it went, in whole watt-hours that add up both ways.
            No law says whose watt-hour reached whom: in each interval, what each consumer got is divided on what the producers
            shared, pro rata. It is worked out interval by interval; a year of a large community takes minutes.

            Examples:
              wattsource report --community sierra-crest
              wattsource report --member home-01 --from 2016-08-01 --to 2016-09-01 --by day
              wattsource report --community sierra-crest --by hour --format csv > hours.csv
              wattsource report --member home-01 --by-neighbour --from 2016-08-01 --to 2016-09-01
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

    @Flag(name: .long, help: "Show from whom the energy came, and to whom it went; --by does not apply.")
    var byNeighbour = false

    @Flag(name: .long, help: "With --by-neighbour: each meter for itself, instead of members.")
    var meters = false

    @Option(
        name: .long,
        help: "table (for people), csv (a record per member and period, or pair) or json (one object)."
    )
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
        if byNeighbour, by != nil || gaps || tariff != nil {
            throw ValidationError("--by-neighbour is of the whole span: leave out --by, --gaps and --tariff")
        }
        if meters, !byNeighbour { throw ValidationError("--meters goes with --by-neighbour") }
    }

    mutating func run() async throws {
        let request = EnergyReportRequest(
            community: community,
            member: member,
            from: from?.bound,
            until: to?.bound,
            period: by?.period,
            wantsMemberPeriods: format != .table && tariff == nil && !byNeighbour,
            neighbours: byNeighbour ? (meters ? .meter : .member) : nil
        )
        let configuration = try options.load()
        if gaps {
            let output = ValueGapOutput(withEstimated: !missingOnly, format: format)
            return try DatabaseSession.run(configuration, limit: nil) { connection in
                let query = ValueGapQuery(connection)
                try output.run(
                    { try query.gaps(request, withEstimated: output.withEstimated, begin: $0, meter: $1) },
                    style: .ofStandardOutput(),
                    write: StandardOutput.write
                )
            }
        }
        if let tariff {
            let document = try EnergyReportMoneyOutput.document(tariff)
            let output = EnergyReportMoneyOutput(document: document, format: format)
            return try DatabaseSession.run(configuration, limit: nil) { connection in
                let query = EnergyReportQuery(connection)
                try output.run(
                    { try query.report(request, begin: $0, row: $1) },
                    style: .ofStandardOutput(),
                    write: StandardOutput.write
                )
            }
        }
        let report = try DatabaseSession.run(configuration, limit: nil) { try EnergyReportQuery($0).report(request) }
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
