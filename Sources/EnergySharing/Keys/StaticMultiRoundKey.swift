/// The key `static-multi-round`: by agreed fixed shares, repeated on what is left among those that still need
/// something.
///
/// The first round is ``StaticKey``, so no member gets less than it would there. Then ``WaterFilling`` repeats it on
/// what is left, with β scaled up over the members that still need something, until nothing is left or nobody with a
/// share needs more. A reserve (shares that sum to less than the whole) goes into the second round. Brussels' fixed key
/// in several rounds (Sibelga).
///
/// Worked example: 10,000 Wh at 50 %, 30 % and 20 % for needs of 1,000, 4,000 and 9,000 Wh. Round 1: parts of 5,000,
/// 3,000 and 2,000, taken 1,000, 3,000, 2,000; 4,000 are left. Round 2, on 30 : 20: parts of 2,400 and 1,600, taken
/// 1,000 and 1,600; 1,400 are left. Round 3: all to the third. In the end 1,000, 4,000, 5,000.
enum StaticMultiRoundKey {
    /// What each member gets of `offered` Wh.
    static func divide(
        _ offered: Int64,
        among members: [SharingMember],
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        let first = StaticKey.divide(offered, among: members, remainder: remainder, recorder: &recorder)
        return WaterFilling.fill(
            offered - first.takenWh.reduce(0, +) - first.roundedOffWh,
            weights: members.map(\.sharePPM),
            needs: members.map(\.needWh),
            taken: first.takenWh,
            rounds: .many,
            remainder: remainder,
            firstRound: 2,
            recorder: &recorder
        )
    }
}
