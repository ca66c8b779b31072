internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

/// Reads anomalies.
public struct AnomalyQuery {
    private let connection: PostgresConnection

    /// Asks over a connection.
    public init(_ connection: PostgresConnection) { self.connection = connection }

    /// The anomalies that pass the filter, the newest first, and how many pass in all.
    public func list(_ filter: AnomalyFilter, limit: Int) throws -> (anomalies: [AnomalyRecord], count: Int64) {
        try connection.snapshot {
            let condition = Self.condition(filter)
            let rows = try connection.query(
                """
                select \(Self.columns) from \(Self.tables) where \(condition.sql)
                order by a.to_at desc, a.anomaly_id desc limit \(max(0, limit))
                """,
                condition.parameters
            )
            let count = try connection.query(
                "select count(*) from \(Self.tables) where \(condition.sql)",
                condition.parameters
            )
            return ((0..<rows.rowCount).map { Self.record(rows, $0) }, count.int64(0, 0) ?? 0)
        }
    }

    /// How many anomalies pass the filter, by kind, most frequent first.
    public func counts(_ filter: AnomalyFilter) throws(PostgresError) -> [ReasonCount] {
        let condition = Self.condition(filter)
        let rows = try connection.query(
            "select a.kind, count(*) from \(Self.tables) where \(condition.sql) group by a.kind order by 2 desc, 1",
            condition.parameters
        )
        return (0..<rows.rowCount).map { ReasonCount(reason: rows.text($0, 0) ?? "", count: rows.int64($0, 1) ?? 0) }
    }

    /// An anomaly with the readings around it, in one snapshot.
    ///
    /// - Throws: ``QueryFailure`` if there is none of this number; ``PostgresError``.
    public func context(of id: Int64) throws -> AnomalyContext { try connection.snapshot { try read(id) } }

    /// An anomaly with the readings around it, and what the decisions that make sense without a word more would do to the energy.
    ///
    /// - Throws: As ``context(of:)``.
    public func outlook(of id: Int64) throws -> (context: AnomalyContext, choices: [DecisionChoice]) {
        let context = try context(of: id)
        return (context, DecisionChoice.all(for: context))
    }

    /// The same within the caller's transaction.
    func read(_ id: Int64) throws -> AnomalyContext {
        let rows = try connection.query(
            """
            select \(Self.columns), d.kind, d.registers, d.connection_watts, d.inverter_watts, d.register_digits
            from \(Self.tables) where a.anomaly_id = $1
            """,
            [.int64(id)]
        )
        guard rows.rowCount == 1 else {
            throw QueryFailure("there is no anomaly \(id): wattsource anomalies list shows what there is")
        }
        let anomaly = Self.record(rows, 0)
        let kind = rows.text(0, Self.columnCount).flatMap(TelemetryKind.init(rawValue:)) ?? .register
        return AnomalyContext(
            anomaly: anomaly,
            kind: kind,
            registers: rows.text(0, Self.columnCount + 1).flatMap(MeterRegisters.init(rawValue:)) ?? .both,
            limits: ConnectionLimits(
                connectionWatts: rows.int64(0, Self.columnCount + 2) ?? ConnectionLimits().connectionWatts,
                inverterWatts: rows.int64(0, Self.columnCount + 3),
                registerDigits: rows.int32(0, Self.columnCount + 4).map { Int($0) }
            ),
            readings: try readings(around: anomaly, kind),
            history: try history(around: anomaly),
            swaps: try swaps(of: anomaly.deviceID)
        )
    }

    // MARK: Readings

    /// How many readings are shown on each side, and how many between.
    private static let neighbours = 5
    private static let most = 200

    private func readings(
        around anomaly: AnomalyRecord,
        _ kind: TelemetryKind
    ) throws(PostgresError) -> [AnomalyContext.Reading] {
        let (table, time, seconds) =
            kind == .interval
            ? ("energy.interval_reading", "interval_start", "seconds")
            : ("energy.reading", "measured_at", "null::integer")
        let columns =
            "select \(time) as at, import_wh, export_wh, quality, received_at, \(seconds) as seconds from \(table)"
        let limit = Self.neighbours + (anomaly.fromAt == anomaly.toAt ? 1 : 0)
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("r.at")), r.import_wh, r.export_wh, r.quality::text, \(PostgresTimestamp.sql("r.received_at")),
                   r.seconds, n.decision
            from (
                (\(columns) where device_id = $1 and \(time) <= $2 order by \(time) desc limit \(limit))
                union (\(columns) where device_id = $1 and \(time) > $2 and \(time) < $3 order by \(time) limit \(Self.most))
                union (\(columns) where device_id = $1 and \(time) >= $3 order by \(time) limit \(limit))
            ) r
            left join energy.reading_decision n on n.device_id = $1 and n.measured_at = r.at
            order by r.at
            """,
            [.int32(anomaly.deviceID), .timestamp(anomaly.fromAt), .timestamp(anomaly.toAt)]
        )
        return (0..<rows.rowCount).map { row in
            AnomalyContext.Reading(
                time: rows.int64(row, 0) ?? 0,
                importWh: rows.int64(row, 1),
                exportWh: rows.int64(row, 2),
                quality: rows.text(row, 3) ?? "",
                receivedAt: rows.int64(row, 4) ?? 0,
                seconds: rows.int32(row, 5),
                decision: rows.text(row, 6).flatMap(ReadingDecision.init(rawValue:))
            )
        }
    }

    private func history(around anomaly: AnomalyRecord) throws(PostgresError) -> [AnomalyContext.PastReading] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("measured_at")), import_wh, export_wh, quality::text, \(PostgresTimestamp.sql("received_at")),
                   seconds, cause, \(PostgresTimestamp.sql("recorded_at"))
            from energy.reading_history where device_id = $1 and measured_at between $2 and $3
            order by measured_at, recorded_at limit \(Self.most)
            """,
            [.int32(anomaly.deviceID), .timestamp(anomaly.fromAt), .timestamp(anomaly.toAt)]
        )
        return (0..<rows.rowCount).map { row in
            AnomalyContext.PastReading(
                reading: AnomalyContext.Reading(
                    time: rows.int64(row, 0) ?? 0,
                    importWh: rows.int64(row, 1),
                    exportWh: rows.int64(row, 2),
                    quality: rows.text(row, 3) ?? "",
                    receivedAt: rows.int64(row, 4) ?? 0,
                    seconds: rows.int32(row, 5)
                ),
                cause: rows.text(row, 6) ?? "",
                recordedAt: rows.int64(row, 7) ?? 0
            )
        }
    }

    private func swaps(of device: Int32) throws(PostgresError) -> [RegistryMeterSwap] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("swapped_at")), import_final_wh, import_start_wh, export_final_wh, export_start_wh
            from energy.meter_swap where device_id = $1 order by swapped_at
            """,
            [.int32(device)]
        )
        return (0..<rows.rowCount).map { RegistryMeterSwap(rows, $0, from: 0) }
    }

    // MARK: Rows

    private static let tables = """
        energy.anomaly a join energy.device d using (device_id) left join energy.member m using (member_id)
        left join energy.community c on c.community_id = m.community_id
        """
    private static let columnCount = 13
    private static let columns = """
        a.anomaly_id, a.device_id, d.hub_device_id, c.code || '/' || m.code, a.kind, \(PostgresTimestamp.sql("a.from_at")), \
        \(PostgresTimestamp.sql("a.to_at")), a.detail, \(PostgresTimestamp.sql("a.found_at")), a.resolution, a.resolved_by, \
        \(PostgresTimestamp.sql("a.resolved_at")), a.note
        """

    private static func record(_ rows: PostgresResult, _ row: Int) -> AnomalyRecord {
        var record = AnomalyRecord(id: rows.int64(row, 0) ?? 0)
        record.deviceID = rows.int32(row, 1) ?? 0
        record.hubDeviceID = rows.text(row, 2) ?? ""
        record.member = rows.text(row, 3)
        record.kind = rows.text(row, 4) ?? ""
        record.fromAt = rows.int64(row, 5) ?? 0
        record.toAt = rows.int64(row, 6) ?? 0
        record.detail = rows.text(row, 7) ?? ""
        record.foundAt = rows.int64(row, 8) ?? 0
        record.resolution = rows.text(row, 9).flatMap(AnomalyResolution.init(rawValue:))
        record.resolvedBy = rows.text(row, 10)
        record.resolvedAt = rows.int64(row, 11)
        record.note = rows.text(row, 12)
        return record
    }

    /// The filter as SQL; what is not asked for is not in it.
    private static func condition(_ filter: AnomalyFilter) -> (sql: String, parameters: [PostgresParameter]) {
        var terms = ["true"]
        var parameters: [PostgresParameter] = []
        func add(_ term: (String) -> String, _ parameter: PostgresParameter?) {
            guard let parameter else { return }
            parameters.append(parameter)
            terms.append(term("$\(parameters.count)"))
        }
        add(
            {
                """
                exists (select from energy.participation p join energy.community pc using (community_id)
                        where p.device_id = a.device_id and pc.code = \($0) and p.valid_during && tstzrange(a.from_at, a.to_at, '[]'))
                """
            },
            filter.community.map { .text($0) }
        )
        add({ "d.hub_device_id = \($0)" }, filter.device.map { .text($0) })
        add({ "a.kind = \($0)" }, filter.kind.map { .text($0) })
        add({ "a.to_at >= \($0)" }, filter.since.map { .timestamp($0) })
        add({ "a.from_at < \($0)" }, filter.until.map { .timestamp($0) })
        if !filter.includesResolved { terms.append("a.resolution is null") }
        return (terms.joined(separator: " and "), parameters)
    }
}
