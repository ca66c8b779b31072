/// How far the ingest loop is, said every few seconds.
public struct ProgressMeasured: WorkerEvent {
    private let lag: Int64
    private let bufferedBytes: Int

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - lag: Records of this worker's partitions that are in Kafka, but not committed yet.
    ///   - bufferedBytes: Bytes that the loop holds.
    public init(lag: Int64, bufferedBytes: Int) {
        self.lag = lag
        self.bufferedBytes = bufferedBytes
    }

    /// Sets the gauges.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.lag.set(lag)
        telemetry.metrics.ingestBuffer.set(Int64(bufferedBytes))
    }
}
