/// How the energy of one interval followed from a meter's readings of intervals.
public struct IntervalTrace: Equatable, Sendable {
    /// What of a reading falls into the interval.
    public struct Piece: Equatable, Sendable {
        /// The reading.
        public var reading: IntervalReading
        /// Where the piece begins: microseconds since 1970-01-01T00:00:00Z.
        public var from: Int64
        /// Where it ends.
        public var until: Int64
        /// Its import, ⌊E · (until − start) / length⌋ − ⌊E · (from − start) / length⌋ of the reading's E, in Wh.
        public var importWh: Int64
        /// Its export, likewise.
        public var exportWh: Int64

        /// Whether the reading is split: it reaches beyond the interval.
        public var isPart: Bool { until - from < reading.length }

        /// Takes what of a reading falls into [start, end), which it touches.
        init(_ reading: IntervalReading, from start: Int64, until end: Int64) {
            self.reading = reading
            from = max(reading.start, start)
            until = min(reading.end, end)
            importWh = reading.share(of: reading.importWh, from: from, to: until)
            exportWh = reading.share(of: reading.exportWh, from: from, to: until)
        }
    }

    /// The pieces, in order of time, none of which overlap.
    public var pieces: [Piece]
    /// How much of the interval they cover, in microseconds; the interval has a value if it is all of it.
    public var covered: Int64
    /// What ``IntervalSeries/energies(from:interval:count:)`` says of the interval.
    public var energy: IntervalEnergy?
}
