internal import MeterReadings

/// An energy as its exact decimal, in millionths of a Wh.
///
/// Files give energy per interval with more decimals than whole Wh; what is cut off interval by interval would be lost.
struct ExactEnergy: Equatable {
    /// Millionths of a Wh, not negative, at most 10^18.
    var microWh: Int64

    /// Units that files give energy in.
    enum Unit: Int {
        case wattHours = 0
        case kilowattHours = 3
        case megawattHours = 6

        /// The unit of this name, whatever its case: `kWh`.
        init?(name: String) {
            switch name.lowercased() {
            case "wh": self = .wattHours
            case "kwh": self = .kilowattHours
            case "mwh": self = .megawattHours
            default: return nil
            }
        }
    }

    /// The most: 10^12 Wh.
    static let maximum = MeterReading.maximumWh * 1_000_000

    /// Reads a decimal number: `12`, `12.345`; digits behind the millionth of a Wh are cut off.
    ///
    /// - Throws: what is wrong with it, as a sentence.
    static func read(_ text: some Sequence<UInt8>, unit: Unit) throws(EnergyFault) -> ExactEnergy {
        var value: Int64 = 0
        // How many more digits behind the point count.
        var decimals = unit.rawValue + 6
        var digits = 0
        var isBehindPoint = false
        var isTooLarge = false
        var isFirst = true
        for byte in text {
            defer { isFirst = false }
            switch byte {
            case UInt8(ascii: "-") where isFirst: throw .negative
            case UInt8(ascii: ".") where !isBehindPoint && digits > 0:
                isBehindPoint = true
                digits = 0
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits += 1
                if isBehindPoint {
                    if decimals == 0 { continue }
                    decimals -= 1
                }
                if value > maximum / 10 {
                    isTooLarge = true
                } else {
                    value = value * 10 + Int64(byte - UInt8(ascii: "0"))
                }
            default: throw .malformed
            }
        }
        guard digits > 0 else { throw .malformed }
        for _ in 0..<decimals {
            if value > maximum / 10 { isTooLarge = true } else { value *= 10 }
        }
        guard !isTooLarge, value <= maximum else { throw .tooLarge }
        return ExactEnergy(microWh: value)
    }

    /// The sum; `nil` if it is too large.
    func adding(_ other: ExactEnergy) -> ExactEnergy? {
        let sum = microWh + other.microWh
        return sum <= Self.maximum ? ExactEnergy(microWh: sum) : nil
    }
}
