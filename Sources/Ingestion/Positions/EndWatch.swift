/// Says which partitions the database is to be told are at their end, so that they do not hold the watermark.
///
/// Each by itself: a partition that is silent must not wait for the others to be. A pure value; time comes in.
struct EndWatch: Sendable, Equatable {
    /// Since when partitions are at their end with everything committed.
    private var reachedAt: [TopicPartition: ContinuousClock.Instant] = [:]

    /// The indices of the partitions that have been at their end, with everything committed, for so long, and are not marked yet.
    mutating func due(
        _ partitions: [AssignedPartition],
        now: ContinuousClock.Instant,
        after idle: Duration
    ) -> [Int] {
        var due: [Int] = []
        for (index, partition) in partitions.enumerated() {
            guard partition.isAtEnd, !partition.isMarkedAtEnd, partition.committedOffset == partition.nextOffset else {
                reachedAt[partition.partition] = nil
                continue
            }
            let since = reachedAt[partition.partition] ?? now
            reachedAt[partition.partition] = since
            if since.duration(to: now) >= idle { due.append(index) }
        }
        return due
    }

    /// Begins anew: the partitions are others now.
    mutating func forget() { reachedAt = [:] }
}
