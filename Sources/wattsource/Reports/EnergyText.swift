/// Energy and counts as people read them; integer arithmetic throughout.
enum EnergyText {
    /// A whole number with commas between the thousands: `112,120,902`.
    static func grouped(_ number: Int64) -> String {
        let digits = Array(String(number.magnitude).utf8)
        var text = number < 0 ? "-" : ""
        for (place, digit) in digits.enumerated() {
            if place > 0 && (digits.count - place) % 3 == 0 { text.append(",") }
            text.unicodeScalars.append(Unicode.Scalar(digit))
        }
        return text
    }

    /// Wh as kWh with one decimal, half up: 112,120,902 is `112,120.9`.
    static func kilowattHours(_ wattHours: Int64) -> String {
        let tenths = (Int128(wattHours.magnitude) + 50) / 100
        let text = grouped(Int64(clamping: tenths / 10)) + ".\(tenths % 10)"
        return wattHours < 0 && tenths > 0 ? "-" + text : text
    }

    /// A part of a whole in percent with one decimal, half up: `15.8`; a dash where the whole is nothing.
    ///
    /// What is not all is never shown as 100.0, and what is not nothing never as 0.0: these come as `>99.9` and `<0.1`.
    static func percent(_ part: Int64, of whole: Int64) -> String {
        guard whole > 0, part >= 0 else { return "-" }
        let tenths = (Int128(part) * 1000 + Int128(whole) / 2) / Int128(whole)
        if tenths == 0 && part > 0 { return "<0.1" }
        if tenths >= 1000 && part < whole { return ">99.9" }
        return "\(tenths / 10).\(tenths % 10)"
    }

    /// A number and its noun: `1 record`, `2,000 records`.
    static func count(_ number: Int64, _ singular: String, _ plural: String? = nil) -> String {
        grouped(number) + " " + (number == 1 ? singular : plural ?? singular + "s")
    }
}
