/// Something that was said about a device and a time.
public struct HistoryEntry: Sendable, Equatable {
    /// What became of it.
    public enum State: String, Sendable {
        /// It has the place.
        case stored
        /// It had the place, until a better one came.
        case replaced
        /// It never got the place.
        case superseded
        /// It had the place, until somebody took it out.
        case discarded
    }

    /// Its time, or the start of its interval; microseconds since 1970-01-01T00:00:00Z, like all times here.
    public var measuredAt: Int64
    /// The interval's length in seconds; `nil`: a reading of registers.
    public var seconds: Int32?
    /// What became of it.
    public var state: State
    /// In Wh; `nil`: none.
    public var importWh: Int64?
    /// In Wh; `nil`: none.
    public var exportWh: Int64?
    /// The quality's letter.
    public var quality: String
    /// `ReadingFlags`.
    public var flags: Int16
    /// When the hub took its record, or when it was imported.
    public var receivedAt: Int64
    /// When it lost its place, or did not get it; `nil`: it has it.
    public var recordedAt: Int64?
    /// Who brought it by hand.
    public var broughtBy: Actor?
    /// Who took it out, or put another in its place, by hand.
    public var endedBy: Actor?

    /// Somebody, and why.
    public struct Actor: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The reason given.
        public var reason: String

        /// Makes one.
        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// Makes an entry.
    public init(
        measuredAt: Int64,
        seconds: Int32? = nil,
        state: State,
        importWh: Int64? = nil,
        exportWh: Int64? = nil,
        quality: String,
        flags: Int16,
        receivedAt: Int64,
        recordedAt: Int64? = nil,
        broughtBy: Actor? = nil,
        endedBy: Actor? = nil
    ) {
        self.measuredAt = measuredAt
        self.seconds = seconds
        self.state = state
        self.importWh = importWh
        self.exportWh = exportWh
        self.quality = quality
        self.flags = flags
        self.receivedAt = receivedAt
        self.recordedAt = recordedAt
        self.broughtBy = broughtBy
        self.endedBy = endedBy
    }
}
