import ArgumentParser
import PostgresStore

/// `wattsource verify`: proves the books.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove the books: every offset counted once, every watt-hour split once.",
        discussion: """
            All checks read one snapshot, whole tables of it, and change nothing; the worker may go on meanwhile. Each prints one line:
            ok, or FAIL and the first contradiction with its place and numbers. Exit code 1 if any fails.
            """
    )

    @Option(name: .long, help: "How many contradictions of each check to print.")
    var show = 1

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        guard (1...1000).contains(show) else { throw ValidationError("--show is a number from 1 to 1000") }
    }

    mutating func run() async throws {
        let configuration = try options.load()
        let style = TerminalStyle.ofStandardOutput()
        let assumptions = BookVerification.Options(contradictionLimit: show)
        // The checks of a large database take as long as they take.
        let isSound = try DatabaseSession.run(configuration, limit: nil) { connection in
            try BookVerification(connection).run(assumptions) { finding in
                try StandardOutput.write(FindingText.lines(finding, style: style))
            }
        }
        guard isSound else { throw CommandFailure(.negative, "the books do not agree: see the lines marked FAIL") }
    }
}
