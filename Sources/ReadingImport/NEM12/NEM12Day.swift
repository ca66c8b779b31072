internal import MeterReadings

/// One day of a channel: what a 300 record and the 400 records below it say.
struct NEM12Day {
    var line: Int
    /// Midnight of the day in market time (UTC+10, no daylight saving), microseconds since 1970-01-01T00:00:00Z.
    var start: Int64
    var values: [ExactEnergy]
    /// The quality of each interval; `nil` where the 300 record says V and no 400 record has told yet.
    var qualities: [ReadingQuality?]
}
