/// The key `pool`: only the community's total counts.
///
/// What is shared is min(G, C), interval by interval, as for an Italian renewable energy community (D.Lgs. 199/2021,
/// art. 30 and 31): the operator pays the community by the total, and how the members divide that is their own
/// contract. So that every member still sees a row, the rows are those of ``ProportionalKey``, for information.
///
/// Worked example: 500 and 700 Wh fed out, 300 and 600 Wh drawn: min(1,200, 900) = 900 Wh are shared; the rows say 300
/// and 600.
enum PoolKey {
    /// What each member gets of `offered` Wh, for information.
    static func divide(
        _ offered: Int64,
        on needs: [Int64],
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        ProportionalKey.divide(offered, on: needs, remainder: remainder, recorder: &recorder)
    }
}
