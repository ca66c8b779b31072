/// Reads the fields of one binary COPY row, in their order.
///
/// It remembers only where it is: give it the same row every time.
///
///     try connection.copyOut("copy (select device_id, measured_at, import_wh from …) to stdout (format binary)") { row in
///         var fields = CopyRowCursor()
///         let device = fields.int32(row), at = fields.timestamp(row), wh = fields.int64(row)
///     }
public struct CopyRowCursor {
    /// The index of the next field's length; the count of fields, two bytes, is passed over.
    private var index = 2

    /// Stands before the first field.
    public init() {}

    /// An `integer`; `nil` for NULL, and for a field of another size.
    public mutating func int32(_ row: Span<UInt8>) -> Int32? { next(row, size: 4).map { Self.int32(row, at: $0) } }

    /// A `smallint`; `nil` for NULL, and for a field of another size.
    public mutating func int16(_ row: Span<UInt8>) -> Int16? { next(row, size: 2).map { Self.int16(row, at: $0) } }

    /// A `bigint`; `nil` for NULL, and for a field of another size.
    public mutating func int64(_ row: Span<UInt8>) -> Int64? { next(row, size: 8).map { Self.int64(row, at: $0) } }

    /// A `"char"`; `nil` for NULL, and for a field of another size.
    public mutating func byte(_ row: Span<UInt8>) -> UInt8? { next(row, size: 1).map { row[$0] } }

    /// A `boolean`; `nil` for NULL, and for a field of another size.
    public mutating func bool(_ row: Span<UInt8>) -> Bool? { byte(row).map { $0 != 0 } }

    /// A `timestamptz` in microseconds since 1970-01-01T00:00:00Z, infinities as the limits of Int64; `nil` for NULL.
    public mutating func timestamp(_ row: Span<UInt8>) -> Int64? { int64(row).map { PostgresTimestamp.decode($0) } }

    /// A `text` or `bytea` as bytes; `nil` for NULL.
    public mutating func bytes(_ row: Span<UInt8>) -> [UInt8]? {
        let length = Int(Self.int32(row, at: index))
        let start = index + 4
        index = start + max(length, 0)
        guard length >= 0 else { return nil }
        return (start..<index).map { row[$0] }
    }

    /// A `text`; `nil` for NULL.
    public mutating func text(_ row: Span<UInt8>) -> String? { bytes(row).map { String(decoding: $0, as: UTF8.self) } }

    /// Passes a field; the index of its bytes if it is of the expected size.
    private mutating func next(_ row: Span<UInt8>, size: Int) -> Int? {
        let length = Int(Self.int32(row, at: index))
        let start = index + 4
        index = start + max(length, 0)
        return length == size ? start : nil
    }

    static func int16(_ row: Span<UInt8>, at index: Int) -> Int16 {
        Int16(bitPattern: UInt16(row[index]) << 8 | UInt16(row[index + 1]))
    }

    static func int32(_ row: Span<UInt8>, at index: Int) -> Int32 {
        var value: UInt32 = 0
        for place in index..<index + 4 { value = value << 8 | UInt32(row[place]) }
        return Int32(bitPattern: value)
    }

    static func int64(_ row: Span<UInt8>, at index: Int) -> Int64 {
        var value: UInt64 = 0
        for place in index..<index + 8 { value = value << 8 | UInt64(row[place]) }
        return Int64(bitPattern: value)
    }
}
