/// What becomes of a list of stored records by the present registry, before the database has given the readings their outcomes.
public struct ReplayBatch: Sendable {
    /// The registry's version that it was decided by.
    public var registryVersion: Int64
    /// The readings that are sound now; ``ReadingRow/partitionIndex`` is the place of their record in the list.
    public var rows: [ReadingRow] = []
    /// What is refused again, record by record in the order of the list.
    public var refusals: [[ReplayRefusal]] = []
    /// The UTC days (days since 1970-01-01) of the readings of registers: their table partitions have to be there.
    public var readingDays: Set<Int32> = []
    /// The UTC days of the readings of intervals, likewise.
    public var intervalReadingDays: Set<Int32> = []

    /// Begins a batch.
    public init(registryVersion: Int64) { self.registryVersion = registryVersion }
}
