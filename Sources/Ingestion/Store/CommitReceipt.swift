/// What the database answered to a committed batch.
public struct CommitReceipt: Sendable, Equatable {
    /// The outcomes of the batch's staged and straight readings, summed over its partitions.
    public var outcomes: OutcomeCounts
    /// The last stored reading of each of the batch's unknown devices, by `device_id`.
    public var lastReadings: [Int32: LastReading]
    /// How many due marks were written.
    public var dueMarks: Int

    /// Makes a receipt.
    public init(outcomes: OutcomeCounts = OutcomeCounts(), lastReadings: [Int32: LastReading] = [:], dueMarks: Int = 0)
    {
        self.outcomes = outcomes
        self.lastReadings = lastReadings
        self.dueMarks = dueMarks
    }
}
