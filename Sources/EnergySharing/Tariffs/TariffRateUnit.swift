/// What a rate in a file is per.
public enum TariffRateUnit: String, Sendable, CaseIterable {
    /// Per kWh: 0.2134.
    case kilowattHour = "kWh"
    /// Per MWh, as electricity exchanges quote it: 213.40.
    case megawattHour = "MWh"
}
