/// What ``PositionMachine`` wants done.
///
/// Its user does it and reports back; the machine itself touches nothing.
enum PositionAction: Sendable, Equatable {
    /// Drop all batches and forget the recent window: nothing in memory can be trusted.
    case dropWork
    /// Load the directory anew.
    case reloadDirectory
    /// Take these partitions over, not before the delay of this attempt; then report ``PositionMachine/tookOver(_:lows:)``.
    case takeOver([TopicPartition], attempt: Int)
    /// Read these, from these offsets, instead of all before.
    case assign([PartitionStart])
    /// Read nothing.
    case unassign
    /// Halt this partition in the database and say why.
    case halt(TopicPartition, epoch: Int64, reason: String)
}
