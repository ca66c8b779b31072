import ArgumentParser
import CommunityRegistry
import EnergySharing
import Observability
import PostgresStore

/// `wattsource registry shares`: fixed shares that change by the hour, from a file of their own.
struct RegistrySharesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shares",
        abstract: "Store a community's fixed shares by the hour, from a table, or list what is stored.",
        discussion: """
            For communities whose fixed shares are agreed for each hour beforehand. In the
            hours of the file its shares count instead of the participations' share_ppm;
            a meter that takes part and is not in the file has none. They count while a
            meter takes part, and where the rule's key uses shares (static,
            static-multi-round, hybrid). An interval has the shares of the hour in which
            it begins.

            The file is a table with a header; columns in any order, others do not count:
              device,hour_start,share_ppm
              home-01,2026-01-01T00:00+01:00,58824
            share instead of share_ppm is a decimal number from 0 to 1. Every device needs
            every hour from the first to the last; the shares of an hour sum to 1000000 at
            most. Hours are counted by elapsed time, so a day has 23 or 25 when the clocks
            change. The first hour lies on the community's interval grid.

            The file is the whole truth for its span: of what was stored before only what
            lies before and after stays. The intervals in which a share really changes are
            settled again by themselves.

            Shares by the hour are no part of the registry file: export does not write
            them, and apply leaves them as they are. Keep the files.

            See what a file would change, then store it:
              wattsource registry shares --community sierra-crest --dry-run shares-2026.csv
              wattsource registry shares --community sierra-crest shares-2026.csv
              wattsource registry shares --list

            Ends with 0 if the shares are what the file says, 65 if the file is faulty or
            does not fit the registry, 69 if the database is away or busy.
            """
    )

    @Argument(help: "The file of shares (CSV); - is standard input.", completion: .file(extensions: ["csv"]))
    var file: String?

    @Option(name: .long, help: "The community's code.")
    var community: String?

    @Flag(name: .long, help: "Only show what would change.")
    var dryRun = false

    @Flag(name: .long, help: "List the stored shares of the community, or of all.")
    var list = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws {
        if list {
            guard file == nil, !dryRun else { throw ValidationError("--list takes neither a file nor --dry-run") }
        } else {
            guard file != nil else { throw ValidationError("a file of shares is expected, or --list") }
            guard community != nil else { throw ValidationError("--community: whose shares the file has") }
        }
    }

    mutating func run() async throws {
        if list { return try listProfiles() }
        guard let file, let community else { return }
        let shares = try Self.read(file)
        let isTrial = dryRun
        let plan = try RegistryCommand.withStore(try options.load()) { store throws(RegistryStoreFailure) in
            isTrial ? try store.planShares(shares, for: community) : try store.applyShares(shares, for: community)
        }
        for line in plan.warnings { StandardErrorLines.write("warning: \(TerminalText.safe(line))\n") }
        try StandardOutput.write(ShareText.lines(plan, isTrial: isTrial))
    }

    private func listProfiles() throws {
        let only = community
        let profiles = try RegistryCommand.withStore(try options.load()) { store throws(RegistryStoreFailure) in
            try store.shareProfiles(of: only)
        }
        try StandardOutput.write(ShareText.lines(profiles))
    }

    private static func read(_ file: String) throws -> ShareFile {
        let (name, bytes) = try RegistryCommand.contents(of: file)
        do throws(TableFaults) {
            return try ShareFile(name: name, table: bytes)
        } catch {
            throw CommandFailure(
                .badData,
                "\(name) is faulty, nothing was changed:\n"
                    + ShareText.faults(error, of: name).joined(separator: "\n")
            )
        }
    }
}
