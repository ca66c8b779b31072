import ArgumentParser
import CommunityRegistry

/// A register's value on the command line: whole Wh, or kWh with the unit.
struct EnergyArgument: ExpressibleByArgument, Equatable {
    /// The value in Wh, from 0 to 10¹².
    let wattHours: Int64

    /// Reads `12345678`, `12345678Wh` or `12345.678kWh`; `nil` for anything else.
    init?(argument: String) {
        let text = argument.lowercased()
        let value: Int64? =
            if text.hasSuffix("kwh") {
                WattHoursText.parseKilowattHours(text.dropLast(3).trimmed)
            } else {
                WattHoursText.parseWattHours(text.hasSuffix("wh") ? text.dropLast(2).trimmed : text)
            }
        guard let value else { return nil }
        wattHours = value
    }
}

extension Substring {
    /// The text without the blanks at its end: `12 kWh` is 12 kWh.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
