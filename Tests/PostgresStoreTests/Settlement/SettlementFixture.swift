import CommunityRegistry
import EnergySharing
import PostgresStore
import Settlement
import Testing

/// A database with a registry of three meters in one community, and a settlement store on it.
final class SettlementFixture {
    let registry: RegistryFixture
    let store: PostgresSettlementStore
    /// A session beside the store's.
    let sql: PostgresConnection

    static let start = RegistryFixture.start
    static let hour = RegistryFixture.hour

    init(_ document: RegistryDocument = RegistryFixture.document()) throws {
        registry = try RegistryFixture()
        try registry.apply(document)
        sql = registry.connection
        store = Self.makeStore(registry.database)
    }

    deinit { store.close() }

    /// Another worker's store.
    func otherStore() -> PostgresSettlementStore { Self.makeStore(registry.database) }

    private static func makeStore(_ database: TestDatabase) -> PostgresSettlementStore {
        PostgresSettlementStore(
            SettlementStoreSettings(conninfo: database.url, lockTimeout: .milliseconds(200))
        )
    }

    /// The instant so many hours after the start.
    static func at(_ hours: Double) -> Int64 { start + Int64(hours * Double(hour)) }

    /// The device's number in the database, by its place in the document.
    func device(_ number: Int) throws -> Int32 {
        let rows = try sql.query(
            "select device_id from energy.device where hub_device_id = $1",
            [.text("meter-\(number)")]
        )
        return try #require(rows.int32(0, 0))
    }

    /// Stores readings of a device, at hours after the start; import = four times the hour's number, in Wh.
    func addReadings(_ device: Int32, at hours: [Double], quality: String = "M") throws {
        let times = hours.map { Self.at($0) }
        _ = try sql.query(
            """
            select energy.ensure_partition('reading', day, 'month')
            from (select distinct (t at time zone 'UTC')::date as day from unnest($1::timestamptz[]) t) days
            """,
            [.timestampArray(times)]
        )
        _ = try sql.query(
            """
            insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
            select $1, t, t, wh, case when wh % 2 = 0 then wh end, $4::"char" from unnest($2::timestamptz[], $3::bigint[]) as g (t, wh)
            """,
            [.int32(device), .timestampArray(times), .int64Array(hours.map { Int64($0 * 4) }), .text(quality)]
        )
    }

    /// Makes a device one of kind interval, with readings of an hour.
    func makeInterval(_ device: Int32) throws {
        try sql.run("update energy.device set kind = 'interval', interval_seconds = 3600 where device_id = \(device)")
    }

    /// Stores readings of intervals of a device, which begin at hours after the start; import = four times the hour's number, in Wh.
    func addIntervals(_ device: Int32, at hours: [Double], seconds: Int32 = 3_600, quality: String = "M") throws {
        let times = hours.map { Self.at($0) }
        _ = try sql.query(
            """
            select energy.ensure_partition('interval_reading', day, 'month')
            from (select distinct (t at time zone 'UTC')::date as day from unnest($1::timestamptz[]) t) days
            """,
            [.timestampArray(times)]
        )
        _ = try sql.query(
            """
            insert into energy.interval_reading (device_id, interval_start, seconds, received_at, import_wh, export_wh, quality)
            select $1, t, $5, t, wh, case when wh % 2 = 0 then wh end, $4::"char" from unnest($2::timestamptz[], $3::bigint[]) as g (t, wh)
            """,
            [
                .int32(device), .timestampArray(times), .int64Array(hours.map { Int64(abs($0) * 4) }), .text(quality),
                .int32(seconds),
            ]
        )
    }

    /// Records a decision on the reading at an hour.
    func decide(_ device: Int32, _ decision: String, at hours: Double) throws {
        _ = try sql.query(
            "insert into energy.reading_decision (device_id, measured_at, decision, reason) values ($1, $2, $3, 'test')",
            [.int32(device), .timestamp(Self.at(hours)), .text(decision)]
        )
    }

    /// Records an exchange of a meter at an hour: imports old and new, exports old and new.
    func swap(_ device: Int32, at hours: Double, _ values: [Int64?]) throws {
        _ = try sql.query(
            """
            insert into energy.meter_swap
                (device_id, swapped_at, import_final_wh, import_start_wh, export_final_wh, export_start_wh)
            values ($1, $2, $3, $4, $5, $6)
            """,
            [.int32(device), .timestamp(Self.at(hours))] + values.map { .optional($0) }
        )
    }

    /// Marks a span, of readings that were received at an instant.
    func addMark(_ device: Int32, _ from: Int64, _ until: Int64, receivedAt: Int64? = nil) throws {
        _ = try sql.query(
            "insert into energy.due_mark values ($1, $2, $3, $4)",
            [.int32(device), .timestamp(from), .timestamp(until), .optionalTimestamp(receivedAt)]
        )
    }

    /// Makes a span due again.
    func addDueSpan(_ from: Double, _ until: Double, _ cause: String) throws {
        _ = try sql.query(
            "insert into energy.due_span select community_id, $1, $2, $3 from energy.community",
            [.timestamp(Self.at(from)), .timestamp(Self.at(until)), .text(cause)]
        )
    }

    /// A row in which two thirds of what is imported are from the grid.
    static func row(_ device: Int32, _ hours: Int, _ importWh: Int64) -> AttributionRow {
        AttributionRow(
            intervalStart: at(Double(hours)),
            deviceID: device,
            importWh: importWh,
            communityWh: importWh / 3,
            gridWh: importWh - importWh / 3,
            exportWh: 3 * importWh,
            sharedWh: importWh,
            surplusWh: 2 * importWh,
            quality: importWh % 2 == 0 ? .measured : .estimated
        )
    }

    /// A settled span of hours, all of them settled, with these rows.
    static func span(
        _ hours: Range<Int>,
        _ rows: [AttributionRow],
        again cause: String? = nil,
        missing: [Int32] = [],
        finality: Int64 = 100 * hour
    ) -> SettledSpan {
        var span = SettledSpan(
            from: at(Double(hours.lowerBound)),
            until: at(Double(hours.upperBound)),
            isAgain: cause != nil,
            cause: cause ?? ""
        )
        span.rows = rows
        span.intervals = hours.map { number in
            let received = rows.count { $0.intervalStart == at(Double(number)) }
            return SettledInterval(
                start: at(Double(number)),
                length: hour,
                expected: 3,
                received: Int32(received),
                missing: missing,
                finalAt: at(Double(number + 1)) + finality
            )
        }
        return span
    }

    /// Claims, writes, and commits.
    @discardableResult
    func settle(_ span: SettledSpan) throws -> SpanReceipt {
        _ = try #require(try store.claim(dueBy: .max, community: "sierra-crest"))
        let receipt = try store.write(span)
        try store.finish(settledUntil: span.until, nextDueAt: span.until, stillDue: [])
        return receipt
    }

    /// The first column of a query's rows as texts.
    func texts(_ query: String) throws -> [String] {
        let rows = try sql.query(query)
        return (0..<rows.rowCount).map { rows.text($0, 0) ?? "null" }
    }
}
