internal import CRdKafka
internal import Glibc

extension KafkaConsumer {
    /// Lends the current record's value; `nil` is a tombstone.
    public func withValue<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        let record = unsafe current
        return unsafe Self.lend(record.pointee.payload, record.pointee.len, to: body)
    }

    /// Lends the current record's key; `nil` if it has none.
    public func withKey<Result>(_ body: (Span<UInt8>?) -> Result) -> Result {
        let record = unsafe current
        return unsafe Self.lend(record.pointee.key, record.pointee.key_len, to: body)
    }

    /// Lends the current record's headers one by one; headers that cannot be read are as none.
    public func forEachHeader(_ body: (_ name: Span<UInt8>, _ value: Span<UInt8>) -> Void) {
        var headers: OpaquePointer?
        guard unsafe rd_kafka_message_headers(current, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR else { return }
        var index = 0
        var name: UnsafePointer<CChar>?
        var value: UnsafeRawPointer?
        var size = 0
        while unsafe rd_kafka_header_get_all(headers, index, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            index += 1
            guard let name = unsafe name else { continue }
            let length = unsafe strlen(name)
            // The name has `length` bytes before its zero, and lives as long as the record.
            let nameBytes = unsafe UnsafeRawBufferPointer(start: name, count: length).assumingMemoryBound(
                to: UInt8.self
            )
            // `size` bytes, none for a null value.
            let valueBytes = unsafe UnsafeRawBufferPointer(start: value, count: value == nil ? 0 : size)
                .assumingMemoryBound(to: UInt8.self)
            unsafe body(nameBytes.span, valueBytes.span)
        }
    }

    private var current: UnsafeMutablePointer<rd_kafka_message_t> {
        guard let record = unsafe record else {
            preconditionFailure("the last poll gave no record to lend")
        }
        return unsafe record
    }

    @inline(__always)
    private static func lend<Result>(
        _ start: UnsafeMutableRawPointer?,
        _ count: Int,
        to body: (Span<UInt8>?) -> Result
    ) -> Result {
        guard let start = unsafe start else { return body(nil) }
        // librdkafka keeps `count` bytes at `start` until the message is destroyed, which the next poll does.
        return unsafe body(UnsafeRawBufferPointer(start: start, count: count).assumingMemoryBound(to: UInt8.self).span)
    }
}
