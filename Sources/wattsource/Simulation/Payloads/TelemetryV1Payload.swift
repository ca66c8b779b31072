internal import MeterReadings

/// Wattsource's own telemetry, compact.
enum TelemetryV1Payload {
    /// How the energy is written.
    enum Unit: Equatable {
        /// Registers in whole Wh.
        case wattHours
        /// Registers in kWh with decimals, as text.
        case kilowattHours
        /// The energy of intervals of this length, in whole Wh.
        case interval(seconds: Int64)
    }

    /// One reading inline, several as a list.
    static func text(_ device: String, _ readings: [SimulatedReading], _ unit: Unit) -> String {
        // None of the characters that a device id may have needs an escape in JSON.
        var text = #"{"v":1,"device":"\#(device)","#
        if case .interval(let seconds) = unit { text += #""kind":"interval","interval_s":\#(seconds),"# }
        if readings.count == 1 { return text + members(readings[0], unit) + "}" }
        return text + #""readings":["# + readings.map { "{\(members($0, unit))}" }.joined(separator: ",") + "]}"
    }

    private static func members(_ reading: SimulatedReading, _ unit: Unit) -> String {
        let time = #""t":"\#(UTCTime.format(reading.time))","#
        if unit == .kilowattHours {
            let imported = EnergyDigits.fineKilowattHours(reading.values.imported)
            let exported = EnergyDigits.fineKilowattHours(reading.values.exported)
            return time + #""import_kwh":"\#(imported)","export_kwh":"\#(exported)""#
        }
        return time + #""import_wh":\#(reading.values.imported),"export_wh":\#(reading.values.exported)"#
    }
}
