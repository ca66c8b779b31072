import Ingestion
import MeterReadings

/// One record as a producer sent it, with what must become of it.
struct SimulatedRecord {
    /// What must become of a record.
    enum Fate {
        /// Its readings are in the table.
        case read
        /// It is a dead letter.
        case refused
        /// The database refuses it; it is a dead letter.
        case poison
        /// It is passed over.
        case skipped
    }

    /// One reading of a record.
    struct Reading {
        var key: ReadingKey
        var importWh: Int64
    }

    var fate: Fate
    var readings: [Reading]
    var value: [UInt8]?
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var enqueuedMillis: Int64
    /// Names and values, as bytes.
    var headers: [(name: [UInt8], value: [UInt8])]

    var enqueuedAt: Int64 { enqueuedMillis * 1_000 }

    /// What the ingest loop must have stored as the anchor after it.
    var hash: Int64 {
        guard let value else { return RecordHash.hash(value: nil, key: nil, timestamp: enqueuedAt) }
        return RecordHash.hash(value: value.span, key: nil, timestamp: enqueuedAt)
    }
}

/// What identifies a reading in the database.
struct ReadingKey: Hashable {
    var device: Int32
    /// Microseconds since 1970-01-01T00:00:00Z.
    var at: Int64
}

/// A reading as the table has it.
struct StoredReading: Equatable {
    var importWh: Int64
    /// Microseconds since 1970-01-01T00:00:00Z.
    var receivedAt: Int64

    /// Whether it takes the other's place: the total order of ARCHITECTURE.md, "Outcomes", for telemetry of one quality.
    func isBetter(than other: StoredReading) -> Bool {
        receivedAt == other.receivedAt ? importWh < other.importWh : receivedAt < other.receivedAt
    }
}

/// One partition's log from its creation, or from an accepted new beginning, until the next.
///
/// What it once held stays known to the books even if the broker has lost it.
final class SimulatedLife {
    /// By offset; `nil`: an offset without a record.
    var records: [SimulatedRecord?]
    /// The first offset from which records were cut off and perhaps replaced; what lies before is beyond doubt.
    var firstCut = Int.max
    /// What was cut off.
    var cut: [SimulatedRecord] = []

    init(records: [SimulatedRecord?]) { self.records = records }
}
