import ArgumentParser
import PostgresStore
import Settlement

/// `wattsource explain`: how a number came about.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show how a meter's numbers of one interval came about, step by step.",
        discussion: """
            From the readings and their registers at the interval's edges, over the meter's part and the community's rule, to the row
            that is stored: with all integers, so that one can do it again with a pencil. It is computed anew by the code that
            settles, from one snapshot, and changes nothing.

            Of other members only sums and their number are shown, unless --all is given. If what is computed and what is stored
            differ it says why; exit code 70 if nothing explains it.

            Example:
              wattsource explain --device sierra-crest-home-15 --interval 2017-05-14T12:00:00-07:00
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "The meter's name on the hub.")
    var device: String

    @Option(
        name: .long,
        help: ArgumentHelp("Any instant within the interval, RFC 3339: 2017-05-14T19:00:00Z.", valueName: "time")
    )
    var interval: TimeArgument

    @Option(name: .long, help: "The community's code; by default all that the meter takes part in.")
    var community: String?

    @Flag(name: .long, help: "Show the lines of all members, by name.")
    var all = false

    @Option(name: .long, help: "text (for people) or json (one object).")
    var format: ExplanationFormat = .text

    func validate() throws {
        guard case .instant = interval.bound else {
            throw ValidationError("--interval is an instant with its offset, such as 2017-05-14T19:00:00Z")
        }
    }

    mutating func run() async throws {
        let configuration = try options.load()
        let url = try configuration.requireDatabase()
        let explanation = try DatabaseSession.inWords {
            let store = PostgresSettlementStore(
                SettlementStoreSettings(conninfo: url.text, applicationName: "wattsource explain")
            )
            defer { store.close() }
            return try ExplanationQuery(store).explain(
                device: device,
                at: interval.instantInUTC,
                community: community,
                idleAfter: configuration.settlement.idleAfter
            )
        }
        switch format {
        case .text:
            let text = ExplanationText(explanation: explanation, showsAll: all, style: .ofStandardOutput())
            try StandardOutput.write(text.lines())
        case .json:
            try StandardOutput.write(ExplanationJSON(explanation, showsAll: all).value.text + "\n")
        }
        let faults = explanation.communities.filter { $0.agreement == .fault }.map(\.community)
        guard faults.isEmpty else {
            throw CommandFailure(
                .software,
                "what is stored of community \(faults.joined(separator: ", ")) is not what its readings and rules say: please report it"
            )
        }
    }
}
