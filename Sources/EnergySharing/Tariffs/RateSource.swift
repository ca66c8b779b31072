/// Where a rate comes from.
public enum RateSource<Of: TariffQuantity>: Equatable, Sendable {
    /// The same at all times.
    case constant(TariffRate<Of>)
    /// By weekday and hour of the local clock.
    case timeOfUse(TimeOfUse<Of>)
    /// By a table of its own for each quarter-hour, half-hour or hour.
    case series(RateSeries<Of>)

    /// A quarter of an hour in microseconds: no rate changes within one.
    static var quarterHour: Int64 { 900_000_000 }

    /// The rate of the interval that begins at `start` (microseconds since 1970, UTC) and is `length` microseconds long,
    /// a whole number of quarter-hours; `nil` where no rate is known for all of it.
    ///
    /// Where the rate changes within the interval it is the mean over the interval's quarter-hours, rounded half to even
    /// to a millionth per kWh: a meter does not say in which of them the energy flowed.
    public func rate(at start: Int64, length: Int64) -> TariffRate<Of>? {
        precondition(length > 0 && length % Self.quarterHour == 0, "an interval is a whole number of quarter-hours")
        if case .constant(let rate) = self { return rate }
        guard let first = rate(at: start) else { return nil }
        var sum = Int128(first.microPerKWh)
        var isSteady = true
        for quarter in 1..<max(length / Self.quarterHour, 1) {
            guard let rate = rate(at: start + quarter * Self.quarterHour) else { return nil }
            sum += Int128(rate.microPerKWh)
            isSteady = isSteady && rate == first
        }
        if isSteady { return first }
        // A mean of 64-bit numbers fits 64 bits.
        return TariffRate(microPerKWh: Int64(HalfEven.divide(sum, by: Int128(length / Self.quarterHour))))
    }

    /// The rate at an instant.
    private func rate(at time: Int64) -> TariffRate<Of>? {
        switch self {
        case .constant(let rate): rate
        case .timeOfUse(let table): table.rate(at: time)
        case .series(let series): series.rate(at: time)
        }
    }
}
