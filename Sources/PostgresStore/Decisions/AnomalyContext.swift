public import CommunityRegistry
public import EnergySharing
public import MeterReadings

/// An anomaly with all that it takes to judge it: the readings around it, what became of others, and what was decided there.
///
/// Times are microseconds since 1970-01-01T00:00:00Z.
public struct AnomalyContext: Sendable {
    /// A stored reading.
    public struct Reading: Sendable, Equatable {
        /// Its instant; for energy of an interval, its beginning.
        public var time: Int64
        /// The import register, or the interval's import, in Wh.
        public var importWh: Int64?
        /// The export register, or the interval's export, in Wh.
        public var exportWh: Int64?
        /// The quality's letter: M, S, E, F or N.
        public var quality: String
        /// When it was enqueued at the hub.
        public var receivedAt: Int64
        /// The interval's length in seconds; `nil` for registers.
        public var seconds: Int32?
        /// What people decided about it.
        public var decision: ReadingDecision?

        /// Whether it takes part in settlement by its quality.
        public var takesPart: Bool {
            quality.utf8.first.flatMap(ReadingQuality.init(rawValue:))?.takesPartInSettlement ?? false
        }
    }

    /// A reading that lost its place, or never got it.
    public struct PastReading: Sendable, Equatable {
        /// Its instant, values, quality and enqueued time.
        public var reading: Reading
        /// Why: `replaced`, `superseded`, `discarded`.
        public var cause: String
        /// When it came to that.
        public var recordedAt: Int64
    }

    /// The anomaly.
    public var anomaly: AnomalyRecord
    /// What the device reports.
    public var kind: TelemetryKind
    /// Which registers it has.
    public var registers: MeterRegisters
    /// What its connection carries.
    public var limits: ConnectionLimits
    /// The readings from five before to five after it, by time.
    public var readings: [Reading]
    /// What else the device said at these times, by time.
    public var history: [PastReading]
    /// All exchanges of the device's meter, by time.
    public var swaps: [RegistryMeterSwap]

    /// The stored reading at an instant.
    public func reading(at time: Int64) -> Reading? { readings.first { $0.time == time } }
}
