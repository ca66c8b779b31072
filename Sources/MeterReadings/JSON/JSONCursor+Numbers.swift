extension JSONCursor {
    /// Reads the number at the cursor; its value is worked out only if somebody asks.
    mutating func number(_ text: Span<UInt8>) throws(Refusal) -> DecimalText {
        var end = index
        guard let number = DecimalText(text, at: &end, leadingZeros: false) else {
            throw Refusal(.badJSON, at: end, end < text.count ? "this is no JSON number" : "the JSON ends too early")
        }
        index = end
        return number
    }
}
