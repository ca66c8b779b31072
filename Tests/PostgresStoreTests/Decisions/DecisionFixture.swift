import CommunityRegistry
import EnergySharing
import PostgresStore
import Testing

/// A settled community with hourly readings of its first meter, and anomalies put there by hand.
final class DecisionFixture {
    let registry: RegistryFixture
    let sql: PostgresConnection
    let device: Int32

    static let hour = RegistryFixture.hour

    /// The instant so many hours after the start.
    static func at(_ hours: Double) -> Int64 { RegistryFixture.start + Int64(hours * Double(hour)) }

    init(_ document: RegistryDocument = RegistryFixture.document()) throws {
        registry = try RegistryFixture()
        try registry.apply(document)
        sql = registry.connection
        device = try #require(
            sql.query("select device_id from energy.device where hub_device_id = 'meter-1'").int32(0, 0)
        )
        try sql.run("select energy.ensure_partition('reading', '2016-08-01', 'month')")
    }

    /// Stores readings from hour 0 on: import as given, export the same.
    func addReadings(_ imports: [Int64], fromHour first: Int = 0) throws {
        _ = try sql.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select $1, t, t, wh, wh, 'M' from unnest($2::timestamptz[], $3::bigint[]) as g (t, wh)
            """,
            [
                .int32(device), .timestampArray(imports.indices.map { Self.at(Double(first + $0)) }),
                .int64Array(imports),
            ]
        )
    }

    /// Pretends that settlement found something.
    func addAnomaly(_ kind: String, _ from: Double, _ to: Double) throws -> Int64 {
        try #require(
            sql.query(
                """
                insert into energy.anomaly (device_id, kind, from_at, to_at, detail) values ($1, $2, $3, $4, 'odd')
                returning anomaly_id
                """,
                [.int32(device), .text(kind), .timestamp(Self.at(from)), .timestamp(Self.at(to))]
            ).int64(0, 0)
        )
    }

    @discardableResult
    func resolve(_ id: Int64, _ decision: AnomalyDecision, isDryRun: Bool = false) throws -> DecisionReport {
        try AnomalyDecisions(sql).resolve(id, as: decision, by: "Huber", note: "seen", isDryRun: isDryRun)
    }

    /// The first column of a query's rows as texts.
    func texts(_ query: String) throws -> [String] {
        let rows = try sql.query(query)
        return (0..<rows.rowCount).map { rows.text($0, 0) ?? "null" }
    }

    /// Everything that decisions write.
    func written() throws -> [String] {
        try texts(
            """
            select concat_ws(' ', 'swap', trim_scale(extract(epoch from swapped_at - '2016-08-01 00:00+00') / 3600), import_final_wh, import_start_wh,
                             export_final_wh, export_start_wh, anomaly_id, recorded_by, reason) from energy.meter_swap
            union all
            select concat_ws(' ', decision, trim_scale(extract(epoch from measured_at - '2016-08-01 00:00+00') / 3600), anomaly_id, decided_by, reason)
            from energy.reading_decision
            union all
            select concat_ws(' ', 'anomaly', anomaly_id, resolution, resolved_by, note, resolved_at is not null) from energy.anomaly
            """
        ).sorted()
    }
}
