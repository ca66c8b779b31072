internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

/// Decides on anomalies: records what people say, and makes due again what it touches.
///
/// One transaction each. Workers settle what is due by themselves; final intervals that change get a revision with the cause `decision`.
///
/// Locks, in this order: whoever applies a registry; the anomaly; the batch gate, alone, so that the recent windows of the workers, which are
/// emptied by the registry's new version, cannot hold what counts no more.
public struct AnomalyDecisions {
    private let connection: PostgresConnection

    /// Decides over a connection, which must not be in a transaction.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// Resolves an anomaly.
    ///
    /// - Parameters:
    ///   - id: its number.
    ///   - decision: what it was.
    ///   - by: who says so.
    ///   - note: why.
    ///   - isDryRun: only say what would happen.
    /// - Throws: ``QueryFailure`` if the decision makes no sense; ``PostgresError``.
    public func resolve(
        _ id: Int64,
        as decision: AnomalyDecision,
        by: String,
        note: String,
        isDryRun: Bool = false
    ) throws -> DecisionReport {
        guard !by.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("a decision needs a name: say who decides with --by")
        }
        guard !note.allSatisfy(\.isWhitespace) else {
            throw QueryFailure("a decision needs a reason: say why with --note")
        }
        return try transaction(isDryRun, on: id) {
            let context = try AnomalyQuery(connection).read(id)
            let outcome = try DecisionRules.outcome(of: decision, context)
            let spans = try DecisionReach(connection).spans(of: Self.places(of: outcome, context.anomaly.deviceID))
            let report = DecisionReport(
                anomaly: context.anomaly,
                recorded: Self.sentences(outcome, context.anomaly, of: context.registers),
                effect: context.effect(of: outcome),
                dueAgain: try SettledIntervals(connection).dueAgain(in: spans, .byCommunity)
            )
            if isDryRun { return report }
            try write(outcome, context.anomaly, by: by, note: note)
            _ = try connection.query(
                """
                update energy.anomaly set resolution = $2, resolved_by = $3, resolved_at = now(), note = $4 where anomaly_id = $1
                """,
                [.int64(id), .text(decision.resolution.rawValue), .text(by), .text(note)]
            )
            if outcome != .nothing { try makeDue(spans) }
            return report
        }
    }

    /// Takes back how an anomaly was resolved: it is open again, and what was recorded for it is gone.
    ///
    /// - Throws: ``QueryFailure`` if it is open; ``PostgresError``.
    public func reopen(_ id: Int64, isDryRun: Bool = false) throws -> DecisionReport {
        try transaction(isDryRun, on: id) {
            let context = try AnomalyQuery(connection).read(id)
            guard context.anomaly.resolution != nil else {
                throw QueryFailure("anomaly \(id) is open: there is nothing to take back")
            }
            let outcomes = try recorded(for: context.anomaly)
            let reach = DecisionReach(connection)
            let spans = try reach.spans(of: outcomes.flatMap { Self.places(of: $0, context.anomaly.deviceID) })
            let report = DecisionReport(
                anomaly: context.anomaly,
                recorded: outcomes.flatMap { Self.sentences($0, context.anomaly) },
                dueAgain: try SettledIntervals(connection).dueAgain(in: spans, .byCommunity)
            )
            if isDryRun { return report }
            _ = try connection.query("delete from energy.meter_swap where anomaly_id = $1", [.int64(id)])
            _ = try connection.query("delete from energy.reading_decision where anomaly_id = $1", [.int64(id)])
            _ = try connection.query(
                """
                update energy.anomaly set resolution = null, resolved_by = null, resolved_at = null, note = null where anomaly_id = $1
                """,
                [.int64(id)]
            )
            if !outcomes.isEmpty { try makeDue(spans) }
            return report
        }
    }

    // MARK: Recording

    private func write(
        _ outcome: DecisionRules.Outcome,
        _ anomaly: AnomalyRecord,
        by: String,
        note: String
    ) throws(PostgresError) {
        let whose: [PostgresParameter] = [.int32(anomaly.deviceID), .int64(anomaly.id), .text(by), .text(note)]
        switch outcome {
        case .nothing: break
        case .reading(let time, let decision):
            _ = try connection.query(
                """
                insert into energy.reading_decision (device_id, anomaly_id, decided_by, reason, measured_at, decision)
                values ($1, $2, $3, $4, $5, $6)
                """,
                whose + [.timestamp(time), .text(decision.rawValue)]
            )
        case .swap(let swap):
            _ = try connection.query(
                """
                insert into energy.meter_swap (device_id, anomaly_id, recorded_by, reason, swapped_at, import_final_wh, import_start_wh,
                                               export_final_wh, export_start_wh)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
                """,
                whose + [
                    .timestamp(swap.at), .optional(swap.imported?.finalWh), .optional(swap.imported?.startWh),
                    .optional(swap.exported?.finalWh), .optional(swap.exported?.startWh),
                ]
            )
        }
    }

    /// What was recorded for an anomaly.
    private func recorded(for anomaly: AnomalyRecord) throws(PostgresError) -> [DecisionRules.Outcome] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("measured_at")), decision from energy.reading_decision where anomaly_id = $1
            union all
            select \(PostgresTimestamp.sql("swapped_at")), null from energy.meter_swap where anomaly_id = $1
            order by 1
            """,
            [.int64(anomaly.id)]
        )
        return (0..<rows.rowCount).map { row in
            let time = rows.int64(row, 0) ?? 0
            guard let decision = rows.text(row, 1).flatMap(ReadingDecision.init(rawValue:)) else {
                return .swap(RegistryMeterSwap(at: time))
            }
            return .reading(at: time, decision)
        }
    }

    /// Makes spans due, and lets every worker read the registry anew: what it remembers of a device's last reading may count no more.
    private func makeDue(_ spans: [CommunitySpan]) throws(PostgresError) {
        try DecisionReach(connection).makeDue(spans, cause: "decision")
        try connection.run("update energy.control set registry_version = registry_version + 1")
    }

    // MARK: Saying

    private static func places(of outcome: DecisionRules.Outcome, _ device: Int32) -> [DecisionReach.Place] {
        switch outcome {
        case .nothing: []
        case .reading(let time, _): [DecisionReach.Place(deviceID: device, at: time, isReading: true)]
        case .swap(let swap): [DecisionReach.Place(deviceID: device, at: swap.at, isReading: false)]
        }
    }

    /// What is recorded; with `registers`, also what of them is known at an exchange.
    private static func sentences(
        _ outcome: DecisionRules.Outcome,
        _ anomaly: AnomalyRecord,
        of registers: MeterRegisters? = nil
    ) -> [String] {
        switch outcome {
        case .nothing: return []
        case .reading(let time, let decision):
            return ["\(decision.rawValue) the reading of \(anomaly.hubDeviceID) at \(InstantText.format(time))"]
        case .swap(let swap):
            let known = [
                registers == .export ? nil : ("import", swap.imported),
                registers == .import ? nil : ("export", swap.exported),
            ].compactMap(\.self).map { name, exchange in
                exchange.map { "\(name) \($0.finalWh) Wh -> \($0.startWh) Wh" }
                    ?? "\(name) not known, none is counted across it"
            }
            return ["meter swap of \(anomaly.hubDeviceID) at \(InstantText.format(swap.at))"]
                .map { registers == nil ? $0 : "\($0): \(known.joined(separator: "; "))" }
        }
    }

    // MARK: The transaction

    private func transaction<Result>(_ isDryRun: Bool, on id: Int64, _ body: () throws -> Result) throws -> Result {
        if isDryRun { return try connection.snapshot(body) }
        try connection.run("begin; set local lock_timeout = '10s'")
        do {
            try connection.run("select pg_advisory_xact_lock(\(PostgresRegistryStore.lockKey))")
            // Before the gate, which nobody holds who waits for rows: settlement may be about to take the anomaly away.
            _ = try connection.query("select from energy.anomaly where anomaly_id = $1 for update", [.int64(id)])
            try connection.run(BatchGate.enterExclusively)
            let result = try body()
            try connection.commit()
            return result
        } catch {
            connection.rollback()
            throw error
        }
    }
}
