internal import MeterReadings

/// One channel of a meter in a NEM12 file: what a 200 record says.
struct NEM12Channel {
    /// The meter's number, which the file names it by.
    var meter: String
    /// The line of the record.
    var line: Int
    /// Whether it is energy out of the home.
    var isExport: Bool
    /// What its values are in.
    var unit: ExactEnergy.Unit
    /// The length of an interval in minutes: 5, 15 or 30.
    var minutes: Int

    /// How many intervals a day has.
    var intervals: Int { 1440 / minutes }
}
