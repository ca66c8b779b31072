/// The key `proportional`: in relation to what each member draws in the interval.
///
/// a_i = C_i · min(G, C) / C, by the largest-remainder rule; all 0 where nobody draws anything. Also called dynamic
/// (Austria), répartition dynamique par défaut (France, Code de l'énergie D.315-6), relatief (Flanders), prorata
/// (Luxembourg); the measure of § 42b (5) EnWG (Germany) is the same min(G, C).
///
/// Worked example: 10,000 Wh for needs of 1,000, 2,000, 3,000 and 6,000 Wh (C = 12,000): 833⅓, 1,666⅔, 2,500 and 5,000;
/// rounded down that leaves 1 Wh, which goes to the remainder ⅔: 833, 1,667, 2,500, 5,000.
enum ProportionalKey {
    /// What each member gets of `offered` Wh; never above its need, because at most the sum of needs is divided.
    static func divide(
        _ offered: Int64,
        on needs: [Int64],
        remainder: SharingRemainder,
        recorder: inout some SplitRecorder
    ) -> [Int64] {
        let needed = needs.reduce(0, +)
        let divided = min(offered, needed)
        let parts = WholeDivision.divide(divided, on: needs, remainder: remainder)
        recorder.record(
            .division(
                DivisionStep(
                    .inProportion,
                    available: offered,
                    divided: divided,
                    on: needs,
                    divisor: needed,
                    parts: parts,
                    limits: needs
                )
            )
        )
        return parts
    }
}
