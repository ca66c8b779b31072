internal import EnergySharing
internal import Settlement

extension PostgresSettlementStore {
    /// What the registry, and people, say about a community.
    static func terms(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> CommunityTerms {
        CommunityTerms(
            communityID: community,
            rules: try rules(of: community, connection),
            participations: try participations(of: community, connection),
            elsewhere: try elsewhere(of: community, connection),
            meters: try meters(of: community, connection)
        )
    }

    private static func rules(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [SettlementRule] {
        let rows = try connection.query(
            """
            select \(PostgresTimestamp.sql("lower(valid_during)")), \(PostgresTimestamp.sql("upper(valid_during)")),
                   interval_minutes, sharing_key, rounds, remainder,
                   (extract(epoch from grace) * 1000000)::bigint, (extract(epoch from finality) * 1000000)::bigint,
                   final_day, (extract(epoch from final_time) * 1000000)::bigint, (extract(epoch from corrections) * 1000000)::bigint
            from energy.community_rule where community_id = $1 order by valid_during
            """,
            [.int32(community)]
        )
        var rules: [SettlementRule] = []
        for row in 0..<rows.rowCount {
            guard let key = rows.text(row, 3).flatMap(SharingKey.init),
                let rounds = rows.text(row, 4).flatMap(SharingRounds.init),
                let remainder = rows.text(row, 5).flatMap(SharingRemainder.init),
                let minutes = rows.int64(row, 2), let grace = rows.int64(row, 6), let finality = rows.int64(row, 7)
            else {
                throw PostgresError(
                    .protocolViolation,
                    """
                    community \(community) has a rule that this version of wattsource does not know (sharing key \
                    \(rows.text(row, 3) ?? "none")): run the version that applied the registry
                    """
                )
            }
            rules.append(
                SettlementRule(
                    validFrom: rows.int64(row, 0) ?? .min,
                    validUntil: rows.int64(row, 1) ?? .max,
                    interval: minutes * 60_000_000,
                    sharing: SharingRule(key: key, rounds: rounds, remainder: remainder),
                    grace: grace,
                    finality: Self.finality(rows, row) ?? .after(finality),
                    corrections: rows.int64(row, 10)
                )
            )
        }
        return rules
    }

    /// The day and time by which a rule has a calendar, if it has one.
    private static func finality(_ rows: PostgresResult, _ row: Int) -> SettlementRule.Finality? {
        guard let day = rows.int32(row, 8), let time = rows.int64(row, 9) else { return nil }
        return .calendar(day: day, time: time)
    }

    static func participations(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Participation] {
        let rows = try connection.query(
            """
            select device_id, \(PostgresTimestamp.sql("lower(valid_during)")), \(PostgresTimestamp.sql("upper(valid_during)")),
                   participation_ppm, coalesce(share_ppm, 0), priority
            from energy.participation where community_id = $1 order by device_id, valid_during
            """,
            [.int32(community)]
        )
        return (0..<rows.rowCount).map { row in
            Participation(
                deviceID: rows.int32(row, 0) ?? 0,
                from: rows.int64(row, 1) ?? .min,
                until: rows.int64(row, 2) ?? .max,
                participationPPM: rows.int64(row, 3) ?? 0,
                sharePPM: rows.int64(row, 4) ?? 0,
                priority: rows.int32(row, 5)
            )
        }
    }

    private static func elsewhere(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [PartElsewhere] {
        let rows = try connection.query(
            """
            select device_id, community_id, \(PostgresTimestamp.sql("lower(valid_during)")),
                   \(PostgresTimestamp.sql("upper(valid_during)")), participation_ppm
            from energy.participation where device_id in (\(takingPart)) and community_id <> $1
            """,
            [.int32(community)]
        )
        return (0..<rows.rowCount).map { row in
            PartElsewhere(
                deviceID: rows.int32(row, 0) ?? 0,
                communityID: rows.int32(row, 1) ?? 0,
                from: rows.int64(row, 2) ?? .min,
                until: rows.int64(row, 3) ?? .max,
                participationPPM: rows.int64(row, 4) ?? 0
            )
        }
    }

    static func meters(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: CommunityTerms.Meter] {
        let rows = try connection.query(
            """
            select device_id, hub_device_id, kind, connection_watts, inverter_watts, register_digits from energy.device
            where device_id in (\(takingPart))
            """,
            [.int32(community)]
        )
        let epochs = try epochs(of: community, connection)
        let decisions = try decisions(of: community, connection)
        var meters: [Int32: CommunityTerms.Meter] = [:]
        for row in 0..<rows.rowCount {
            let device = rows.int32(row, 0) ?? 0
            guard let kind = rows.text(row, 2).flatMap(CommunityTerms.Meter.Kind.init) else {
                throw PostgresError(
                    .protocolViolation,
                    "device \(device) has a kind that this version of wattsource does not know: \(rows.text(row, 2) ?? "none")"
                )
            }
            meters[device] = CommunityTerms.Meter(
                hubDeviceID: rows.text(row, 1) ?? "",
                kind: kind,
                limits: ConnectionLimits(
                    connectionWatts: rows.int64(row, 3) ?? ConnectionLimits().connectionWatts,
                    inverterWatts: rows.int64(row, 4),
                    registerDigits: rows.int32(row, 5).map { Int($0) }
                ),
                epochs: epochs[device] ?? [],
                decisions: decisions[device] ?? [:]
            )
        }
        return meters
    }

    /// The devices of a community, as SQL.
    private static let takingPart = "select device_id from energy.participation where community_id = $1"

    private static func epochs(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: [MeterEpoch]] {
        let rows = try connection.query(
            """
            select device_id, \(PostgresTimestamp.sql("valid_from")), coalesce(import_offset, 0), coalesce(export_offset, 0),
                   import_continues, export_continues
            from energy.meter_epoch where device_id in (\(takingPart)) order by device_id, valid_from
            """,
            [.int32(community)]
        )
        var epochs: [Int32: [MeterEpoch]] = [:]
        for row in 0..<rows.rowCount {
            epochs[rows.int32(row, 0) ?? 0, default: []].append(
                MeterEpoch(
                    validFrom: rows.int64(row, 1) ?? 0,
                    importOffsetWh: rows.int64(row, 2) ?? 0,
                    exportOffsetWh: rows.int64(row, 3) ?? 0,
                    importContinues: rows.bool(row, 4) ?? false,
                    exportContinues: rows.bool(row, 5) ?? false
                )
            )
        }
        return epochs
    }

    private static func decisions(
        of community: Int32,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> [Int32: [Int64: ReadingDecision]] {
        let rows = try connection.query(
            """
            select device_id, \(PostgresTimestamp.sql("measured_at")), decision from energy.reading_decision
            where device_id in (\(takingPart))
            """,
            [.int32(community)]
        )
        var decisions: [Int32: [Int64: ReadingDecision]] = [:]
        for row in 0..<rows.rowCount {
            guard let time = rows.int64(row, 1), let decision = rows.text(row, 2).flatMap(ReadingDecision.init) else {
                continue
            }
            decisions[rows.int32(row, 0) ?? 0, default: [:]][time] = decision
        }
        return decisions
    }
}
