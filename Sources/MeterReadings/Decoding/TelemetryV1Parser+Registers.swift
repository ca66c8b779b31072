/// The three ways to tell a register. Each gives Wh from 0 to 10^12, or `nil` when it has refused the reading.
extension TelemetryV1Parser {
    /// `import_wh`, `export_wh`: an integer.
    mutating func wattHours(
        _ member: TelemetryMember,
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts
    ) throws(Refusal) -> Int64? {
        let at = cursor.index
        switch cursor.byte(in: body) {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            let number = try cursor.number(body).scaled(body, power: 0)
            guard let energy = Self.energy(number, member, at, &parts) else { return nil }
            guard number.isWhole else {
                parts.refuse(.badSchema, member, at: at, "whole watt-hours are expected")
                return nil
            }
            return energy
        default:
            parts.refuse(.badSchema, member, at: at, "an integer, in watt-hours, is expected")
            try cursor.skipValue(body, depth: depth)
            return nil
        }
    }

    /// `import_kwh`, `export_kwh`: a decimal number, or a string that is one, floored to Wh.
    ///
    /// A register that is floored before differences are taken loses nothing over time: what was cut off is in the next one.
    mutating func kilowattHours(
        _ member: TelemetryMember,
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts,
        _ scratch: inout [UInt8]
    ) throws(Refusal) -> Int64? {
        let at = cursor.index
        switch cursor.byte(in: body) {
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return Self.energy(try cursor.number(body).scaled(body, power: 3), member, at, &parts)
        case UInt8(ascii: "\""):
            let number = try cursor.string(body).withContent(of: body, scratch: &scratch) { text in
                DecimalText.whole(text, power: 3)
            }
            guard let number else {
                parts.refuse(.badSchema, member, at: at, "a decimal number, such as \"2714.128\", is expected")
                return nil
            }
            return Self.energy(number, member, at, &parts)
        default:
            parts.refuse(.badSchema, member, at: at, "a decimal number, in kilowatt-hours, is expected")
            try cursor.skipValue(body, depth: depth)
            return nil
        }
    }

    /// `import_t`, `export_t`: an array of integers, one for each tariff, summed.
    mutating func tariffs(
        _ member: TelemetryMember,
        _ body: Span<UInt8>,
        _ depth: Int,
        _ parts: inout ReadingParts
    ) throws(Refusal) -> Int64? {
        let at = cursor.index
        guard cursor.byte(in: body) == UInt8(ascii: "[") else {
            parts.refuse(.badSchema, member, at: at, "an array of integers, in watt-hours, is expected")
            try cursor.skipValue(body, depth: depth)
            return nil
        }
        guard cursor.opens(body, closing: UInt8(ascii: "]")) else {
            parts.refuse(.badSchema, member, at: at, "at least one tariff is expected")
            return nil
        }
        var sum: Int64? = 0
        repeat {
            let part = try wattHours(member, body, depth + 1, &parts)
            // Cannot overflow: each part is at most 10^12, and a larger sum is not carried on.
            sum = if let part, let known = sum, known <= MeterReading.maximumWh { known + part } else { nil }
        } while try cursor.continues(body, closing: UInt8(ascii: "]"))
        if let sum, sum <= MeterReading.maximumWh { return sum }
        parts.refuse(.outOfRange, member, at: at, "the tariffs sum up to more than 10^12 Wh")
        return nil
    }

    /// A number of watt-hours within the limits, floored.
    private static func energy(
        _ number: ScaledDecimal,
        _ member: TelemetryMember,
        _ at: Int,
        _ parts: inout ReadingParts
    ) -> Int64? {
        if number.isNegative {
            parts.refuse(.negativeValue, member, at: at, "a register is never below zero")
            return nil
        }
        guard let magnitude = number.magnitude, magnitude <= UInt64(MeterReading.maximumWh) else {
            parts.refuse(.outOfRange, member, at: at, "a register is at most 10^12 Wh")
            return nil
        }
        return Int64(magnitude)
    }
}
