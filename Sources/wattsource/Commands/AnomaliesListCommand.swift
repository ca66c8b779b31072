import ArgumentParser
import EnergySharing
import PostgresStore

/// `wattsource anomalies list`: what settlement found odd.
struct AnomaliesListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is odd about meters' readings, the newest first.",
        discussion: """
            What nobody has resolved yet, or with --all everything. Settlement takes an open anomaly away by itself once
            the readings do not show it any more. All times are UTC.

            Examples:
              wattsource anomalies list --count
              wattsource anomalies list --community sierra-crest --kind break --since 2016-08-01
            """
    )

    @Option(name: .long, help: "Only devices that take part in this community then: its code.")
    var community: String?

    @Option(name: .long, help: "Only this device, as the hub names it.")
    var device: String?

    @Option(name: .long, help: "Only this kind, break say.")
    var kind: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Only what ends then or later: a UTC date or RFC 3339.", valueName: "time")
    )
    var since: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("Only what begins earlier: a UTC date or RFC 3339.", valueName: "time"))
    var until: TimeArgument?

    @Option(name: .long, help: "How many to list at most.")
    var limit = 50

    @Flag(name: .long, help: "Also those that somebody has resolved.")
    var all = false

    @Flag(name: .long, help: "Count them by kind instead.")
    var count = false

    @Option(name: .long, help: "table (for people) or json.")
    var format: OutputFormat = .table

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1_000_000).contains(limit) else { throw ValidationError("--limit is a number from 1 to 1000000") }
        guard kind.map({ AnomalyKind(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--kind is one of \(AnomalyKind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    mutating func run() async throws {
        let filter = AnomalyFilter(
            community: community,
            device: device,
            kind: kind,
            since: since?.instantInUTC,
            until: until?.instantInUTC,
            includesResolved: all
        )
        let configuration = try options.load()
        if count {
            let counts = try DatabaseSession.run(configuration) { try AnomalyQuery($0).counts(filter) }
            try format.write(AnomalyText.lines(counts), AnomalyText.json(counts))
        } else {
            let found = try DatabaseSession.run(configuration) { try AnomalyQuery($0).list(filter, limit: limit) }
            try format.write(AnomalyText.lines(found.anomalies, count: found.count), AnomalyText.json(found.anomalies))
        }
    }
}
