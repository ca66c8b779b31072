/// What the database answered to a committed batch.
public struct CommitReceipt: Sendable, Equatable {
    /// The outcomes of the batch's staged and straight readings, summed over its partitions.
    public var outcomes: OutcomeCounts
    /// The newest stored readings of each of the batch's unknown devices, by `device_id`.
    public var newestReadings: [Int32: NewestReadings]
    /// How many due marks were written.
    public var dueMarks: Int
    /// The version of the stored readings as the batch found it: raised by whoever changes them outside of the stream.
    public var readingVersion: Int64
    /// Whether a straight row met another of its device and time, so that the database decided all of them: what the window holds of the
    /// batch's devices may have lost its place.
    public var isRestaged = false
    /// Dead letters of the batch beyond the day's limit, which were only counted, by partition.
    public var droppedLetters: [TopicPartition: Int]

    /// Makes a receipt.
    public init(
        outcomes: OutcomeCounts = OutcomeCounts(),
        newestReadings: [Int32: NewestReadings] = [:],
        dueMarks: Int = 0,
        readingVersion: Int64 = 0,
        droppedLetters: [TopicPartition: Int] = [:]
    ) {
        self.outcomes = outcomes
        self.newestReadings = newestReadings
        self.dueMarks = dueMarks
        self.readingVersion = readingVersion
        self.droppedLetters = droppedLetters
    }
}
