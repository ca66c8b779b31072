import Logging
import Synchronization
import Testing

@testable import Observability

@Suite struct WorkerEventTests {
    /// Keeps the level and message of what is logged.
    private final class Lines: Sendable {
        private let kept = Mutex<[String]>([])
        func take(_ line: String) { kept.withLock { $0.append(line) } }
        /// `LEVEL message key=value …`, without the time.
        var all: [String] { kept.withLock { $0.map { String($0.dropFirst(25).dropLast()) } } }
    }

    private let lines = Lines()
    private let telemetry: WorkerTelemetry

    init() {
        let lines = lines
        let logger = Logger(label: "test") { label in
            LineLogHandler(label: label, level: .debug, format: .text, sink: { lines.take($0) })
        }
        telemetry = WorkerTelemetry(logger: logger)
    }

    private func sample(_ series: String) -> String? {
        telemetry.exposition().split(separator: "\n").first { $0.hasPrefix(series + " ") }
            .map { String($0.dropFirst(series.count + 1)) }
    }

    @Test func `A committed batch counts each record and reading once`() {
        var counts = BatchCommitted.Counts()
        counts.decodedRecords = 10
        counts.skippedRecords = 2
        counts.refusedRecords = 1
        counts.accepted = 7
        counts.duplicate = 6
        counts.replaced = 5
        counts.superseded = 4
        counts.rejected = 3
        counts.dueMarks = 8
        let event = BatchCommitted(counts, rows: 22, bytes: 1_000, commit: .milliseconds(20), now: 1_500_000)
        telemetry.record(event)
        telemetry.record(event)
        let expected = [
            "wattsource_records_total{result=\"decoded\"}": "20", "wattsource_records_total{result=\"skipped\"}": "4",
            "wattsource_records_total{result=\"refused\"}": "2",
            "wattsource_readings_total{outcome=\"accepted\"}": "14",
            "wattsource_readings_total{outcome=\"duplicate\"}": "12",
            "wattsource_readings_total{outcome=\"replaced\"}": "10",
            "wattsource_readings_total{outcome=\"superseded\"}": "8",
            "wattsource_readings_total{outcome=\"rejected\"}": "6", "wattsource_due_marks_total": "16",
            "wattsource_batches_total": "2", "wattsource_batch_rows_sum": "44", "wattsource_batch_bytes_sum": "2000",
            "wattsource_batch_commit_seconds_sum": "0.04", "wattsource_last_commit_timestamp_seconds": "1.5",
        ]
        for (series, value) in expected { #expect(sample(series) == value, "\(series)") }
        #expect(
            lines.all
                == Array(repeating: "DEBUG    batch committed bytes=1000 records=13 rows=22 seconds=0.020", count: 2)
        )
    }

    @Test func `Counters exist with zero before anything happens`() {
        #expect(sample("wattsource_readings_total{outcome=\"accepted\"}") == "0")
        #expect(sample("wattsource_settled_intervals_total{kind=\"corrected\"}") == "0")
        #expect(sample("wattsource_lag_records") == nil)
    }

    @Test func `Refusals are counted by reason, without a line above debug`() {
        telemetry.record(RecordsRefused(["bad_json": 2, "unknown_device": 1]))
        telemetry.record(RecordsRefused([:]))
        #expect(sample("wattsource_rejections_total{reason=\"bad_json\"}") == "2")
        #expect(sample("wattsource_rejections_total{reason=\"unknown_device\"}") == "1")
        #expect(lines.all.count == 1)
        #expect(lines.all.first?.hasPrefix("DEBUG ") == true)
    }

    @Test func `An outage of the database is told once, and its end once`() {
        telemetry.record(StoreBack())
        #expect(lines.all.isEmpty)
        for attempt in 1...5 {
            telemetry.record(StoreAway(sqlState: "57P01", reason: "shutting down"))
            telemetry.record(BatchRetried(sqlState: "57P01", reason: "x", attempt: attempt, delay: .seconds(1)))
        }
        #expect(sample("wattsource_store_up") == "0")
        #expect(telemetry.health.reasons().map(\.condition).contains(.database))
        telemetry.record(StoreBack(after: .milliseconds(5_250)))
        telemetry.record(StoreBack(after: .seconds(5)))
        #expect(sample("wattsource_store_up") == "1")
        #expect(!telemetry.health.reasons().map(\.condition).contains(.database))
        #expect(sample("wattsource_store_failures_total{class=\"57\"}") == "5")
        #expect(
            lines.all.filter { !$0.hasPrefix("DEBUG") } == [
                "WARNING  store away reason=\"shutting down\" sqlstate=57P01", "INFO     store back seconds=5.250",
            ]
        )
    }

    @Test(arguments: [
        ("", "none"), ("23505", "23"), ("57P01", "57"), ("\"}\n", "none"), ("ab123", "none"), ("235051", "none"),
    ])
    func `Only a sound SQLSTATE becomes a label`(sqlState: String, label: String) {
        #expect(SQLStateClass.label(sqlState) == label)
    }

    @Test func `A halted partition is an error, told once, and keeps the worker from being ready`() {
        telemetry.record(WorkerStarted(worker: "w", version: "1", librdkafka: "2.0.2", libpq: "15"))
        #expect(telemetry.health.isReady)
        telemetry.record(PartitionHalted("readings[3]", reason: "offsets are gone"))
        telemetry.record(PartitionHalted("readings[3]", reason: "offsets are gone"))
        #expect(telemetry.health.reasons().map(\.description) == ["partition readings[3] halted: offsets are gone"])
        #expect(sample("wattsource_partition_events_total{event=\"halted\"}") == "1")
        #expect(sample("wattsource_ready") == "0")
        #expect(lines.all.filter { $0.hasPrefix("ERROR") }.count == 1)
        telemetry.record(PartitionTakenOver("readings[3]", epoch: 2, nextOffset: 9))
        #expect(telemetry.health.isReady)
        #expect(sample("wattsource_ready") == "1")
    }

    @Test func `What another worker owns does not keep this one from being ready`() {
        telemetry.record(WorkerStarted(worker: "w", version: "1", librdkafka: "2.0.2", libpq: "15"))
        telemetry.record(PartitionHalted("readings[3]", reason: "x"))
        telemetry.record(PartitionsRevoked(["readings[3]", "readings[4]"], areLost: false))
        #expect(telemetry.health.isReady)
        telemetry.record(PartitionHalted("readings[4]", reason: "x"))
        telemetry.record(PartitionFenced("readings[4]"))
        #expect(telemetry.health.isReady)
        #expect(sample("wattsource_partition_events_total{event=\"revoked\"}") == "2")
        #expect(sample("wattsource_partition_events_total{event=\"fenced\"}") == "1")
    }

    @Test func `Kafka's troubles set the condition only if nothing can be read`() {
        telemetry.record(WorkerStarted(worker: "w", version: "1", librdkafka: "2.0.2", libpq: "15"))
        telemetry.record(SourceTroubled("one broker is away", keepsFromReading: false))
        #expect(telemetry.health.isReady)
        telemetry.record(SourceTroubled("all brokers are down", keepsFromReading: true))
        telemetry.record(SourceTroubled("all brokers are down", keepsFromReading: true))
        #expect(!telemetry.health.isReady)
        telemetry.record(SourceRecovered())
        #expect(telemetry.health.isReady)
        #expect(sample("wattsource_source_troubles_total") == "3")
        #expect(lines.all.filter { $0.hasPrefix("WARNING") }.count == 1)
    }

    @Test func `Settlement's events`() {
        telemetry.record(SpanSettled(communityID: 1, first: 3, again: 2, corrected: 1, duration: .seconds(1)))
        telemetry.record(IntervalsFinalized(4))
        telemetry.record(WatermarkAdvanced(to: 2_000_000))
        telemetry.record(SettlementFailed(reason: "x", isRetriable: true))
        telemetry.record(SettlementFailed(reason: "x", isRetriable: true))
        #expect(telemetry.health.reasons().map(\.condition).contains(.settlement))
        telemetry.record(SettlementRecovered())
        #expect(!telemetry.health.reasons().map(\.condition).contains(.settlement))
        #expect(sample("wattsource_settled_intervals_total{kind=\"first\"}") == "3")
        #expect(sample("wattsource_settled_intervals_total{kind=\"again\"}") == "2")
        #expect(sample("wattsource_settled_intervals_total{kind=\"corrected\"}") == "1")
        #expect(sample("wattsource_finalized_intervals_total") == "4")
        #expect(sample("wattsource_watermark_timestamp_seconds") == "2")
        #expect(sample("wattsource_settlement_failures_total") == "2")
        #expect(lines.all.filter { $0.hasPrefix("WARNING") }.count == 1)
    }

    @Test func `The process tells its memory`() throws {
        let bytes = try #require(sample("process_resident_memory_bytes").flatMap { Double($0) })
        #expect(bytes > 1_000_000)
    }

    @Test func `A loop's progress is shown by its age`() {
        telemetry.health.expectProgress(of: "ingest", within: .seconds(60))
        #expect(sample("wattsource_loop_progress_age_seconds{loop=\"ingest\"}") != nil)
    }

    @Test func `Dead letters that come back or are not kept are counted, and a flood is told once`() {
        telemetry.record(DeadLettersReplayed(resolved: 3, refusedAgain: 1, stored: 9))
        telemetry.record(DeadLettersDropped("meters[3]", count: 5, isFirst: true))
        telemetry.record(DeadLettersDropped("meters[3]", count: 7, isFirst: false))
        #expect(sample("wattsource_dead_letters_total{result=\"replayed\"}") == "3")
        #expect(sample("wattsource_dead_letters_total{result=\"refused_again\"}") == "1")
        #expect(sample("wattsource_dead_letters_total{result=\"dropped\"}") == "12")
        #expect(
            lines.all.filter { !$0.hasPrefix("DEBUG") } == [
                "INFO     dead letters replayed readings=9 refused_again=1 resolved=3",
                "ERROR    dead letters beyond the daily limit are only counted count=5 partition=meters[3]",
            ]
        )
    }
}
