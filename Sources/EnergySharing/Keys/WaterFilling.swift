/// Fixed shares, applied round by round to what is left, among those that still need something.
///
/// One round divides what is left on the weights of the members whose need is not yet covered, by the largest-remainder
/// rule, and each takes at most what it still needs. Rounds go on until nothing is left or nobody who has a weight
/// needs more; in exact numbers that is filling vessels of width w_i and volume C_i to one common level.
///
/// There are never many rounds. Those that had enough in a round held some part f of the weights, and at most f of what
/// was left comes back. So either the weights still in play are halved (at most log₂ of their sum times) or what is
/// left is.
enum WaterFilling {
    /// Divides `left` Wh among members with these weights and needs, on top of what they have `taken`; what each has
    /// then.
    ///
    /// With ``SharingRemainder/surplus``, what rounding down leaves over in a round leaves as surplus, and only what
    /// members could not use goes into the next round. `firstRound` is only the number that the first round is
    /// recorded by.
    static func fill(
        _ left: Int64,
        weights: [Int64],
        needs: [Int64],
        taken: [Int64],
        rounds: SharingRounds,
        remainder: SharingRemainder,
        firstRound: Int,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        var taken = taken
        var left = left
        var round = firstRound
        while left > 0 {
            let open = weights.indices.map { taken[$0] < needs[$0] ? weights[$0] : 0 }
            let parts = WholeDivision.divide(left, on: open, remainder: remainder)
            recorder.record(
                .division(
                    DivisionStep(
                        .round(round),
                        available: left,
                        divided: left,
                        on: open,
                        divisor: open.reduce(0, +),
                        parts: parts,
                        limits: zip(needs, taken).map { $0 - $1 }
                    )
                )
            )
            var unused: Int64 = 0
            var used: Int64 = 0
            for (index, part) in parts.enumerated() where part > 0 {
                let use = min(part, needs[index] - taken[index])
                taken[index] += use
                used += use
                unused += part - use
            }
            guard rounds == .many, used > 0 else { break }
            left = unused
            round += 1
        }
        return taken
    }
}
