extension Duration {
    /// As librdkafka takes it: rounded up, so that a wait is never a busy loop; between 0 and what an Int32 holds.
    var wholeMilliseconds: Int32 {
        guard self > .zero else { return 0 }
        guard self < .seconds(2_000_000) else { return 2_000_000_000 }
        let (seconds, attoseconds) = components
        return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
