import ArgumentParser
import Ingestion
import Observability
import PostgresStore

/// `wattsource dead-letters replay`: takes refused records and readings through the pipeline again.
struct DeadLettersReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Take refused records and readings through the whole pipeline again.",
        discussion: """
            Headers, identity, decoding and rules as for a new record, with the time at which it came: for when the registry, an adapter
            or a rule is mended. What is sound now is stored as if it had just arrived, and settled again where it has to be; what is
            refused again stays, with its new reason. Running it twice, or beside workers, does no harm. Readings of unknown devices come
            back by themselves as soon as a worker runs and the registry knows the device.

            Examples:
              wattsource dead-letters replay --dry-run --reason bad_schema --device meter-0001
              wattsource dead-letters replay meters/3/4711 --because "the adapter is mended"

            Ends with 0, whatever became of them; 69 if the database is away or busy (what is done is done; run it again).
            """
    )

    @OptionGroup(title: "Which") var choice: DeadLetterChoice

    @Option(name: .long, help: "Why; it is kept in the books.")
    var because = "dead-letters replay"

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let order = ReplayOrder(
            choice.filter,
            limit: choice.limit,
            actor: choice.author,
            reason: because,
            isDryRun: choice.dryRun
        )
        let replay = try IngestAssembly.replay(configuration)
        defer { replay.close() }
        do {
            let summary = try replay.run(
                order,
                tell: { record in
                    if order.isDryRun { try StandardOutput.write([DeadLetterText.line(record)]) }
                }
            )
            try StandardOutput.write(DeadLetterText.lines(summary, isDryRun: order.isDryRun))
        } catch let failure as StoreFailure {
            throw CommandFailure(.unavailable, failure.description)
        }
    }
}
