internal import Ingestion
internal import MeterReadings
internal import ReadingImport

/// Writes readings by hand: history from before the stream, and corrections.
///
/// All of it or nothing, in one transaction behind the batch gate: ingest waits meanwhile. The readings take their places by the one order
/// (``PlacementSQL``); a `reading_event` of each table says who added how many rows and why, and the history names it; what they touch
/// becomes due, so that running workers settle it again by themselves.
public struct ReadingImporter {
    private let connection: PostgresConnection
    private let width: PartitionWidth

    /// Works over a connection that nobody else uses and that is in no transaction.
    ///
    /// - Parameter width: of partitions that have to be made.
    public init(_ connection: PostgresConnection, width: PartitionWidth) {
        self.connection = connection
        self.width = width
    }

    /// Imports, or tries to.
    public func run(_ request: ImportRequest) throws -> ImportResult {
        try HandRules.check(author: request.author, reason: request.reason)
        return try HandSession.run(connection, isTrial: request.isTrial) { session in
            let devices = try session.devices(Set(request.readings.map(\.device)))
            let rules = ImportRules(devices: devices, now: session.now, sealedUntil: session.sealedUntil)
            var result = ImportResult()
            var rows: [ReadingRow] = []
            for (index, found) in request.readings.enumerated() {
                switch rules.judge(found) {
                case .failure(let fault): result.refused.append(fault)
                case .success(let (reading, deviceID)):
                    rows.append(Self.row(reading, of: deviceID, at: session.now, index))
                }
            }
            guard result.refused.isEmpty || request.skipsRefused else { return (result, false) }
            try write(rows, request, session, &result)
            return (result, result.counts.accepted + result.counts.replaced + result.counts.duplicate > 0)
        }
    }

    private func write(
        _ rows: [ReadingRow],
        _ request: ImportRequest,
        _ session: HandSession,
        _ result: inout ImportResult
    ) throws(PostgresError) {
        result.outcomes = [ReadingOutcome?](repeating: nil, count: request.readings.count)
        if rows.isEmpty { return }
        for relation in ReadingRelation.allCases {
            let own = rows.filter { $0.relation == relation }
            if own.isEmpty { continue }
            let days = Set(own.map { Int32(clamping: $0.measuredAt / UTCTime.day) }).sorted()
            _ = try KnownPartitions.make(days, of: relation.partitioned, width: width, connection)
        }
        var events: [ReadingRelation: ReadingEvent] = [:]
        for relation in ReadingRelation.allCases where rows.contains(where: { $0.relation == relation }) {
            events[relation] = try ReadingEvent.open(
                .import,
                of: relation,
                actor: request.author,
                reason: request.reason,
                at: session.now,
                connection
            )
        }
        let placed = try session.placement.place(
            rows,
            groups: request.readings.count,
            behind: session.horizon,
            eventIDs: events.mapValues(\.id)
        )
        for (relation, event) in events { try event.close(readings: placed.accepted[relation] ?? 0, connection) }
        for row in rows {
            result.outcomes[Int(row.partitionIndex)] = Self.outcome(placed.outcomes[Int(row.partitionIndex)])
        }
        result.counts = placed.total
        result.dueAgain = try session.dueAgain()
    }

    /// A row of its own group, so that its outcome is told.
    private static func row(_ reading: MeterReading, of deviceID: Int32, at now: Int64, _ index: Int) -> ReadingRow {
        ReadingRow(
            deviceID: deviceID,
            measuredAt: reading.measuredAt,
            importWh: reading.importWh ?? -1,
            exportWh: reading.exportWh ?? -1,
            quality: reading.quality.rawValue,
            flags: reading.flags.rawValue,
            receivedAt: now,
            previousAt: .min,
            partitionIndex: Int32(index),
            intervalSeconds: reading.intervalSeconds
        )
    }

    private static func outcome(_ counts: OutcomeCounts) -> ReadingOutcome {
        if counts.accepted > 0 { return .accepted }
        if counts.replaced > 0 { return .replaced }
        return counts.superseded > 0 ? .superseded : .duplicate
    }
}
