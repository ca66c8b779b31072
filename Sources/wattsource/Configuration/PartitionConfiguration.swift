/// How the large tables are divided by time.
struct PartitionConfiguration: Sendable, Equatable {
    /// The span of one table partition, by UTC calendar.
    enum Width: String, Sendable, CaseIterable {
        /// One UTC day.
        case day
        /// One UTC month.
        case month
    }

    /// The span of one table partition.
    var width = Width.month
    /// For how many days from now on partitions are made ahead.
    var aheadDays = 35
}
