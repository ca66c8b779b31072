/// What one register of a meter may do between two readings.
///
/// A register may rise by as much as its connection carries, with a margin, in the time between the readings: ⌊watts ×
/// margin × max(elapsed, 15 min) / 1 h⌋ + 1 Wh. Fifteen minutes at least, because coarse registers count in steps of up
/// to 100 Wh and would jump within seconds; 1 Wh more, because both readings were rounded down to whole watt-hours.
///
/// A register of d whole digits wraps at 10^d kWh (DSMR 6 asks meters to). A fall is such a rollover if the register
/// stood at nine tenths of that or more, and what passed, cap − before + after, is within what it may rise.
///
/// Worked example: 17,250 W (3 × 25 A at 230 V) × 1.2 × 15 min = 5,175 Wh, so a rise of 5,176 Wh within 15 minutes or
/// less is plausible and one of 5,177 Wh is a break.
struct StepLimit: Sendable {
    /// Margins are in tenths, times are in microseconds: tenths of a watt · microseconds in a watt-hour.
    private static let tenthsPerWattHour: Int64 = 10 * 3_600 * 1_000_000
    /// The shortest time that a rise is judged over, in microseconds.
    private static let shortestElapsed: Int64 = 900 * 1_000_000
    /// More than any connection carries (1 TW); what is above it counts as it, so that nothing overflows.
    private static let mostWatts: Int64 = 1_000_000_000_000

    /// The power with its margin, in tenths of a watt.
    private let tenthsOfWatts: Int64
    /// What it may rise by within 15 minutes, in Wh: the bound of most steps, worked out once.
    private let shortestRise: Int64
    /// Where the register wraps, in Wh; `nil`: it is not known to.
    private let cap: Int64?

    /// Makes a limit for a power in W with a margin in tenths (12: one fifth more).
    private init(watts: Int64, marginTenths: Int64, cap: Int64?) {
        tenthsOfWatts = min(max(watts, 0), Self.mostWatts) * marginTenths
        shortestRise = Self.rise(tenthsOfWatts, over: Self.shortestElapsed)
        self.cap = cap
    }

    /// Makes the limit of one register of a connection.
    ///
    /// Import: the connection's power × 1.2. Export: the inverter's × 1.1, or, where that is not known, the
    /// connection's × 1.2.
    init(_ register: EnergyRegister, of limits: ConnectionLimits) {
        let cap = Self.cap(digits: limits.registerDigits)
        if register == .exported, let inverter = limits.inverterWatts {
            self.init(watts: inverter, marginTenths: 11, cap: cap)
        } else {
            self.init(watts: limits.connectionWatts, marginTenths: 12, cap: cap)
        }
    }

    /// Whether the register's width is known, so that it may begin again at 0.
    var mayRollOver: Bool { cap != nil }

    /// What the register did while it went from `before` to `after` Wh within `elapsed` microseconds.
    func step(from before: Int64, to after: Int64, elapsed: Int64) -> RegisterStep {
        if after >= before { return step(rise: after - before, elapsed: elapsed) }
        // A register that stands at its cap or beyond does not have that width, so it does not wrap there either.
        guard let cap, after >= 0, before < cap, before >= cap - cap / 10 else { return .impossible }
        let rise = cap - before + after
        return rise <= mostRise(within: elapsed) ? .rollover(rise) : .impossible
    }

    /// What the register did if it rose by `rise` Wh, or fell, within `elapsed` microseconds.
    func step(rise: Int64, elapsed: Int64) -> RegisterStep {
        rise >= 0 && (rise <= shortestRise || rise <= mostRise(within: elapsed)) ? .rise(rise) : .impossible
    }

    /// The most that the register may rise by within `elapsed` microseconds, in Wh.
    func mostRise(within elapsed: Int64) -> Int64 {
        elapsed <= Self.shortestElapsed ? shortestRise : Self.rise(tenthsOfWatts, over: elapsed)
    }

    /// The most that a power lets a register rise by; no bound at all where it would not fit 64 bits.
    private static func rise(_ tenthsOfWatts: Int64, over elapsed: Int64) -> Int64 {
        let product = UInt64(tenthsOfWatts).multipliedFullWidth(by: UInt64(elapsed))
        // Below a quarter of the divisor in the upper half, the quotient has at most 62 bits.
        guard product.high < UInt64(tenthsPerWattHour / 4) else { return Int64.max }
        return Int64(UInt64(tenthsPerWattHour).dividingFullWidth(product).quotient) + 1
    }

    /// 10^digits kWh in Wh; `nil` for a width that is not known or beyond any register's.
    static func cap(digits: Int?) -> Int64? {
        guard let digits, (1...15).contains(digits) else { return nil }
        return (0..<digits).reduce(1_000) { power, _ in power * 10 }
    }
}
