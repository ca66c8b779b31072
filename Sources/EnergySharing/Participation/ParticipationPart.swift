/// A community's part of a meter that takes part in several.
///
/// Of a meter's energy in an interval, each of its (up to five) communities gets ⌊whole · ppm / 10⁶⌋, import and export
/// each for itself; the rest takes part in none. It stays unshared: grid on the import side, surplus on the export side.
/// Austria's Teilnahmefaktor (a whole percentage per community since 2024, at most 100 % in all, not scaled up by the
/// grid operator): G.01T = G.01 · f / 100.
///
/// Each part depends on its own factor alone, so communities settle apart from each other. Rounding down leaves less
/// than one watt-hour per community in the unshared rest, and since the factors sum to at most 10⁶ the parts sum to at
/// most the whole.
///
/// Worked example: 1,003 Wh at 60 % and 25 %: ⌊601.8⌋ = 601 and ⌊250.75⌋ = 250 Wh; 152 Wh are unshared.
public enum ParticipationPart {
    /// The whole, in parts per million.
    public static let wholePPM: Int64 = 1_000_000

    /// What a community gets of `wholeWh`, which is at least 0, at a factor of 0 to 10⁶; anything else is a bug of the
    /// caller and traps.
    public static func of(_ wholeWh: Int64, ppm: Int64) -> Int64 {
        if ppm == wholePPM { return wholeWh }
        precondition((0...wholePPM).contains(ppm), "a participation factor is not in 0...1,000,000")
        return wholeWh.times(ppm, dividedBy: wholePPM).quotient
    }

    /// What takes part in none of the communities with these factors; below 0 only if they sum to more than 10⁶.
    public static func unshared(of wholeWh: Int64, ppm: some Sequence<Int64>) -> Int64 {
        ppm.reduce(wholeWh) { $0 - of(wholeWh, ppm: $1) }
    }
}
