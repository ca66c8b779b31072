/// Where all of a schedule's chances come from: the same seed gives the same choices.
///
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
struct Choices {
    private var state: UInt64
    /// Whether nothing is left to chance: every choice is the first one, and nothing with odds happens.
    let isQuiet: Bool

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15
        isQuiet = false
    }

    private init() {
        state = 0
        isQuiet = true
    }

    /// Choices that are none.
    static var none: Choices { Choices() }

    /// 64 random bits.
    mutating func bits() -> UInt64 {
        if isQuiet { return 0 }
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to `count` - 1.
    mutating func below(_ count: Int) -> Int {
        // The bias of the remainder is below 2^-50 here.
        Int(truncatingIfNeeded: (bits() >> 11) % UInt64(count))
    }

    /// True once in `count` times.
    mutating func oneIn(_ count: Int) -> Bool { !isQuiet && below(count) == 0 }
}
