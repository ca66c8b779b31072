internal import CommunityRegistry
internal import MeterReadings

/// Finding what is asked about, and saying what is there instead.
extension ExplanationQuery {
    /// Finds the device.
    ///
    /// - Throws: ``QueryFailure`` with the nearest name if there is none; ``PostgresError``.
    func findDevice(_ name: String, _ connection: PostgresConnection) throws -> Device {
        let rows = try connection.query(
            """
            select d.device_id, d.hub_device_id, d.kind, m.code, m.name, c.code
            from energy.device d left join energy.member m using (member_id) left join energy.community c using (community_id)
            where d.hub_device_id = $1
            """,
            [.text(name)]
        )
        if rows.rowCount == 1 {
            return Device(
                id: rows.int32(0, 0) ?? 0,
                hubDeviceID: rows.text(0, 1) ?? name,
                kind: rows.text(0, 2).flatMap(TelemetryKind.init(rawValue:)) ?? .register,
                member: rows.text(0, 3).map { .init(code: $0, name: rows.text(0, 4) ?? "") },
                home: rows.text(0, 5)
            )
        }
        let names = try connection.query("select hub_device_id from energy.device order by hub_device_id limit 20000")
        let near = NearestName.suggestion(for: name, among: (0..<names.rowCount).compactMap { names.text($0, 0) })
        throw QueryFailure(
            "the registry has no device \(name)"
                + (near.map { "; is \($0) meant?" } ?? ": `wattsource registry export` lists them")
        )
    }

    /// The communities that a device ever takes part in, or the one that is named, in order of code.
    ///
    /// - Throws: ``QueryFailure`` if there is none; ``PostgresError``.
    func communities(
        of device: Device,
        named code: String?,
        _ connection: PostgresConnection
    ) throws -> [Community] {
        let rows = try connection.query(
            """
            select c.community_id, c.code, c.name, c.time_zone from energy.community c
            where c.community_id in (select community_id from energy.participation where device_id = $1)
            order by c.code collate "C"
            """,
            [.int32(device.id)]
        )
        let all = (0..<rows.rowCount).map { row in
            Community(
                id: rows.int32(row, 0) ?? 0,
                code: rows.text(row, 1) ?? "",
                name: rows.text(row, 2) ?? "",
                timeZone: rows.text(row, 3) ?? "UTC"
            )
        }
        guard !all.isEmpty else {
            throw QueryFailure(
                "device \(device.hubDeviceID) takes part in no community: give it a participation in the registry"
            )
        }
        guard let code else { return all }
        guard let wanted = all.first(where: { $0.code == code }) else {
            let codes = all.map(\.code).joined(separator: ", ")
            throw QueryFailure("device \(device.hubDeviceID) takes part in \(codes), not in a community \(code)")
        }
        return [wanted]
    }

    /// Why there is nothing to explain: not settled yet, or no participation then.
    func nothing(
        _ device: Device,
        _ instant: Int64,
        _ communities: [Community],
        _ waiting: [String],
        _ connection: PostgresConnection
    ) throws -> QueryFailure {
        if !waiting.isEmpty { return QueryFailure(waiting.joined(separator: "\n")) }
        let rows = try connection.query(
            """
            select c.code, \(PostgresTimestamp.sql("lower(p.valid_during)")), \(PostgresTimestamp.sql("upper(p.valid_during)"))
            from energy.participation p join energy.community c using (community_id)
            where p.device_id = $1 and p.community_id = any($2) order by lower(p.valid_during), c.code limit 10
            """,
            [.int32(device.id), .int32Array(communities.map(\.id))]
        )
        let spans = (0..<rows.rowCount).map { row in
            let until = rows.int64(row, 2)
            return "in \(rows.text(row, 0) ?? "") from \(UTCTime.format(rows.int64(row, 1) ?? 0)) "
                + (until.map { $0 == .max ? "on" : "to \(UTCTime.format($0))" } ?? "on")
        }
        return QueryFailure(
            "device \(device.hubDeviceID) takes part in no community at \(UTCTime.format(instant)); it takes part "
                + spans.joined(separator: ", ")
        )
    }
}
