/// A step that divided an amount on weights, with all it takes to do it again with a pencil.
///
/// Each line's quota is ⌊``dividedWh`` · weight / ``divisor``⌋; its part is that, or 1 Wh more where it has an
/// ``Line/extraPlace``.
public struct DivisionStep: Equatable, Sendable {
    /// What was divided, and on what.
    public enum Purpose: Equatable, Sendable {
        /// What is offered, on the agreed shares in parts per million.
        case fixedShares
        /// What is left, in a round (the first is 1) on the weights of those that still need something.
        case round(Int)
        /// The smaller of what is left and what is needed, on the needs that are open.
        case inProportion
        /// What all members got, on what each producer offers.
        case producers
    }

    /// One member's part.
    public struct Line: Equatable, Sendable {
        /// Its index among the members.
        public var member: Int
        /// Its weight.
        public var weight: Int64
        /// Its quota, rounded down, in Wh.
        public var quotaWh: Int64
        /// What rounding its quota down took away, as a numerator over the step's divisor.
        public var remainder: Int64
        /// Which of the leftover watt-hours it got by the size of its remainder, from 1; `nil` if none.
        public var extraPlace: Int?
        /// Its part in Wh: the quota, and 1 more if it got a leftover watt-hour.
        public var partWh: Int64
        /// The most that it can take: its need that is open, or what it offers.
        public var limitWh: Int64
        /// What it takes: the smaller of part and limit.
        ///
        /// The rest of the part is left for others, or leaves as surplus.
        public var takenWh: Int64
    }

    /// What was divided, and on what.
    public var purpose: Purpose
    /// What there was when the step began, in Wh.
    public var availableWh: Int64
    /// What was divided of it, in Wh.
    public var dividedWh: Int64
    /// What weights are over: their sum, or 10⁶ where shares stand for themselves.
    public var divisor: Int64
    /// The members with a weight above 0, in the order of the members.
    public var lines: [Line]

    /// What all lines take, in Wh.
    public var takenWh: Int64 { lines.reduce(0) { $0 + $1.takenWh } }

    /// Puts a step together from what went in and what came out: `parts` of `divided` Wh on `weights`, of which each
    /// member takes at most its limit.
    init(
        _ purpose: Purpose,
        available: Int64,
        divided: Int64,
        on weights: [Int64],
        divisor: Int64,
        parts: [Int64],
        limits: [Int64]
    ) {
        self.purpose = purpose
        availableWh = available
        dividedWh = divided
        self.divisor = divisor
        lines = []
        guard divisor > 0 else { return }
        for (member, weight) in weights.enumerated() where weight > 0 {
            let quota = divided.times(weight, dividedBy: divisor)
            lines.append(
                Line(
                    member: member,
                    weight: weight,
                    quotaWh: quota.quotient,
                    remainder: quota.remainder,
                    extraPlace: nil,
                    partWh: parts[member],
                    limitWh: limits[member],
                    takenWh: min(parts[member], limits[member])
                )
            )
        }
        let extra = lines.indices.filter { lines[$0].partWh > lines[$0].quotaWh }
            .sorted { (lines[$1].remainder, $0) < (lines[$0].remainder, $1) }
        for (place, line) in extra.enumerated() { lines[line].extraPlace = place + 1 }
    }
}
