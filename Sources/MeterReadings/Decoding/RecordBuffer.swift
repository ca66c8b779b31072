/// What decoding one record produces, kept by the decoder so that the next record finds its memory again.
struct RecordBuffer: Sendable {
    /// The readings in the order of the body.
    var readings: [DecodedReading] = []
    /// What the body calls its device.
    var bodyDeviceID = IdentityText()
    /// Content of a string that had escapes.
    var scratch: [UInt8] = []

    /// Forgets the last record, but keeps the memory.
    mutating func removeAll() {
        readings.removeAll(keepingCapacity: true)
        bodyDeviceID.removeAll()
    }
}
