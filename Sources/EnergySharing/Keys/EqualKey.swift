/// The key `equal`: by equal shares among the members that need something in the interval.
///
/// With n members of C_i > 0 each is offered G / n by the largest-remainder rule and takes at most C_i. In one round,
/// what a member cannot use leaves as surplus; in many rounds it is offered again to those that still need something
/// (see ``WaterFilling``). Wallonia's fixed equal key (CWaPE), Elhub's EquallyDistributed (Norway).
///
/// Worked example: 10,000 Wh for needs of 1,000, 2,000, 3,000 and 6,000 Wh: parts of 2,500. One round: 1,000, 2,000,
/// 2,500, 2,500, and 2,000 Wh leave. Many: the 2,000 are offered to the last two, 1,000 each; the third takes 500; the
/// 500 left go to the fourth: 1,000, 2,000, 3,000, 4,000.
enum EqualKey {
    /// What each member gets of `offered` Wh.
    static func divide(
        _ offered: Int64,
        on needs: [Int64],
        rounds: SharingRounds,
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        WaterFilling.fill(
            offered,
            weights: [Int64](repeating: 1, count: needs.count),
            needs: needs,
            taken: [Int64](repeating: 0, count: needs.count),
            rounds: rounds,
            remainder: remainder,
            firstRound: 1,
            recorder: &recorder
        )
    }
}
