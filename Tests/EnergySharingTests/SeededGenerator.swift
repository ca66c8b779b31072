/// A small random generator (SplitMix64), so that every failure can be repeated from its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number of the range.
    mutating func number(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &self) }

    /// A number from 0 to less than `bound`, the quick way: for millions of them.
    mutating func below(_ bound: UInt64) -> Int64 { Int64(next() % bound) }

    /// True once in `times`.
    mutating func oneIn(_ times: Int64) -> Bool { number(1...times) == 1 }
}
