/// The worker's own metrics, by their concrete types: all exist from the start, so that a rate has its zero.
public struct WorkerMetrics: Sendable {
    let recordsDecoded, recordsSkipped, recordsRefused: CounterMetric
    let readingsAccepted, readingsDuplicate, readingsReplaced, readingsSuperseded, readingsRejected: CounterMetric
    let lettersReplayed, lettersRefusedAgain, lettersDropped: CounterMetric
    let batches, dueMarks: CounterMetric
    let batchRows, batchBytes, batchCommit: HistogramMetric
    let partitionsAssigned, partitionsRevoked, partitionsLost, partitionsTakenOver, partitionsFenced: CounterMetric
    let partitionsHalted: CounterMetric
    let running, halted: GaugeMetric
    let sourceTroubles: CounterMetric
    let settledFirst, settledAgain, settledCorrected, settledFinal: CounterMetric
    let settlementSeconds: HistogramMetric
    let settlementFailures: CounterMetric
    let storeUp, ready: GaugeMetric

    /// Records fetched by the broker's word, but not yet committed, over all partitions of this worker.
    public let lag: GaugeMetric
    /// The stream's watermark, seconds since 1970-01-01T00:00:00Z.
    public let watermark: GaugeMetric
    /// Bytes that the ingest loop holds.
    public let ingestBuffer: GaugeMetric
    /// Seconds since 1970-01-01T00:00:00Z of the last commit, by the worker's clock.
    public let lastCommit: GaugeMetric

    private let registry: PrometheusMetrics

    /// Makes them all.
    init(_ registry: PrometheusMetrics) {
        self.registry = registry
        func records(_ result: String) -> CounterMetric {
            registry.counter(
                "wattsource_records_total",
                "Kafka records committed, by result.",
                labels: [("result", result)]
            )
        }
        func readings(_ outcome: String) -> CounterMetric {
            registry.counter(
                "wattsource_readings_total",
                "Readings committed, by outcome.",
                labels: [("outcome", outcome)]
            )
        }
        func letters(_ result: String) -> CounterMetric {
            registry.counter(
                "wattsource_dead_letters_total",
                "Dead letters that this worker replayed, or dropped because of the daily limit.",
                labels: [("result", result)]
            )
        }
        func partitionEvents(_ event: String) -> CounterMetric {
            registry.counter(
                "wattsource_partition_events_total",
                "Kafka partitions given to, taken from or stopped by this worker.",
                labels: [("event", event)]
            )
        }
        func partitions(_ state: String) -> GaugeMetric {
            registry.gauge(
                "wattsource_partitions",
                "Kafka partitions of this worker, by state.",
                labels: [("state", state)]
            )
        }
        func settled(_ kind: String) -> CounterMetric {
            registry.counter(
                "wattsource_settled_intervals_total",
                "Intervals settled, by kind.",
                labels: [("kind", kind)]
            )
        }
        recordsDecoded = records("decoded")
        recordsSkipped = records("skipped")
        recordsRefused = records("refused")
        readingsAccepted = readings("accepted")
        readingsDuplicate = readings("duplicate")
        readingsReplaced = readings("replaced")
        readingsSuperseded = readings("superseded")
        readingsRejected = readings("rejected")
        lettersReplayed = letters("replayed")
        lettersRefusedAgain = letters("refused_again")
        lettersDropped = letters("dropped")
        batches = registry.counter("wattsource_batches_total", "Batches committed.")
        dueMarks = registry.counter(
            "wattsource_due_marks_total",
            "Marks written: what is already settled is due again."
        )
        batchRows = registry.histogram(
            "wattsource_batch_rows",
            "Readings written per batch.",
            bounds: MetricBounds.sizes
        )
        batchBytes = registry.histogram("wattsource_batch_bytes", "Size of a batch.", bounds: MetricBounds.bytes)
        batchCommit = registry.histogram(
            "wattsource_batch_commit_seconds",
            "Time from the beginning of a batch's transaction to its commit.",
            bounds: MetricBounds.seconds
        )
        partitionsAssigned = partitionEvents("assigned")
        partitionsRevoked = partitionEvents("revoked")
        partitionsLost = partitionEvents("lost")
        partitionsTakenOver = partitionEvents("taken_over")
        partitionsFenced = partitionEvents("fenced")
        partitionsHalted = partitionEvents("halted")
        running = partitions("running")
        halted = partitions("halted")
        sourceTroubles = registry.counter("wattsource_source_troubles_total", "Troubles that Kafka's client told of.")
        settledFirst = settled("first")
        settledAgain = settled("again")
        settledCorrected = settled("corrected")
        settledFinal = registry.counter("wattsource_finalized_intervals_total", "Intervals made final.")
        settlementSeconds = registry.histogram(
            "wattsource_settlement_seconds",
            "Time to settle one span of one community.",
            bounds: MetricBounds.seconds
        )
        settlementFailures = registry.counter("wattsource_settlement_failures_total", "Attempts to settle that failed.")
        storeUp = registry.gauge("wattsource_store_up", "Whether PostgreSQL answers (1) or is away (0).")
        ready = registry.gauge("wattsource_ready", "Whether the worker is ready (1) or not (0); /readyz says why.")
        lag = registry.gauge("wattsource_lag_records", "Records that are in Kafka, but not committed yet.")
        watermark = registry.gauge(
            "wattsource_watermark_timestamp_seconds",
            "Event time up to which the stream is complete."
        )
        ingestBuffer = registry.gauge("wattsource_ingest_buffer_bytes", "Bytes that the ingest loop holds.")
        lastCommit = registry.gauge("wattsource_last_commit_timestamp_seconds", "Time of the last committed batch.")
    }

    /// Refused records and readings of a reason, one of the closed list of reason codes.
    func rejections(reason: String) -> CounterMetric {
        registry.counter(
            "wattsource_rejections_total",
            "Records and readings refused, by reason.",
            labels: [("reason", reason)]
        )
    }

    /// Failures of the database of an SQLSTATE class: two characters, or `none` if the server gave none.
    func storeFailures(class sqlStateClass: String) -> CounterMetric {
        registry.counter(
            "wattsource_store_failures_total",
            "Failed transactions, by SQLSTATE class.",
            labels: [("class", sqlStateClass)]
        )
    }

    /// Partitions of a table made or dropped.
    func tablePartitions(table: String, change: String) -> CounterMetric {
        registry.counter(
            "wattsource_table_partitions_total",
            "Table partitions made and dropped.",
            labels: [("table", table), ("change", change)]
        )
    }

    /// What runs: always 1, with the versions as labels.
    func buildInfo(version: String, librdkafka: String, libpq: String) -> GaugeMetric {
        registry.gauge(
            "wattsource_build_info",
            "What runs: always 1.",
            labels: [("version", version), ("librdkafka", librdkafka), ("libpq", libpq)]
        )
    }
}
