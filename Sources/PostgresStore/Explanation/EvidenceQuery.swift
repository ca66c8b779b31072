internal import CommunityRegistry
internal import EnergySharing
internal import Settlement

/// Reads what a meter said about an interval, and finds out what of it is used.
struct EvidenceQuery {
    private let store: PostgresSettlementStore
    private let interval: SettledQuery
    private let meter: CommunityTerms.Meter

    init(_ store: PostgresSettlementStore, _ interval: SettledQuery, _ meter: CommunityTerms.Meter) {
        self.store = store
        self.interval = interval
        self.meter = meter
    }

    /// Reads what settlement reads, and explains the interval's energy by it.
    func evidence() throws -> MeterEvidence {
        let length = interval.end - interval.start
        var energy: MeterEvidence.Energy
        var findings: [ReadingFinding]
        var used: Set<Int64> = []
        switch meter.kind {
        case .register:
            var readings: [RegisterReading] = []
            try store.readings(ofMeters: [interval.device], from: interval.start, until: interval.end) { readings = $1 }
            let series = RegisterSeries(
                readings: readings,
                limits: meter.limits,
                epochs: meter.epochs,
                decisions: meter.decisions
            )
            let trace = series.explain(from: interval.start, interval: length)
            (energy, findings) = (.registers(trace), series.findings)
            for register in [trace.imported, trace.exported] {
                for edge in [register.start, register.end] {
                    used.formUnion([edge.before?.time, edge.after?.time].compactMap { $0 })
                }
                for turn in register.turns { used.formUnion([turn.from.time, turn.to.time]) }
            }
        case .interval:
            var readings: [IntervalReading] = []
            try store.intervalReadings(ofMeters: [interval.device], from: interval.start, until: interval.end) {
                readings = $1
            }
            let series = IntervalSeries(readings: readings, limits: meter.limits, decisions: meter.decisions)
            let trace = series.explain(from: interval.start, interval: length)
            (energy, findings) = (.intervals(trace), series.findings)
            used.formUnion(trace.pieces.map(\.reading.start))
        }
        findings.removeAll { $0.from > interval.end || $0.to < interval.start }
        let first = used.min() ?? interval.start
        let last = max(used.max() ?? interval.end, first)
        return MeterEvidence(
            energy: energy,
            readings: try readings(used, from: first, to: max(last, interval.end), findings),
            exchanges: try exchanges(from: first, to: last),
            findings: findings
        )
    }

    /// How many readings that were not used are told at most.
    private static let mostUnused: Int64 = 50

    /// The stored readings that were used, and those between them that do not count.
    private func readings(
        _ used: Set<Int64>,
        from: Int64,
        to: Int64,
        _ findings: [ReadingFinding]
    ) throws -> [MeterEvidence.Reading] {
        let outliers = Set(findings.filter { $0.kind == .outlier }.map(\.from))
        let overlaps = Set(findings.filter { $0.kind == .overlap }.map(\.from))
        // A reading of an interval may begin before what is asked about.
        let reach = meter.kind == .interval ? IntervalSeries.reach : 0
        let entries = try ReadingHistoryQuery.stored(
            device: interval.device,
            from: from - reach,
            to: to,
            at: used.union(outliers).union(overlaps).sorted(),
            orUncountedUpTo: Self.mostUnused,
            interval.connection
        )
        let deciders = try deciders(entries.map(\.measuredAt))
        return entries.compactMap { entry in
            // What ended before the interval has nothing to do with it.
            if let seconds = entry.seconds, entry.measuredAt + Int64(seconds) * 1_000_000 <= interval.start {
                return nil
            }
            if entry.seconds != nil, entry.measuredAt >= interval.end { return nil }
            let decision = meter.decisions[entry.measuredAt]
            let takesPart = entry.quality.utf8.first.flatMap(EnergyQuality.init(letter:)) != nil
            let use: MeterEvidence.Use =
                switch decision {
                case .setAside: .setAside
                case _ where !takesPart: .quality
                case _ where outliers.contains(entry.measuredAt): .outlier
                case _ where overlaps.contains(entry.measuredAt): .overlap
                case .accept: .accepted
                case nil: .counts
                }
            return MeterEvidence.Reading(entry: entry, use: use, decidedBy: deciders[entry.measuredAt])
        }
    }

    /// Who decided about readings, and why.
    private func deciders(_ times: [Int64]) throws(PostgresError) -> [Int64: HistoryEntry.Actor] {
        let rows = try interval.connection.query(
            """
            select \(PostgresTimestamp.sql("measured_at")), decided_by, reason from energy.reading_decision
            where device_id = $1 and measured_at = any($2)
            """,
            [.int32(interval.device), .timestampArray(times)]
        )
        return Dictionary(
            uniqueKeysWithValues: (0..<rows.rowCount).map { row in
                (rows.int64(row, 0) ?? 0, .init(name: rows.text(row, 1) ?? "", reason: rows.text(row, 2) ?? ""))
            }
        )
    }

    /// The exchanges after the first and up to the last reading.
    private func exchanges(from: Int64, to: Int64) throws(PostgresError) -> [RegistryMeterSwap] {
        let rows = try interval.connection.query(
            """
            select \(PostgresTimestamp.sql("swapped_at")), import_final_wh, import_start_wh, export_final_wh, export_start_wh
            from energy.meter_swap where device_id = $1 and swapped_at > $2 and swapped_at <= $3 order by swapped_at
            """,
            [.int32(interval.device), .timestamp(from), .timestamp(to)]
        )
        return (0..<rows.rowCount).map { RegistryMeterSwap(rows, $0, from: 0) }
    }
}
