internal import MeterReadings

/// Exact energies as whole Wh.
///
/// A register is floored: differences of floored registers add up to the register's rise. The energy of intervals would lose up to 1 Wh
/// each time, so what is cut off an interval is carried into the next one of the same device, direction and UTC day. So a day's intervals
/// add up to the day's energy, floored, and a file gives the same Wh whichever other days are in it.
struct WholeWattHours {
    private static let wattHour: Int64 = 1_000_000

    private var device = ""
    private var day: Int64 = .min
    private var importRest: Int64 = 0
    private var exportRest: Int64 = 0

    /// The next reading, in the order of device and time.
    mutating func reading(_ exact: ExactReading) -> FileReading {
        // What takes no part in settlement hands nothing on.
        let isCarried = exact.intervalSeconds > 0 && exact.quality.takesPartInSettlement
        let (quotient, remainder) = exact.measuredAt.quotientAndRemainder(dividingBy: UTCTime.day)
        let utcDay = remainder < 0 ? quotient - 1 : quotient
        if exact.device != device || utcDay != day {
            (device, day, importRest, exportRest) = (exact.device, utcDay, 0, 0)
        }
        var ignored: Int64 = 0
        return FileReading(
            line: exact.line,
            device: exact.device,
            reading: MeterReading(
                measuredAt: exact.measuredAt,
                importWh: isCarried
                    ? Self.whole(exact.importEnergy, &importRest) : Self.whole(exact.importEnergy, &ignored),
                exportWh: isCarried
                    ? Self.whole(exact.exportEnergy, &exportRest) : Self.whole(exact.exportEnergy, &ignored),
                intervalSeconds: exact.intervalSeconds,
                quality: exact.quality
            )
        )
    }

    private static func whole(_ energy: ExactEnergy?, _ rest: inout Int64) -> Int64? {
        guard let energy else { return nil }
        let sum = energy.microWh + rest
        rest = sum % wattHour
        return sum / wattHour
    }
}
