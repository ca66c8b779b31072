/// The key `hybrid`: by agreed fixed shares, then what is left in proportion to what is still needed.
///
/// First ``StaticKey``, then ``ProportionalKey`` on what it leaves and the needs that it leaves open. The whole of
/// min(G, C) is shared, also with members that have no fixed share. Brussels' hybrid key (Sibelga).
///
/// Worked example: 10,000 Wh at 25 % each for needs of 1,000, 2,000, 3,000 and 6,000 Wh. Static: 1,000, 2,000, 2,500,
/// 2,500; 2,000 are left for open needs of 500 and 3,500: 250 and 1,750. In the end 1,000, 2,000, 2,750, 4,250.
enum HybridKey {
    /// What each member gets of `offered` Wh.
    ///
    /// With ``SharingRemainder/surplus``, what rounding down leaves over in the first step leaves as surplus too.
    static func divide(
        _ offered: Int64,
        among members: [SharingMember],
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        let first = StaticKey.divide(offered, among: members, remainder: remainder, recorder: &recorder)
        let second = ProportionalKey.divide(
            offered - first.takenWh.reduce(0, +) - first.roundedOffWh,
            on: zip(members, first.takenWh).map { $0.needWh - $1 },
            remainder: remainder,
            recorder: &recorder
        )
        return zip(first.takenWh, second).map { $0 + $1 }
    }
}
