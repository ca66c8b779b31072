/// What decoding one record produces, kept by the decoder so that the next record finds its memory again.
struct RecordBuffer: Sendable {
    /// The readings in the order of the body.
    var readings: [DecodedReading] = []
    /// What the body calls its device.
    var bodyDeviceID = IdentityText()
    /// Content of a string that had escapes.
    var scratch: [UInt8] = []
    /// The body of an adapter that looks its members up.
    var tree = JSONTree()
    /// Times of such a body that do not say their zone.
    var localTimes: [LocalTime] = []

    /// Forgets the last record, but keeps the memory.
    mutating func removeAll() {
        readings.removeAll(keepingCapacity: true)
        localTimes.removeAll(keepingCapacity: true)
        bodyDeviceID.removeAll()
    }
}
