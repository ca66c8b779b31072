import Ingestion
import PostgresStore
import Testing

/// A stream whose records were refused, and a replay of them.
final class ReplayFixture {
    let stream: IngestFixture
    var sql: PostgresConnection { stream.sql }

    init(partitions: Int32 = 1) throws { stream = try IngestFixture(partitions: partitions) }

    func replay(_ change: (inout IngestSettings) -> Void = { _ in }) -> DeadLetterReplay {
        var settings = IngestSettings(owner: "test", topics: [])
        change(&settings)
        return DeadLetterReplay(IngestStoreSettings(conninfo: stream.database.url), ingest: settings)
    }

    /// A device of the registry, which gets another version by it.
    func add(_ device: String, registers: String = "import") throws {
        try sql.run(
            """
            insert into energy.device (hub_device_id, registers) values ('\(device)', '\(registers)');
            update energy.control set registry_version = registry_version + 1
            """
        )
    }

    /// A letter of a record with readings at these minutes after the stream's epoch, with registers of 10 Wh a minute.
    func letter(
        _ offset: Int64,
        device: String = "home",
        minutes: [Int64],
        index: Int32 = -1,
        reason: String = "unknown_device",
        holdsRecord: Bool = true,
        body: String? = nil
    ) -> DeadLetterRow {
        let readings = minutes.map {
            #"{"t":\#(IngestFixture.epoch / 1000 + $0 * 60_000),"import_wh":\#($0 * 10)}"#
        }
        let headers = [("iothub-connection-device-id", device), ("iothub-message-source", "Telemetry")]
        let time = IngestFixture.epoch + (minutes.last ?? 0) * 60_000_000 + 5_000_000
        return DeadLetterRow(
            partitionIndex: 0,
            offset: offset,
            readingIndex: index,
            receivedAt: time,
            reason: reason,
            detail: "why it was refused",
            hubDeviceID: device,
            payload: holdsRecord
                ? Array((body ?? #"{"v":1,"readings":[\#(readings.joined(separator: ","))]}"#).utf8) : [],
            headers: holdsRecord
                ? headers.map { DeadLetterRow.Header(name: Array($0.0.utf8), value: Array($0.1.utf8)) } : [],
            recordTime: holdsRecord ? time : nil
        )
    }

    /// Writes letters as the stream's only records: those at index -1 as records, others as readings of one record each.
    func write(_ letters: [DeadLetterRow]) throws {
        var batch = stream.batch(deadLetters: letters)
        batch.registryVersion = try stream.number("select registry_version from energy.control") ?? 0
        let offsets = Set(letters.map(\.offset))
        let readings = letters.filter { $0.readingIndex >= 0 }
        batch.partitions[0].records = Int64(offsets.count)
        batch.partitions[0].refusedRecords = Int64(letters.count - readings.count)
        batch.partitions[0].readings = Int64(readings.count)
        batch.partitions[0].rejected = Int64(readings.count)
        batch.partitions[0].nextOffset = (offsets.max() ?? -1) + 1
        try stream.write(batch)
    }

    @discardableResult
    func run(_ order: ReplayOrder = ReplayOrder(DeadLetterFilter(), reason: "test")) throws -> ReplaySummary {
        try replay().run(order)
    }

    /// `offset/index reason resolution attempts` of all letters.
    func letters() throws -> [String] {
        let rows = try sql.query(
            """
            select record_offset || '/' || reading_index || ' ' || reason || ' ' || coalesce(resolution, '-') || ' ' || attempts
            from energy.dead_letter order by record_offset, reading_index
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }

    /// The minutes of all readings, and of those only, their registers being 10 Wh a minute.
    func minutes() throws -> [Int64] {
        let rows = try sql.query(
            """
            select (\(PostgresTimestamp.sql("measured_at")) - \(IngestFixture.epoch)) / 60000000, import_wh
            from energy.reading order by measured_at
            """
        )
        return (0..<rows.rowCount).map { row in
            let minute = rows.int64(row, 0) ?? -1
            #expect(rows.int64(row, 1) == minute * 10)
            return minute
        }
    }

    /// All checks of the books that do not ask for a community.
    func verify(sourceLocation: SourceLocation = #_sourceLocation) throws {
        _ = try BookVerification(sql).run { finding in
            #expect(finding.contradictions == [], "\(finding.name)", sourceLocation: sourceLocation)
        }
    }
}
