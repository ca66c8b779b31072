import ArgumentParser
import PostgresStore

/// Which dead letters a command changes: by id, by filter, or all of them, but never all by mistake.
struct DeadLetterChoice: ParsableArguments {
    @Argument(help: "Ids: topic/partition/offset for all of a record, or topic/partition/offset/index.")
    var ids: [String] = []

    @OptionGroup var selection: DeadLetterSelection

    @Flag(name: .long, help: "All that are unresolved.")
    var all = false

    @Option(name: .long, help: "How many at most.")
    var limit: Int?

    @Option(name: .long, help: "Who it is that wants it; else the database's role.")
    var author: String?

    @Flag(name: .long, help: "Only say what would become of them.")
    var dryRun = false

    func validate() throws {
        for id in ids { try Self.check(id) }
        guard all != (!ids.isEmpty || !selection.isEmpty) else {
            throw ValidationError("say which: ids, a filter such as --reason, or --all")
        }
        if let limit, limit < 1 { throw ValidationError("--limit is a number from 1 on") }
    }

    /// Refuses a text that is no id.
    static func check(_ id: String) throws {
        guard DeadLetterID(id) == nil else { return }
        throw ValidationError("'\(id)' is no id: topic/partition/offset or topic/partition/offset/index is expected")
    }

    /// The filter for the store.
    var filter: DeadLetterFilter { selection.filter(ids: ids.compactMap { DeadLetterID($0) }) }
}
