import Ingestion
import Logging
import Observability
import PostgresStore

/// What the worker does to the tables from time to time: partitions ahead, retention, a short ledger.
///
/// Whoever runs it, once or several at a time, does no harm; a failure is logged and tried again the next time.
struct Upkeep {
    private static let microsecondsPerDay: Int64 = 86_400_000_000
    private static let every = Duration.seconds(3_600)

    private let configuration: Configuration
    private let telemetry: WorkerTelemetry

    /// Upkeep as configured.
    init(_ configuration: Configuration, _ telemetry: WorkerTelemetry) {
        self.configuration = configuration
        self.telemetry = telemetry
    }

    /// Runs once an hour until it is told to stop; it blocks its thread.
    func run(until stopping: StopFlag) {
        while !stopping.isSet {
            keepUp()
            stopping.wait(Self.every)
        }
    }

    private func keepUp() {
        do {
            let connection = try DatabaseAccess.connect(configuration, as: "wattsource upkeep")
            defer { connection.close() }
            connection.transactionTimeout = nil
            let maintenance = PartitionMaintenance(connection, width: configuration.partitions.tableWidth)
            let clock = LogTimestamp.now()
            let today = Int32(clamping: clock / Self.microsecondsPerDay)
            let made = try maintenance.makeAhead(from: today, days: Int32(clamping: configuration.partitions.aheadDays))
            if made > 0 { telemetry.record(TablePartitionsChanged(table: "all", made: made, dropped: 0)) }
            // A backfill's event time is long ago: what is kept counts from where the stream is, not from today.
            let now = min(clock, try streamTime(connection) ?? .min)
            // Readings wait for settlement, which waits for the slowest partition.
            let settled = min(now, try maintenance.settledUntil() ?? .min)
            try drop(.reading, olderThan: configuration.retention.readings, settled, maintenance)
            try drop(.intervalReading, olderThan: configuration.retention.readings, settled, maintenance)
            try drop(.deadLetter, olderThan: configuration.retention.deadLetters, now, maintenance)
            _ = try maintenance.compactLedger()
        } catch {
            telemetry.logger.warning("upkeep failed; it is tried again in an hour", metadata: ["reason": "\(error)"])
        }
    }

    private func drop(
        _ table: PartitionedTable,
        olderThan age: Duration?,
        _ now: Int64,
        _ maintenance: PartitionMaintenance
    ) throws {
        guard let age, now > .min else { return }
        let day = Int32(clamping: (now - age.microseconds) / Self.microsecondsPerDay)
        let dropped = try maintenance.drop(table, before: day, reason: "retention")
        if !dropped.isEmpty {
            telemetry.record(TablePartitionsChanged(table: table.rawValue, made: 0, dropped: dropped.count))
        }
    }

    /// The newest enqueued time of the stream; `nil`: nothing was consumed.
    private func streamTime(_ connection: PostgresConnection) throws -> Int64? {
        try connection.query("select \(PostgresTimestamp.sql("max(watermark)")) from energy.stream_position").int64(
            0,
            0
        )
    }
}
