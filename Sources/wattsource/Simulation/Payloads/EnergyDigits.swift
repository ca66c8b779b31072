/// Energy as readers print it.
enum EnergyDigits {
    /// Wh as kWh with three decimals: `1594.842`.
    static func kilowattHours(_ wh: Int64) -> String { "\(wh / 1000).\(padded(wh % 1000, 3))" }

    /// The same with a fourth decimal, as meters that count finer show; it is below a Wh and is cut off by whoever reads it.
    static func fineKilowattHours(_ wh: Int64) -> String { kilowattHours(wh) + String(wh % 10) }

    /// Wh with two decimals, which are cut off by whoever reads it: `26289.57`.
    static func fineWattHours(_ wh: Int64) -> String { "\(wh).\(padded(wh % 100, 2))" }

    /// A number with zeros in front.
    static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}
