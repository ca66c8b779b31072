public import CoreMetrics
internal import Synchronization

/// All metrics of the process, and their text for Prometheus; a backend for swift-metrics too.
///
/// Our own code asks once for a metric by its concrete type and keeps it. What comes through swift-metrics gets a name
/// by Prometheus' rules: snake_case, counters end in `_total`, timers in `_seconds`. The number of series per name is bounded:
/// what is beyond is counted in `wattsource_metrics_dropped_series_total`, not shown.
public final class PrometheusMetrics: MetricsFactory {
    private let families = Mutex<[String: MetricFamily]>([:])
    private let seriesLimit: Int
    private let dropped = CounterMetric()

    /// Makes an empty registry.
    ///
    /// - Parameter seriesLimit: How many combinations of label values a name may have.
    public init(seriesLimit: Int = 200) {
        self.seriesLimit = seriesLimit
    }

    /// The counter of a name and labels, made if there is none.
    public func counter(_ name: String, _ help: String = "", labels: [(String, String)] = []) -> CounterMetric {
        series(name, .counter, help, labels, make: { .counter(CounterMetric()) }, pick: \.asCounter) ?? CounterMetric()
    }

    /// The gauge of a name and labels, made if there is none.
    public func gauge(_ name: String, _ help: String = "", labels: [(String, String)] = []) -> GaugeMetric {
        series(name, .gauge, help, labels, make: { .gauge(GaugeMetric()) }, pick: \.asGauge) ?? GaugeMetric()
    }

    /// The histogram of a name and labels, made if there is none.
    ///
    /// - Parameter bounds: The buckets' upper bounds; see ``MetricBounds``.
    public func histogram(
        _ name: String,
        _ help: String = "",
        labels: [(String, String)] = [],
        bounds: [Double]
    ) -> HistogramMetric {
        let made = MetricSeries.Metric.histogram(HistogramMetric(bounds: bounds))
        return series(name, .histogram, help, labels, make: { made }, pick: \.asHistogram)
            ?? HistogramMetric(bounds: bounds)
    }

    /// The text of all metrics, in Prometheus' text format 0.0.4, by name and labels.
    public func exposition() -> String {
        var text = MetricText()
        var all = families.withLock { Array($0.values) }
        if dropped.value > 0 {
            all.append(
                MetricFamily(
                    name: "wattsource_metrics_dropped_series_total",
                    kind: .counter,
                    help: "Series that are not shown: too many of a name, or a name of two kinds.",
                    series: [MetricSeries(labels: [], metric: .counter(dropped))]
                )
            )
        }
        for family in all.sorted(by: { $0.name < $1.name }) { text.append(family) }
        return text.text
    }

    /// Finds or makes a series; `nil` if the name has another kind or too many series.
    private func series<Metric>(
        _ name: String,
        _ kind: MetricFamily.Kind,
        _ help: String,
        _ labels: [(String, String)],
        make: () -> MetricSeries.Metric,
        pick: (MetricSeries.Metric) -> Metric?
    ) -> Metric? {
        let name = MetricName.metric(name)
        let labels = MetricName.labels(labels, ofHistogram: kind == .histogram)
        let found: MetricSeries.Metric? = families.withLock { families in
            var family = families[name] ?? MetricFamily(name: name, kind: kind, help: help, series: [])
            guard family.kind == kind else { return nil }
            if let known = family.series.first(where: { $0.labels == labels }) { return known.metric }
            guard family.series.count < seriesLimit else { return nil }
            let metric = make()
            family.series.append(MetricSeries(labels: labels, metric: metric))
            families[name] = family
            return metric
        }
        if let found, let metric = pick(found) { return metric }
        dropped.increment()
        return nil
    }

    /// Forgets the series that has this metric.
    private func destroy(_ handler: AnyObject) {
        families.withLock { families in
            for (name, var family) in families {
                guard let index = family.series.firstIndex(where: { $0.metric.object === handler }) else { continue }
                family.series.remove(at: index)
                families[name] = family.series.isEmpty ? nil : family
                return
            }
        }
    }
}

extension PrometheusMetrics {
    /// A counter for swift-metrics.
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(MetricName.with(suffix: "_total", label), labels: dimensions)
    }

    /// A gauge for swift-metrics.
    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, labels: dimensions)
    }

    /// A histogram for swift-metrics, or a gauge of the last value if it does not aggregate.
    public func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return gauge(label, labels: dimensions) }
        return histogram(label, labels: dimensions, bounds: MetricBounds.sizes)
    }

    /// A histogram of seconds for swift-metrics.
    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(MetricName.with(suffix: "_seconds", label), labels: dimensions, bounds: MetricBounds.seconds)
    }

    /// Forgets a counter.
    public func destroyCounter(_ handler: any CounterHandler) { destroy(handler) }

    /// Forgets a gauge.
    public func destroyMeter(_ handler: any MeterHandler) { destroy(handler) }

    /// Forgets a histogram or gauge.
    public func destroyRecorder(_ handler: any RecorderHandler) { destroy(handler) }

    /// Forgets a histogram of seconds.
    public func destroyTimer(_ handler: any TimerHandler) { destroy(handler) }
}
