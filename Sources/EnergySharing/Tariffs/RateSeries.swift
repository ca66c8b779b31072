/// A rate for each quarter-hour, half-hour or hour of a span, such as a day-ahead market or a grid's carbon intensity.
public struct RateSeries<Of: TariffQuantity>: Equatable, Sendable {
    /// When it begins: microseconds since 1970-01-01T00:00:00Z, on its grid.
    public let from: Int64
    /// How long each rate holds, in microseconds: 15, 30 or 60 minutes.
    public let step: Int64
    /// The rates one after the other; `nil` where one is missing.
    public let rates: [TariffRate<Of>?]

    /// Makes a series; `nil` if the step is none of 15, 30 and 60 minutes or the beginning is not on a quarter-hour.
    public init?(from: Int64, step: Int64, rates: [TariffRate<Of>?]) {
        guard [900_000_000, 1_800_000_000, 3_600_000_000].contains(step), from % 900_000_000 == 0 else { return nil }
        self.from = from
        self.step = step
        self.rates = rates
    }

    /// The rate at an instant (microseconds since 1970, UTC); `nil` before, after, and where one is missing.
    public func rate(at time: Int64) -> TariffRate<Of>? {
        guard time >= from else { return nil }
        let place = (time - from) / step
        return place < rates.count ? rates[Int(place)] : nil
    }
}
