/// One decoder and what must hold of it for every input.
///
/// It traps (`expect`) if it does not hold; libFuzzer then keeps the input.
protocol FuzzTarget {
    /// Makes the target, with whatever it uses again from input to input.
    init()

    /// Gives it one input.
    mutating func run(_ input: Span<UInt8>)
}
