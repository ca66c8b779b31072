import ArgumentParser
import Ingestion

/// `wattsource run`: the worker.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the worker: read from Kafka, write to PostgreSQL, settle what is due.",
        discussion: """
            Two loops in one process: the ingest loop keeps every valid reading exactly once, the attribute loop splits each interval's
            energy into community and grid as soon as it is due. Start as many workers as you like, with the same group: Kafka divides
            the partitions among them, PostgreSQL the communities.

              wattsource run                      until SIGTERM or SIGINT; then it finishes what it has begun and leaves, within 5 s
              wattsource run --drain              until all that is in the topics is read and settled; for tests and backfills
              wattsource run --only attribute     settle only, for example beside workers that ingest only

            It goes on where the database is, whatever Kafka's group remembers. /metrics, /livez and /readyz are served on
            http.host:http.port (127.0.0.1:9464). Exit codes: 0 done, 69 Kafka or PostgreSQL unavailable, or a partition is
            halted (--drain), 78 configuration or schema.
            """
    )

    /// One of the two loops.
    enum Loop: String, ExpressibleByArgument, CaseIterable {
        case ingest
        case attribute
    }

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    @Flag(name: .long, help: "End when every partition of the topics has reached its end and all of it is settled.")
    var drain = false

    @Option(name: .long, help: "Run one of the loops alone: ingest or attribute.")
    var only: Loop?

    @Option(name: .long, help: "This worker's name in stream_position.owner; default: host name and process id.")
    var owner: String?

    func validate() throws {
        if drain, only == .attribute {
            throw ValidationError(
                "--drain reads until the end: it cannot go with --only attribute; see wattsource settle"
            )
        }
    }

    func run() async throws {
        let configuration = try options.load()
        let worker = try WorkerRun(configuration, loops: only, drains: drain, owner: owner)
        try await worker.run()
    }
}
