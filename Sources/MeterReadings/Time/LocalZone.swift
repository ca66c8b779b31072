/// The offsets from UTC of one IANA zone, as a table: what it takes to read local time that does not say its zone.
///
/// It is plain data, made by whoever knows the zone by its name, so that reading a time is a pure function of record and registry.
/// Copying it counts a reference.
public struct LocalZone: Sendable, Equatable {
    /// A change of the offset.
    public struct Offset: Sendable, Equatable {
        /// From when on it holds: microseconds since 1970-01-01T00:00:00Z.
        public var from: Int64
        /// How far local time is ahead of UTC, in seconds.
        public var seconds: Int32

        /// Makes an offset.
        public init(from: Int64, seconds: Int32) {
            self.from = from
            self.seconds = seconds
        }
    }

    /// In order of time; the first one also holds before its `from`.
    public let offsets: [Offset]

    /// Makes a zone.
    ///
    /// - Parameter offsets: in any order; without any it is UTC. The first one also holds for all times before.
    public init(offsets: [Offset]) {
        let ordered = offsets.sorted { $0.from < $1.from }
        self.offsets = ordered.isEmpty ? [Offset(from: .min, seconds: 0)] : ordered
    }
}
