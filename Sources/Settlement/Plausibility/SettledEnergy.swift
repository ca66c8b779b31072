public import EnergySharing

/// The settled energy of one meter in one interval.
public struct SettledEnergy: Sendable, Equatable {
    /// The meter.
    public var deviceID: Int32
    /// The interval, and what was measured.
    public var interval: MeterDay.Interval

    /// Makes it.
    public init(deviceID: Int32, interval: MeterDay.Interval) {
        self.deviceID = deviceID
        self.interval = interval
    }
}
