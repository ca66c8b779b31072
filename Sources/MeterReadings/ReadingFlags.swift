/// What was noticed about an accepted reading; never a reason to refuse it.
public struct ReadingFlags: OptionSet, Sendable, Hashable {
    /// The bits as the database's `flags` column holds them.
    public let rawValue: Int16

    /// Makes a set from the bits of the database's `flags` column.
    public init(rawValue: Int16) { self.rawValue = rawValue }

    /// The reading's time is later than its record's enqueued time by more than the tolerance for flags (120 s).
    public static let aheadOfHub = ReadingFlags(rawValue: 1 << 0)
    /// The reading arrived late: older than its record's enqueued time by more than the flag limit (35 days).
    public static let late = ReadingFlags(rawValue: 1 << 1)
    /// The payload had no time: the hub's enqueued time was taken.
    public static let hubTime = ReadingFlags(rawValue: 1 << 2)
    /// It came by hand, from a file.
    public static let imported = ReadingFlags(rawValue: 1 << 3)
    /// Its time had no zone: the registry's zone for the device was taken.
    public static let localTime = ReadingFlags(rawValue: 1 << 4)
    /// The interval's start was moved to the grid, by up to 30 s.
    public static let snapped = ReadingFlags(rawValue: 1 << 5)
}
