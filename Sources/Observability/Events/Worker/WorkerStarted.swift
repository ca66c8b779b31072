internal import Logging

/// The worker begins its work.
public struct WorkerStarted: WorkerEvent {
    private let worker, version, librdkafka, libpq: String

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - worker: The name by which it owns partitions.
    ///   - librdkafka: The version at run time.
    ///   - libpq: The version at run time.
    public init(worker: String, version: String, librdkafka: String, libpq: String) {
        self.worker = worker
        self.version = version
        self.librdkafka = librdkafka
        self.libpq = libpq
    }

    /// Ready, as far as nothing else keeps it.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.health.clear(.starting)
        telemetry.metrics.buildInfo(version: version, librdkafka: librdkafka, libpq: libpq).set(Int64(1))
        telemetry.logger.info(
            "worker started",
            metadata: [
                LogKey.worker: "\(worker)", LogKey.version: "\(version)", LogKey.librdkafka: "\(librdkafka)",
                LogKey.libpq: "\(libpq)",
            ]
        )
    }
}
