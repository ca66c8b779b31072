import ArgumentParser
import PostgresStore

/// `wattsource readings discard`: takes readings out that do not count.
struct ReadingsDiscardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "discard",
        abstract: "Take readings out that do not count, and keep them out.",
        discussion: """
            They move to the history with your name and reason. However often the stream brings them again, their places stay closed
            to telemetry; only readings import puts other readings there. What they touched is settled again by the running
            workers. To keep a reading and only leave it out of settlement, see wattsource anomalies resolve.

            See what would go, then let it go:
              wattsource readings discard --device meter-0001 --time 2026-03-29T01:15:00Z --author Ada --reason "stutter" --dry-run
              wattsource readings discard --device meter-0001 --from 2026-03-01 --until 2026-03-02 --author Ada --reason "bench test"

            Ends with 0 if they are out, 64 if there is no such reading, 69 if the database is away or busy.
            """
    )

    @OptionGroup var readings: ReadingsSpanOptions

    @Option(name: .long, help: "Who does it; it is kept in the books.")
    var author: String

    @Option(name: .long, help: "Why these readings do not count; it is kept in the books.")
    var reason: String

    @Flag(name: .long, help: "Only show what would happen.")
    var dryRun = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let span = readings.span
        let request = DiscardRequest(
            device: readings.device,
            from: span.from,
            until: span.until,
            author: author,
            reason: reason,
            isTrial: dryRun
        )
        let result = try DatabaseSession.run(configuration, limit: nil) { try ReadingDiscarder($0).run(request) }
        let count = EnergyText.count(Int64(result.readings.count), "reading")
        try StandardOutput.write(
            HistoryText.lines(result.readings, count: Int64(result.readings.count))
                + [dryRun ? "\(count) would be discarded" : "\(count) discarded"]
                + ImportText.due(result.dueAgain, isTrial: dryRun)
        )
    }
}
