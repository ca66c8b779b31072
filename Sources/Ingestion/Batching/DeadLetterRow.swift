/// One refused record or reading on its way to the `dead_letter` table.
public struct DeadLetterRow: Sendable, Equatable {
    /// The index of the record's partition in the batch's ``IngestBatch/partitions``.
    public var partitionIndex: Int32
    /// The record's offset.
    public var offset: Int64
    /// The reading's place in the record, from 0; -1 for the whole record.
    public var readingIndex: Int32
    /// The record's enqueued time (else the transport's time, else the beginning of 1970), microseconds since 1970-01-01T00:00:00Z.
    public var receivedAt: Int64
    /// The reason code.
    public var reason: String
    /// The sentence for people; nothing of the record's content.
    public var detail: String
    /// The record's device as the hub names it, if it says so and it is valid.
    public var hubDeviceID: String?
    /// The record's value, whole; empty for a reading (its record holds it once, at index -1, or the first refused reading does).
    public var payload: [UInt8]
    /// The record's headers, as a list of name and value bytes, in their order; like the payload once per record.
    public var headers: [Header]
    /// The record's key; like the payload once per record, `nil` if it has none.
    public var recordKey: [UInt8]?
    /// The transport's time of the record, if it is a plausible one, microseconds since 1970-01-01T00:00:00Z; like the payload once per
    /// record.
    public var recordTime: Int64?

    /// One header.
    public struct Header: Sendable, Equatable {
        /// The name's bytes.
        public var name: [UInt8]
        /// The value's bytes.
        public var value: [UInt8]

        /// Makes a header.
        public init(name: [UInt8], value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    /// Makes a row.
    public init(
        partitionIndex: Int32,
        offset: Int64,
        readingIndex: Int32,
        receivedAt: Int64,
        reason: String,
        detail: String,
        hubDeviceID: String?,
        payload: [UInt8],
        headers: [Header],
        recordKey: [UInt8]? = nil,
        recordTime: Int64? = nil
    ) {
        self.partitionIndex = partitionIndex
        self.offset = offset
        self.readingIndex = readingIndex
        self.receivedAt = receivedAt
        self.reason = reason
        self.detail = detail
        self.hubDeviceID = hubDeviceID
        self.payload = payload
        self.headers = headers
        self.recordKey = recordKey
        self.recordTime = recordTime
    }

    /// The bytes that keeping it takes, without its fixed columns.
    public var contentBytes: Int {
        payload.count + (recordKey?.count ?? 0) + headers.reduce(0) { $0 + $1.name.count + $1.value.count }
    }
}
