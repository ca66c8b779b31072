internal import MeterReadings

/// One channel of a meter in a NEM12 file: what a 200 record says.
struct NEM12Channel {
    /// The device that the meter (NMI) is on the hub.
    var device: String
    /// The channel's suffix: E1, B1 and so on.
    var suffix: String
    /// Whether it is energy out of the home.
    var isExport: Bool
    /// What its values are in.
    var unit: ExactEnergy.Unit
    /// The length of an interval in minutes: 5, 15 or 30.
    var minutes: Int

    /// How many intervals a day has.
    var intervals: Int { 1440 / minutes }
}
