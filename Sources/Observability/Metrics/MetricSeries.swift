/// One combination of label values, and its metric.
struct MetricSeries: Sendable {
    /// One label.
    struct Label: Sendable, Equatable {
        /// Its name.
        var name: String
        /// Its value, not escaped.
        var value: String
    }

    /// The metric, by its concrete type.
    enum Metric: Sendable {
        /// It only grows.
        case counter(CounterMetric)
        /// It goes up and down.
        case gauge(GaugeMetric)
        /// It counts values by size.
        case histogram(HistogramMetric)

        /// The metric, if it is a counter.
        var asCounter: CounterMetric? { if case .counter(let metric) = self { metric } else { nil } }
        /// The metric, if it is a gauge.
        var asGauge: GaugeMetric? { if case .gauge(let metric) = self { metric } else { nil } }
        /// The metric, if it is a histogram.
        var asHistogram: HistogramMetric? { if case .histogram(let metric) = self { metric } else { nil } }

        /// The metric, whatever it is: for its identity.
        var object: AnyObject {
            switch self {
            case .counter(let metric): metric
            case .gauge(let metric): metric
            case .histogram(let metric): metric
            }
        }
    }

    /// Its labels, by name.
    let labels: [Label]
    /// Its metric.
    let metric: Metric
}
