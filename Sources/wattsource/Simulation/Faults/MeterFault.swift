/// Something that one meter does wrong: `reset=home05@2016-08-03T12:00:00Z`.
struct MeterFault: Sendable, Equatable {
    /// What it does.
    enum Kind: String, Sendable, CaseIterable {
        /// From then on both registers count from 0 again, as after an exchange of the meter that nobody entered.
        case reset
        /// The import register reaches its largest value and begins at 0 again; the registry names its digits.
        case rollover
        /// For a while both registers stand still; then they show what they should.
        case stuck
        /// One reading shows 5,000 kWh too much.
        case spike
    }

    /// What it does.
    var kind: Kind
    /// The device's id or the home's name in the data file, as it was given.
    var device: String
    /// When: the first reading at or after this instant; microseconds since 1970-01-01T00:00:00Z.
    var time: Int64
    /// For how long, in microseconds; only ``Kind/stuck`` has one.
    var duration: Int64 = 0

    /// How much a spike adds, in Wh.
    static let spike: Int64 = 5_000_000
    /// The whole-kWh digits of a register that rolls over.
    static let rolloverDigits = 6
    /// Where such a register begins again, in Wh.
    static let rolloverWh: Int64 = 1_000_000_000
}
