/// What the database answered to a committed batch.
public struct CommitReceipt: Sendable, Equatable {
    /// The outcomes of the batch's staged and straight readings, summed over its partitions.
    public var outcomes: OutcomeCounts
    /// The newest stored readings of each of the batch's unknown devices, by `device_id`.
    public var newestReadings: [Int32: NewestReadings]
    /// How many due marks were written.
    public var dueMarks: Int

    /// Makes a receipt.
    public init(
        outcomes: OutcomeCounts = OutcomeCounts(),
        newestReadings: [Int32: NewestReadings] = [:],
        dueMarks: Int = 0
    ) {
        self.outcomes = outcomes
        self.newestReadings = newestReadings
        self.dueMarks = dueMarks
    }
}
