/// One reading of a record: taken, or refused alone.
public struct DecodedReading: Sendable, Equatable {
    /// The reading; if it is refused, only what could be read of it (a time of 0 and no registers, otherwise).
    public var reading: MeterReading
    /// Why this reading is refused; `nil` if it is not.
    public var refusal: Refusal?

    /// Makes a decoded reading.
    public init(reading: MeterReading, refusal: Refusal? = nil) {
        self.reading = reading
        self.refusal = refusal
    }
}
