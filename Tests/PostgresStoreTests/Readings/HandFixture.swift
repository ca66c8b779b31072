import Ingestion
import MeterReadings
import PostgresStore
import ReadingImport
import Testing

/// A database with three devices (1 and 2 registers that only import, 3 intervals of 900 s), and a person who changes readings by hand.
struct HandFixture {
    let ingest: IngestFixture

    init() throws {
        ingest = try IngestFixture()
        try ingest.sql.run(
            """
            insert into energy.device (hub_device_id, registers) values ('meter-1', 'import'), ('meter-2', 'import');
            insert into energy.device (hub_device_id, registers, kind, interval_seconds) values ('meter-3', 'both', 'interval', 900)
            """
        )
    }

    /// A reading of a file, `seconds` after ``IngestFixture/epoch``; of device 3 one of an interval.
    static func found(
        _ device: Int32,
        _ seconds: Int64,
        import importWh: Int64 = 1000,
        quality: ReadingQuality = .measured
    ) -> FileReading {
        FileReading(
            line: Int(seconds),
            device: "meter-\(device)",
            reading: MeterReading(
                measuredAt: IngestFixture.epoch + seconds * 1_000_000,
                importWh: importWh,
                exportWh: device == 3 ? 7 : nil,
                intervalSeconds: device == 3 ? 900 : 0,
                quality: quality
            )
        )
    }

    @discardableResult
    func importReadings(_ readings: [FileReading], skip: Bool = false, isTrial: Bool = false) throws -> ImportResult {
        defer { loadVersion() }
        return try ReadingImporter(ingest.sql, width: .month).run(
            ImportRequest(
                readings: readings,
                author: "Ada",
                reason: "the meter's own log",
                skipsRefused: skip,
                isTrial: isTrial
            )
        )
    }

    @discardableResult
    func discard(_ device: Int32, from: Int64, until: Int64? = nil, isTrial: Bool = false) throws -> DiscardResult {
        defer { loadVersion() }
        return try ReadingDiscarder(ingest.sql).run(
            DiscardRequest(
                device: "meter-\(device)",
                from: IngestFixture.epoch + from * 1_000_000,
                until: IngestFixture.epoch + (until ?? from) * 1_000_000 + (until == nil ? 1 : 0),
                author: "Bob",
                reason: "the reader stuttered",
                isTrial: isTrial
            )
        )
    }

    /// As workers do, when a change by hand has raised it.
    private func loadVersion() {
        let version = try? ingest.number("select registry_version from energy.control")
        ingest.registryVersion = version.flatMap { $0 } ?? 0
    }

    func history(_ device: Int32) throws -> [HistoryEntry] {
        try ReadingHistoryQuery(ingest.sql).entries(device: "meter-\(device)", from: .min, until: .max, limit: 1000)
            .entries
    }

    /// Both tables of readings as text, without the time of receipt of what came by hand.
    func table() throws -> [String] {
        let rows = try ingest.sql.query(
            """
            with held as (
                select device_id, measured_at as at, import_wh, export_wh, quality, flags, received_at, 0 as seconds from energy.reading
                union all
                select device_id, interval_start, import_wh, export_wh, quality, flags, received_at, seconds from energy.interval_reading
            )
            select format('%s@%s %s %s %s %s %s %s', device_id, extract(epoch from at)::bigint - \(IngestFixture.epoch / 1_000_000),
                          coalesce(import_wh::text, '-'), coalesce(export_wh::text, '-'), quality, flags, seconds,
                          case when flags & 8 = 0 then extract(epoch from received_at)::text else 'by hand' end)
            from held order by device_id, at
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// What `wattsource verify` has to say against the books of the stream and of readings by hand.
    func contradictions() throws -> [String] {
        var found: [String] = []
        _ = try BookVerification(ingest.sql).run { found += $0.contradictions }
        return found
    }
}
