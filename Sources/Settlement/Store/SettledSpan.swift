/// The result of settling one span of one community.
public struct SettledSpan: Sendable {
    /// The beginning of the span, on the interval grid.
    public var from: Int64
    /// Its end, exclusive, on the interval grid.
    public var until: Int64
    /// Whether intervals of it may have been settled before (then only what changed is written).
    public var isAgain: Bool
    /// Whether its intervals are closed to the readings that it is due for: then nothing is written but which ones would change.
    public var isClosed: Bool
    /// Why it was settled again: `late`, `registry`, `requested`; empty for the first time.
    public var cause: String
    /// All intervals of the span, in order of time.
    public var intervals: [SettledInterval]
    /// All rows of these intervals, by interval, then meter.
    public var rows: [AttributionRow]
    /// All anomalies that touch the span, of all meters of ``metersSeen``.
    public var anomalies: [Anomaly]
    /// The meters whose readings were looked at.
    public var metersSeen: [Int32]

    /// Makes an empty result for a span.
    public init(from: Int64, until: Int64, isAgain: Bool, isClosed: Bool = false, cause: String) {
        self.from = from
        self.until = until
        self.isAgain = isAgain
        self.isClosed = isClosed
        self.cause = cause
        self.intervals = []
        self.rows = []
        self.anomalies = []
        self.metersSeen = []
    }
}
