import EnergySharing

/// The hourly readings of one meter over the 31 days of a month, with the context that a series needs at both ends.
struct MonthOfReadings {
    /// An hour in microseconds.
    static let hour: Int64 = 3_600_000_000
    /// The hours of the month.
    static let hours = 744

    /// In order of time.
    let readings: [RegisterReading]

    /// Makes readings that stand `late` microseconds after the full hour; the month begins at time 0.
    init(late: Int64) {
        var imported: Int64 = 2_714_128
        var exported: Int64 = 1206
        readings = (-RegisterSeries.context...Self.hours + RegisterSeries.context).map { index in
            imported += Int64(abs(index)) * 7919 % 1300
            exported += Int64(abs(index)) * 104_729 % 900
            return RegisterReading(time: Int64(index) * Self.hour + late, importWh: imported, exportWh: exported)
        }
    }
}
