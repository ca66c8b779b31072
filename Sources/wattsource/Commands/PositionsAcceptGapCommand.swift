import ArgumentParser
import Ingestion
import PostgresStore

/// `wattsource positions accept-gap`: lets a halted partition go on without what is lost.
struct PositionsAcceptGapCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-gap",
        abstract: "Let a halted partition go on behind offsets that can be done without.",
        discussion: """
            A partition halts where going on would skip data silently: its offsets are gone from the broker, or the topic is another
            one than before. This command writes into the books (stream_gap) which offsets were given up, by whom and why; then the
            next worker that takes the partition over reads on at --to.

            If the topic was made anew its offsets begin again: --new-incarnation counts them apart from the old ones, and --to is
            where to begin. Readings that were consumed before and come again are duplicates; nothing is counted twice.

            Examples:
              wattsource positions accept-gap --topic meters --partition 3 --to 81200 --reason "retention on the hub was one day"
              wattsource positions accept-gap --topic meters --partition 3 --to 0 --new-incarnation --reason "topic made anew"
            """
    )

    @Option(name: .long, help: "The topic.")
    var topic: String

    @Option(name: .long, help: "The partition's number.")
    var partition: Int32

    @Option(name: .long, help: ArgumentHelp("The first offset to read again.", valueName: "offset"))
    var to: Int64

    @Option(name: .long, help: "Why these offsets can be done without; it is kept in the books.")
    var reason: String

    @Flag(name: .long, help: "The topic was made anew: its offsets are another series.")
    var newIncarnation = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let request = GapRequest(
            partition: TopicPartition(topic: topic, partition: partition),
            to: to,
            reason: reason,
            isNewIncarnation: newIncarnation
        )
        let configuration = try options.load()
        let status = try DatabaseSession.run(configuration) { try GapAcceptance($0).accept(request) }
        let life = newIncarnation ? " of incarnation \(status.incarnation)" : ""
        try StandardOutput.write(
            [
                "\(request.partition) runs again: the worker that takes it over begins at offset \(status.nextOffset)\(life)"
            ]
        )
    }
}
