public import Logging

/// Where the worker's events go: metrics, log and health, together.
///
/// Any thread may use it.
public final class WorkerTelemetry: Sendable {
    /// The registry of all metrics.
    public let registry: PrometheusMetrics
    /// The worker's own metrics.
    public let metrics: WorkerMetrics
    /// Whether the worker lives and is ready.
    public let health: HealthState
    /// The log.
    public let logger: Logger

    /// Puts the parts together.
    public init(
        logger: Logger,
        registry: PrometheusMetrics = PrometheusMetrics(),
        health: HealthState = HealthState()
    ) {
        self.logger = logger
        self.registry = registry
        self.health = health
        metrics = WorkerMetrics(registry)
    }

    /// Takes an event.
    public func record<Event: WorkerEvent>(_ event: Event) {
        event.emit(to: self)
    }

    /// The text of all metrics for Prometheus, with what is only known when asked: readiness, progress, the process itself.
    public func exposition() -> String {
        metrics.ready.set(Int64(health.isReady ? 1 : 0))
        for (loop, age) in health.progressAges() {
            let parts = age.components
            registry.gauge(
                "wattsource_loop_progress_age_seconds",
                "Time since a loop last came round.",
                labels: [("loop", loop)]
            ).set(Double(parts.seconds) + Double(parts.attoseconds) * 1e-18)
        }
        ProcessMetrics.update(registry)
        return registry.exposition()
    }
}
