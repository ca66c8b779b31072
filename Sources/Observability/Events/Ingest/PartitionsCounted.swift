/// How many partitions this worker runs, and how many of its own are halted.
public struct PartitionsCounted: WorkerEvent {
    private let running, halted: Int

    /// Takes the two numbers.
    public init(running: Int, halted: Int) {
        self.running = running
        self.halted = halted
    }

    /// Sets the gauges.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.running.set(Int64(running))
        telemetry.metrics.halted.set(Int64(halted))
    }
}
