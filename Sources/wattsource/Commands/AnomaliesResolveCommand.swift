import ArgumentParser
import CommunityRegistry
import PostgresStore

/// `wattsource anomalies resolve`: says what an anomaly was.
struct AnomaliesResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Say what an anomaly was: a meter's exchange, a wrong reading, or right as it is.",
        discussion: """
            --as meter-swap  the meter was exchanged. With the old meter's last and the new
                             one's first register the energy runs on; without, none is
                             counted across the exchange.
            --as set-aside   a reading is wrong: it takes no part, as if it were not there.
            --as accept      what the readings say is right: a rise counts, however large;
                             a fall is known, and no energy crosses it.

            Whatever it touches is settled again by running workers; final intervals that
            change get a revision. wattsource anomalies reopen takes it back.

            Registers are whole Wh, or kWh with the unit: 12345678 or 12345.678kWh.

            Examples:
              wattsource anomalies resolve 12 --as meter-swap --import-final 18240.113kWh \\
                --import-start 0 --at 2016-09-01T10:20:00Z --by "M. Huber" --note "protocol 4711"
              wattsource anomalies resolve 13 --as set-aside --reading after \\
                --by "M. Huber" --note "reader was tested" --dry-run
            """
    )

    @Argument(help: "Its number, as wattsource anomalies list shows it.")
    var id: Int64

    @Option(name: .customLong("as"), help: "meter-swap, set-aside or accept.")
    var resolution: ResolutionArgument

    @Option(name: .long, help: "Which reading is set aside: before, after, or its time (RFC 3339).")
    var reading: ReadingArgument?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "When the meter was exchanged (RFC 3339); default: at the first reading after.",
            valueName: "time"
        )
    )
    var at: TimeArgument?

    @Option(name: .long, help: ArgumentHelp("The old meter's last import register.", valueName: "energy"))
    var importFinal: EnergyArgument?

    @Option(name: .long, help: ArgumentHelp("The new meter's first import register.", valueName: "energy"))
    var importStart: EnergyArgument?

    @Option(name: .long, help: ArgumentHelp("The old meter's last export register.", valueName: "energy"))
    var exportFinal: EnergyArgument?

    @Option(name: .long, help: ArgumentHelp("The new meter's first export register.", valueName: "energy"))
    var exportStart: EnergyArgument?

    @Option(name: .long, help: ArgumentHelp("Who decides; it is kept.", valueName: "name"))
    var by: String

    @Option(name: .long, help: ArgumentHelp("Why; it is kept.", valueName: "text"))
    var note: String

    @Flag(name: .long, help: "Only show what would happen.")
    var dryRun = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    func validate() throws { _ = try decision() }

    mutating func run() async throws {
        let decision = try decision()
        let configuration = try options.load()
        let report = try DatabaseSession.run(configuration) {
            try AnomalyDecisions($0).resolve(id, as: decision, by: by, note: note, isDryRun: dryRun)
        }
        try StandardOutput.write(AnomalyText.lines(report, resolvedAs: decision.resolution, isDryRun: dryRun))
    }

    /// What the options say, if they go together.
    func decision() throws(ValidationError) -> AnomalyDecision {
        let registers = [importFinal, importStart, exportFinal, exportStart]
        let isSwap = resolution.value == .meterSwap
        if !isSwap, at != nil || registers.contains(where: { $0 != nil }) {
            throw ValidationError("--at and registers go with --as meter-swap")
        }
        if resolution.value != .setAside, reading != nil { throw ValidationError("--reading goes with --as set-aside") }
        switch resolution.value {
        case .accept: return .accept
        case .setAside: return .setAside(reading?.choice)
        case .meterSwap:
            return .meterSwap(
                at: at?.instantInUTC,
                imported: try Self.exchange("import", importFinal, importStart),
                exported: try Self.exchange("export", exportFinal, exportStart)
            )
        }
    }

    private static func exchange(
        _ register: String,
        _ final: EnergyArgument?,
        _ start: EnergyArgument?
    ) throws(ValidationError) -> RegistryMeterSwap.Exchange? {
        switch (final, start) {
        case (nil, nil): return nil
        case (let final?, let start?): return .init(finalWh: final.wattHours, startWh: start.wattHours)
        default: throw ValidationError("--\(register)-final and --\(register)-start go together")
        }
    }
}
