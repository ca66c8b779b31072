/// How much of something a kilowatt-hour costs or carries: currency per kWh, or grams per kWh.
///
/// Exact: whole millionths of the unit. May be below 0, as prices on exchanges are now and then.
public struct TariffRate<Of: TariffQuantity>: Hashable, Sendable {
    /// Millionths of a currency unit, or of a gram, per kWh.
    public var microPerKWh: Int64

    /// Makes a rate.
    public init(microPerKWh: Int64) { self.microPerKWh = microPerKWh }

    /// Reads a rate: a decimal number per kWh, or per MWh as exchanges quote it, of at most 6 places per kWh.
    ///
    /// `nil` if the text is not such a number: "0.2134" (per kWh), "-41.25" (per MWh).
    public init?(_ text: String, per unit: TariffRateUnit = .kilowattHour) {
        self.init(Array(text.utf8), per: unit)
    }

    /// Reads a rate from text in bytes.
    init?(_ text: some Collection<UInt8>, per unit: TariffRateUnit) {
        let digits =
            switch unit {
            case .kilowattHour: 6
            case .megawattHour: 3
            }
        guard let micro = ExactDecimal.scaled(text, fractionDigits: digits) else { return nil }
        microPerKWh = micro
    }

    /// What so much energy costs or carries: exact, as a watt-hour at a millionth per kWh is a billionth of the unit.
    public func amount(ofWh wh: Int64) -> TariffAmount<Of> { TariffAmount(nano: Int128(wh) * Int128(microPerKWh)) }
}
