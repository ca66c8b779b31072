/// Rates by weekday and hour of the local clock, with seasons by date.
///
/// The first window that holds counts; where none does, ``otherwise``. On the day that clocks go back, the hour that is
/// there twice has the same rate twice; on the day that they go forward, the hour that is missing has none.
public struct TimeOfUse<Of: TariffQuantity>: Equatable, Sendable {
    /// The zone whose clock counts.
    public var zone: ZoneOffsets
    /// The windows; the first that holds counts.
    public var windows: [TimeOfUseWindow<Of>]
    /// The rate where no window holds; `nil`: none is known.
    public var otherwise: TariffRate<Of>?

    /// Makes a table.
    public init(zone: ZoneOffsets, windows: [TimeOfUseWindow<Of>], otherwise: TariffRate<Of>?) {
        self.zone = zone
        self.windows = windows
        self.otherwise = otherwise
    }

    /// The rate at an instant (microseconds since 1970, UTC).
    public func rate(at time: Int64) -> TariffRate<Of>? {
        let local = zone.local(at: time)
        return windows.first { $0.holds(at: local) }?.rate ?? otherwise
    }
}
