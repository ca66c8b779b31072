import ArgumentParser
import MeterReadings
import PostgresStore
import Settlement

/// `wattsource settle`: makes intervals due again and settles them now.
struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Make intervals of a community due again and settle them now.",
        discussion: """
            Settlement is a pure function of the stored readings and the registry, so settling again changes nothing unless one of
            them did: late readings and registry changes make what they touch due by themselves. This command is for the cases that
            a person wants to see done at once, or after a change by hand.

              wattsource settle --community sierra-crest --from 2016-08-01 --until 2016-09-01

            Provisional intervals are replaced in place; final ones get a new revision if they change.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .long, help: "The community's code.")
    var community: String

    @Option(
        name: .long,
        help: "The beginning: a UTC date (2016-08-01) or an RFC 3339 time; default: the community's first."
    )
    var from: String?

    @Option(name: .long, help: "The end, exclusive, likewise; default: all that is settled.")
    var until: String?

    func run() async throws {
        let configuration = try options.load()
        _ = try configuration.requireDatabase()
        let (begin, end) = (try instant(from, "--from") ?? .min, try instant(until, "--until") ?? .max)
        guard begin < end else { throw CommandFailure(.usage, "--from must be before --until") }
        let code = community
        let outcome = await onOwnThread("settle") { () -> Result<SpanReceipt, CommandFailure> in
            do {
                let counted = SettledCount()
                let loop = try SettlementAssembly.loop(configuration) { event in
                    if case .settled(_, let receipt, _, _) = event { counted.add(receipt) }
                }
                try loop.settleAgain(community: code, from: begin, until: end)
                return .success(counted.total)
            } catch let failure as SettlementFailure {
                return .failure(CommandFailure(failure.isRetriable ? .unavailable : .badData, failure.description))
            } catch {
                return .failure(CommandFailure(.unavailable, "\(error)"))
            }
        }
        let receipt = try outcome.get()
        print(
            "settled \(receipt.settled) intervals for the first time, changed \(receipt.resettled), corrected \(receipt.corrected)"
        )
    }

    private func instant(_ text: String?, _ option: String) throws -> Int64? {
        guard let text else { return nil }
        guard let time = InstantText.parse(text.utf8.count == 10 ? text + "T00:00:00Z" : text) else {
            throw CommandFailure(
                .usage,
                "\(option): a date like 2016-08-01 or a time like 2016-08-01T07:00:00Z is expected"
            )
        }
        return time
    }
}
