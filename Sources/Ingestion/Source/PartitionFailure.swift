/// Why a partition cannot go on by itself.
public enum PartitionFailure: Sendable, Equatable {
    /// The broker says that the offset is outside its log; it may be wrong (stale metadata), so look before halting.
    case offsetOutOfRange
    /// A batch's checksum does not match or its format is unknown: fetch again, then halt.
    case corruptBatch(String)
    /// The topic or partition is not there any more.
    case unknownPartition(String)
    /// The broker refuses access.
    case unauthorized(String)
}
