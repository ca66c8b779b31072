internal import Logging

/// Partitions of a table were made ahead or on demand, or dropped by retention.
public struct TablePartitionsChanged: WorkerEvent {
    private let table: String
    private let made, dropped: Int

    /// Makes the event.
    ///
    /// - Parameter table: One of our own tables.
    public init(table: String, made: Int, dropped: Int) {
        self.table = table
        self.made = made
        self.dropped = dropped
    }

    /// Counts them, and logs what was done.
    public func emit(to telemetry: WorkerTelemetry) {
        guard made > 0 || dropped > 0 else { return }
        telemetry.metrics.tablePartitions(table: table, change: "made").increment(by: Int64(made))
        telemetry.metrics.tablePartitions(table: table, change: "dropped").increment(by: Int64(dropped))
        telemetry.logger.info(
            "table partitions changed",
            metadata: [
                LogKey.table: "\(table)", "made": .stringConvertible(made), "dropped": .stringConvertible(dropped),
            ]
        )
    }
}
