/// Where a record stands in the stream.
public struct RecordOrigin: Equatable, Sendable {
    /// The index of its partition in the list last given to ``RecordSource/assign(_:)``.
    public var assignmentIndex: Int
    /// Its offset in the partition.
    public var offset: Int64
    /// The transport's own timestamp, in microseconds since 1970-01-01T00:00:00Z; `nil` if there is none.
    public var timestamp: Int64?

    /// Makes an origin.
    public init(assignmentIndex: Int, offset: Int64, timestamp: Int64?) {
        self.assignmentIndex = assignmentIndex
        self.offset = offset
        self.timestamp = timestamp
    }
}
