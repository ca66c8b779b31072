import ArgumentParser
import MeterReadings
import PostgresStore

/// The options by which dead letters are chosen.
struct DeadLetterSelection: ParsableArguments {
    @Option(name: .long, help: "Only this reason code, bad_json say.")
    var reason: String?

    @Option(name: .long, help: "Only this device, as the hub names it.")
    var device: String?

    @Option(name: .long, help: "Only devices of this community: of its members, or that ever took part in it.")
    var community: String?

    @Option(name: .long, help: "Only this topic.")
    var topic: String?

    @Option(name: .long, help: "Only this partition's number.")
    var partition: Int32?

    @Option(
        name: .long,
        help: ArgumentHelp("Only what was enqueued then or later: a UTC date or RFC 3339.", valueName: "time")
    )
    var since: TimeArgument?

    @Option(
        name: .long,
        help: ArgumentHelp("Only what was enqueued earlier: a UTC date or RFC 3339.", valueName: "time")
    )
    var until: TimeArgument?

    func validate() throws {
        guard reason.map({ RefusalReason(rawValue: $0) == nil }) ?? false else { return }
        let codes = RefusalReason.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("--reason is one of \(codes)")
    }

    /// The filter for the store.
    func filter(ids: [DeadLetterID] = [], includesResolved: Bool = false) -> DeadLetterFilter {
        DeadLetterFilter(
            reason: reason,
            device: device,
            community: community,
            topic: topic,
            partition: partition,
            since: since?.instantInUTC,
            until: until?.instantInUTC,
            ids: ids,
            includesResolved: includesResolved
        )
    }

    /// Whether nothing is asked for.
    var isEmpty: Bool {
        reason == nil && device == nil && community == nil && topic == nil && partition == nil && since == nil
            && until == nil
    }
}
