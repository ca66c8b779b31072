/// The key `static`: by agreed fixed shares β_i; what a member cannot use leaves as surplus.
///
/// ⌊G · Σβ⌋ is divided on β by the largest-remainder rule, then a_i = min(C_i, its part). Austria's statisches Modell
/// (what is not used in the quarter-hour counts as surplus), Spain's RD 244/2019, Annex I (ENG_i = β_i · ENG; what is
/// not used is not shared again), BDEW's konstanter Aufteilungsschlüssel, Portugal's partilha fixa, Brussels' fixed key
/// in one round.
///
/// Shares may sum to less than the whole: the reserve leaves as surplus. Where they sum to more, which the registry
/// refuses, they count in proportion, so that never more than G is divided.
///
/// Worked example: 10,000 Wh at 10 % and 90 % for needs of 5,000 and 8,000 Wh: parts of 1,000 and 9,000 Wh, so 1,000
/// and 8,000, and 1,000 Wh leave as surplus.
enum StaticKey {
    /// What each member gets of `offered` Wh, and what rounding down kept from all of them.
    ///
    /// With ``SharingRemainder/surplus`` a part is ⌊G · β_i⌋, as an operator computes it from the one share alone.
    static func divide(
        _ offered: Int64,
        among members: [SharingMember],
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> (takenWh: [Int64], roundedOffWh: Int64) {
        let shares = members.map(\.sharePPM)
        let sum = shares.reduce(0, +)
        let whole = max(sum, ParticipationPart.wholePPM)
        let divided = offered.times(sum, dividedBy: whole).quotient
        let parts =
            switch remainder {
            case .largestRemainder: WholeDivision.divide(divided, on: shares)
            case .surplus: shares.map { offered.times($0, dividedBy: whole).quotient }
            }
        recorder.record(
            .division(
                DivisionStep(
                    .fixedShares,
                    available: offered,
                    divided: remainder == .surplus ? offered : divided,
                    on: shares,
                    divisor: remainder == .surplus ? whole : sum,
                    parts: parts,
                    limits: members.map(\.needWh)
                )
            )
        )
        let taken = zip(members, parts).map { min($0.needWh, $1) }
        return (taken, divided - parts.reduce(0, +))
    }
}
