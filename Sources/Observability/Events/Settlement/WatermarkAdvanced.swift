/// The stream's watermark was read.
public struct WatermarkAdvanced: WorkerEvent {
    private let watermark: Int64

    /// Makes the event.
    ///
    /// - Parameter watermark: Microseconds since 1970-01-01T00:00:00Z.
    public init(to watermark: Int64) { self.watermark = watermark }

    /// Sets the gauge.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.watermark.set(Double(watermark) / 1_000_000)
    }
}
