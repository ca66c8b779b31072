import CoreMetrics
import Testing

@testable import Observability

@Suite struct PrometheusMetricsTests {
    @Test func `The text has help, type, samples by name and labels`() {
        let metrics = PrometheusMetrics()
        metrics.counter("b_total", "Second.", labels: [("kind", "y")]).increment(by: 2)
        metrics.counter("b_total", "Second.", labels: [("kind", "x")]).increment()
        metrics.gauge("a", "First.").set(1.5)
        #expect(
            metrics.exposition() == """
                # HELP a First.
                # TYPE a gauge
                a 1.5
                # HELP b_total Second.
                # TYPE b_total counter
                b_total{kind="x"} 1
                b_total{kind="y"} 2

                """
        )
    }

    @Test func `A histogram's buckets are cumulative and end with all`() {
        let metrics = PrometheusMetrics()
        let histogram = metrics.histogram("h_seconds", labels: [("x", "1")], bounds: [1, 0.5, 0.5, .infinity])
        for value in [0.25, 0.5, 0.75, 4] { histogram.record(value) }
        histogram.record(.nan)
        #expect(
            metrics.exposition() == """
                # TYPE h_seconds histogram
                h_seconds_bucket{x="1",le="0.5"} 2
                h_seconds_bucket{x="1",le="1"} 3
                h_seconds_bucket{x="1",le="+Inf"} 4
                h_seconds_sum{x="1"} 5.5
                h_seconds_count{x="1"} 4

                """
        )
    }

    @Test func `Label values and help cannot break the text`() {
        let metrics = PrometheusMetrics()
        metrics.counter("c_total", "a\\b\nc", labels: [("l", "a\"b\\c\nd")]).increment()
        #expect(
            metrics.exposition() == """
                # HELP c_total a\\\\b\\nc
                # TYPE c_total counter
                c_total{l="a\\"b\\\\c\\nd"} 1

                """
        )
    }

    @Test(arguments: [
        ("requests", "requests_total"), ("Requests.Done_total", "requests_done_total"), ("9lives", "_9lives_total"),
        ("a-b c", "a_b_c_total"), ("", "__total"), ("größe", "gr____e_total"),
    ])
    func `Names from elsewhere become Prometheus' names`(label: String, name: String) {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: label, dimensions: []).increment(by: 1)
        #expect(metrics.exposition() == "# TYPE \(name) counter\n\(name) 1\n")
    }

    @Test func `Prometheus' own label names are moved away`() {
        let metrics = PrometheusMetrics()
        metrics.histogram("h", labels: [("le", "x"), ("__name__", "y")], bounds: []).record(1.0)
        #expect(metrics.exposition().contains("h_count{exported___name__=\"y\",exported_le=\"x\"} 1"))
    }

    @Test func `The same name and labels are the same metric, in any order`() {
        let metrics = PrometheusMetrics()
        let one = metrics.counter("c_total", labels: [("a", "1"), ("b", "2")])
        let other = metrics.counter("c_total", labels: [("b", "2"), ("a", "1")])
        #expect(one === other)
    }

    @Test func `The number of series per name is bounded, and what is dropped is counted`() {
        let metrics = PrometheusMetrics(seriesLimit: 3)
        for value in 0..<10 { metrics.counter("c_total", labels: [("id", "\(value)")]).increment() }
        let lines = metrics.exposition().split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("c_total{") }.count == 3)
        #expect(lines.contains("wattsource_metrics_dropped_series_total 7"))
    }

    @Test func `A name of another kind is not shown twice`() {
        let metrics = PrometheusMetrics()
        metrics.counter("x").increment()
        metrics.gauge("x").set(5.0)
        let text = metrics.exposition()
        #expect(text.contains("# TYPE x counter\nx 1\n"))
        #expect(!text.contains("x 5"))
        #expect(text.contains("wattsource_metrics_dropped_series_total 1"))
    }

    @Test func `What swift-metrics makes, it can destroy`() {
        let metrics = PrometheusMetrics()
        let counter = metrics.makeCounter(label: "c", dimensions: [("l", "1")])
        counter.increment(by: 1)
        let timer = metrics.makeTimer(label: "t", dimensions: [])
        timer.recordNanoseconds(1_500_000_000)
        let gauge = metrics.makeRecorder(label: "g", dimensions: [], aggregate: false)
        gauge.record(3.5)
        #expect(metrics.exposition().contains("t_seconds_sum 1.5\n"))
        #expect(metrics.exposition().contains("g 3.5\n"))
        metrics.destroyCounter(counter)
        metrics.destroyTimer(timer)
        metrics.destroyRecorder(gauge)
        #expect(metrics.exposition().isEmpty)
    }

    @Test func `Counters do not fall, gauges go both ways, an unset gauge is not shown`() {
        let metrics = PrometheusMetrics()
        let counter = metrics.counter("c_total")
        counter.increment(by: 5)
        counter.increment(by: -3)
        #expect(counter.value == 5)
        let gauge = metrics.gauge("g")
        #expect(!metrics.exposition().contains("g "))
        gauge.increment(by: 2)
        gauge.decrement(by: 3)
        #expect(gauge.value == -1)
    }

    @Test func `Increments from many tasks are all counted`() async {
        let metrics = PrometheusMetrics()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<1_000 {
                        metrics.counter("c_total", labels: [("l", "x")]).increment()
                        metrics.gauge("g").increment(by: 1)
                        metrics.histogram("h", bounds: [1]).record(Int64(1))
                    }
                }
            }
        }
        #expect(metrics.counter("c_total", labels: [("l", "x")]).value == 8_000)
        #expect(metrics.gauge("g").value == 8_000)
        #expect(
            metrics.histogram("h", bounds: [1]).snapshot == HistogramMetric.Snapshot(counts: [8_000, 0], sum: 8_000)
        )
    }

    @Test(
        arguments: [
            (0.0, "0"), (1.0, "1"), (-2.5, "-2.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (1e20, "1e+20"),
            (0.001, "0.001"),
        ] as [(Double, String)]
    )
    func `Numbers`(value: Double, text: String) {
        #expect(MetricText.number(value) == text)
    }
}
