/// How the energy of one interval followed from one register of a meter, with all it takes to do it again with a pencil.
///
/// With r1 at t1 the last reading at or before an edge b and r2 at t2 the first at or after it, the register at the edge is
/// R(b) = r1 + ⌊(r2 − r1) · (b − t1) / (t2 − t1)⌋, or the reading at b itself, and the energy is R(end) − R(start).
///
/// The r are registers that run on (``Point/runningWh``): what the meter showed, as long as nothing happened but that it
/// rose; see ``turns``.
public struct RegisterTrace: Equatable, Sendable {
    /// A reading beside an edge.
    public struct Point: Equatable, Sendable {
        /// Its time: microseconds since 1970-01-01T00:00:00Z.
        public var time: Int64
        /// What the register showed, in Wh.
        public var shownWh: Int64
        /// The same, made to run on across exchanges, rollovers and breaks, in Wh; in the trace's first reading what it showed.
        public var runningWh: Int64
        /// How far it can be trusted.
        public var quality: EnergyQuality
    }

    /// One end of the interval.
    public struct Edge: Equatable, Sendable {
        /// The instant: microseconds since 1970-01-01T00:00:00Z.
        public var time: Int64
        /// The last reading at or before it that counts; `nil`: none.
        public var before: Point?
        /// The first reading at or after it that counts, the same one if it is at the edge; `nil`: none.
        public var after: Point?
        /// R(b), in Wh; `nil` unless there are readings on both sides.
        public var registerWh: Int64?
        /// How far it can be trusted; `nil` unless there are readings on both sides.
        public var quality: EnergyQuality?
    }

    /// A step from one reading to the next in which the register that runs on does not rise by what the shown one does.
    public struct Turn: Equatable, Sendable {
        /// Why.
        public enum Kind: String, Sendable {
            /// What passed is not known, so nothing is counted.
            case uncounted
            /// The register passed its end and began again.
            case rollover
            /// The meter was exchanged.
            case exchange
        }

        /// Why.
        public var kind: Kind
        /// The reading before.
        public var from: Point
        /// The reading after.
        public var to: Point

        /// What counts of the step, in Wh.
        public var passedWh: Int64 { to.runningWh - from.runningWh }
    }

    /// The interval's beginning.
    public var start: Edge
    /// The interval's end.
    public var end: Edge
    /// What happened between the reading before the beginning and the one after the end, in order of time.
    public var turns: [Turn]
    /// Whether the register counts 0 because the meter does not report it, or did not yet; see ``RegisterSeries``.
    public var isSilent: Bool

    /// The energy, R(end) − R(start), in Wh; `nil` if one of them is not known.
    public var energyWh: Int64? {
        guard let start = start.registerWh, let end = end.registerWh else { return nil }
        return end - start
    }
}
