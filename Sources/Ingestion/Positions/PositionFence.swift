/// Decides whether a batch may be written: every partition of it must stand in the database as the batch believes.
///
/// To be asked in the batch's own transaction, with the positions' rows locked, before anything is written.
public enum PositionFence {
    /// Why the batch may not be written; `nil`: it may.
    ///
    /// A fence counts more than a moved offset: of a partition that is not ours the offset says nothing.
    public static func refusal(
        of parts: [PartitionProgress],
        at positions: [TopicPartition: LockedPosition]
    ) -> StoreFailure? {
        var fenced: [TopicPartition] = []
        var moved: [TopicPartition] = []
        for part in parts {
            guard let position = positions[part.partition], position.epoch == part.epoch,
                position.incarnation == part.incarnation, position.isRunning
            else {
                fenced.append(part.partition)
                continue
            }
            if position.nextOffset != part.firstOffset { moved.append(part.partition) }
        }
        if !fenced.isEmpty {
            return StoreFailure(.fenced(fenced), "another worker owns, or somebody halted, \(names(fenced))")
        }
        if !moved.isEmpty {
            return StoreFailure(
                .positionMoved,
                "the database's next offset is not the batch's first: \(names(moved))"
            )
        }
        return nil
    }

    private static func names(_ partitions: [TopicPartition]) -> String {
        partitions.map(\.description).joined(separator: ", ")
    }
}
