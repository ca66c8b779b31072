import EnergySharing

/// Amounts of money and carbon as people and programs read them.
enum MoneyText {
    /// With two places, half to even, and commas between the thousands: `24,567.12`.
    static func short<Of>(_ amount: TariffAmount<Of>, exponent: Int = 0) -> String {
        let text = amount.text(places: 2, exponent: exponent)
        let (sign, digits) = text.hasPrefix("-") ? ("-", text.dropFirst()) : ("", text[...])
        return sign + EnergyText.grouped(Int64(digits.dropLast(3)) ?? .max) + digits.suffix(3)
    }

    /// All nine digits: `24567.123456000`.
    static func exact<Of>(_ amount: TariffAmount<Of>) -> String { amount.text(places: 9) }
}
