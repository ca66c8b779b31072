import ArgumentParser
import PostgresStore

/// `wattsource dead-letters show`: one refused record or reading, with what was in its record.
struct DeadLettersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a refused record: reason, headers, and the payload with the byte at fault.",
        discussion: """
            The payload is personal data: this is the only command that prints it.

            Example:
              wattsource dead-letters show meters/3/4711
            """
    )

    @Argument(help: "Its id: topic/partition/offset for all of a record, or topic/partition/offset/index.")
    var id: String

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        try DeadLetterChoice.check(id)
    }

    mutating func run() async throws {
        guard let id = DeadLetterID(id) else { return }
        let configuration = try options.load()
        let contents = try DatabaseSession.run(configuration) { try DeadLetterQuery($0).content(of: id) }
        try StandardOutput.write(DeadLetterText.lines(contents, style: .ofStandardOutput()))
    }
}
