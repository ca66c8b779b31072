/// A refused record or reading with what was in its record: personal data.
public struct DeadLetterContent: Sendable, Equatable {
    /// The letter.
    public var letter: DeadLetter
    /// The record's headers in their order.
    public var headers: [Header]
    /// The record's key; `nil` if it has none, or none of the record's letters holds it.
    public var key: [UInt8]?
    /// The broker's time of the record, microseconds since 1970-01-01T00:00:00Z.
    public var recordTime: Int64?
    /// The record's value; `nil` if none of the record's letters holds it.
    public var payload: [UInt8]?

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

    /// Makes one.
    public init(letter: DeadLetter, headers: [Header], payload: [UInt8]?, key: [UInt8]? = nil, recordTime: Int64? = nil)
    {
        self.letter = letter
        self.headers = headers
        self.payload = payload
        self.key = key
        self.recordTime = recordTime
    }
}
