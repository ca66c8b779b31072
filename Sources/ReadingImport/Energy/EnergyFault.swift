/// Why a text is no energy.
enum EnergyFault: Error {
    case malformed
    case negative
    case tooLarge

    /// What is wrong, as a sentence.
    var sentence: String {
        switch self {
        case .malformed: "a decimal number is expected, digits and at most one point: 12.345"
        case .negative: "an energy is never below zero"
        case .tooLarge: "an energy is at most 10^12 Wh"
        }
    }
}
