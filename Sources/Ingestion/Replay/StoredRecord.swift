/// A record that was refused, whole or in part, as the database keeps it.
public struct StoredRecord: Sendable, Equatable {
    /// Its partition.
    public var partition: TopicPartition
    /// Which life of the topic its offset belongs to.
    public var incarnation: Int32
    /// Its offset.
    public var offset: Int64
    /// The transport's time, microseconds since 1970-01-01T00:00:00Z; `nil`: there was none that could be believed.
    public var timestamp: Int64?
    /// Its key; `nil` if it has none.
    public var key: [UInt8]?
    /// Its value; `nil` if it is not kept.
    public var value: [UInt8]?
    /// Its headers, in their order.
    public var headers: [DeadLetterRow.Header]
    /// The places of the readings that were refused, from 0; -1: the whole record was.
    public var refused: [Int32]

    /// Makes a record.
    public init(
        partition: TopicPartition,
        incarnation: Int32,
        offset: Int64,
        timestamp: Int64?,
        key: [UInt8]?,
        value: [UInt8]?,
        headers: [DeadLetterRow.Header],
        refused: [Int32]
    ) {
        self.partition = partition
        self.incarnation = incarnation
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
        self.refused = refused
    }
}

extension StoredRecord: RecordContent {
    /// Lends the value.
    public func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let value else { return body(nil) }
        return body(value.span)
    }

    /// Lends the key.
    public func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        guard let key else { return body(nil) }
        return body(key.span)
    }

    /// Lends the headers one by one.
    public func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        for header in headers { body(header.name.span, header.value.span) }
    }
}
