/// The value of `$1`, `$2`, … in a statement.
///
/// Sent in binary with its type, so nothing is quoted, parsed or rounded.
public enum PostgresParameter: Sendable, Equatable {
    /// NULL, of the type that the statement wants.
    case null
    /// `integer`.
    case int32(Int32)
    /// `bigint`.
    case int64(Int64)
    /// Text, of the type that the statement wants (`text`, `jsonb`, `date`, …); it must not hold U+0000.
    case text(String)
    /// `boolean`.
    case bool(Bool)
    /// `bytea`.
    case bytes([UInt8])
    /// `timestamptz`: microseconds since 1970-01-01T00:00:00Z; `Int64.min` and `.max` are -infinity and infinity.
    case timestamp(Int64)
    /// `integer[]`.
    case int32Array([Int32])
    /// `bigint[]`; `nil` is NULL.
    case int64Array([Int64?])
    /// `text[]`; `nil` is NULL.
    case textArray([String?])
    /// `boolean[]`.
    case boolArray([Bool])
    /// `timestamptz[]`, each as ``timestamp(_:)``; `nil` is NULL.
    case timestampArray([Int64?])

    /// `.int32`, or `.null` for `nil`.
    public static func optional(_ value: Int32?) -> PostgresParameter { value.map { .int32($0) } ?? .null }
    /// `.int64`, or `.null` for `nil`.
    public static func optional(_ value: Int64?) -> PostgresParameter { value.map { .int64($0) } ?? .null }
    /// `.text`, or `.null` for `nil`.
    public static func optional(_ value: String?) -> PostgresParameter { value.map { .text($0) } ?? .null }
    /// `.timestamp`, or `.null` for `nil`.
    public static func optionalTimestamp(_ value: Int64?) -> PostgresParameter { value.map { .timestamp($0) } ?? .null }

    /// The type's number in `pg_type`, fixed by PostgreSQL; 0: the server infers it.
    var typeOID: UInt32 {
        switch self {
        case .null, .text: 0
        case .bool: 16
        case .bytes: 17
        case .int64: 20
        case .int32: 23
        case .timestamp: 1184
        case .boolArray: 1000
        case .int32Array: 1007
        case .textArray: 1009
        case .int64Array: 1016
        case .timestampArray: 1185
        }
    }

    /// Whether ``encoded`` is the type's binary form; text goes as text, so that its type can be inferred.
    var isBinary: Bool { if case .text = self { false } else { true } }

    /// The bytes to send; `nil` for NULL.
    var encoded: [UInt8]? {
        switch self {
        case .null: nil
        // A C string: libpq reads text parameters up to the zero.
        case .text(let text): Array(text.utf8) + [0]
        case .int32(let value): bigEndianBytes(value)
        case .int64(let value): bigEndianBytes(value)
        case .bool(let value): [value ? 1 : 0]
        case .bytes(let bytes): bytes
        case .timestamp(let value): bigEndianBytes(PostgresTimestamp.encode(value))
        case .int32Array(let values): Self.array(of: 23, values.map { bigEndianBytes($0) })
        case .int64Array(let values): Self.array(of: 20, values.map { $0.map { bigEndianBytes($0) } })
        case .textArray(let values): Self.array(of: 25, values.map { $0.map { Array($0.utf8) } })
        case .boolArray(let values): Self.array(of: 16, values.map { [$0 ? 1 : 0] })
        case .timestampArray(let values):
            Self.array(of: 1184, values.map { $0.map { bigEndianBytes(PostgresTimestamp.encode($0)) } })
        }
    }

    /// The binary form of a one-dimensional array: dimensions, whether it has NULLs, element type, length, lower bound, elements.
    private static func array(of elementOID: Int32, _ elements: [[UInt8]?]) -> [UInt8] {
        var bytes: [UInt8] = []
        let hasNull: Int32 = elements.contains { $0 == nil } ? 1 : 0
        bytes += bigEndianBytes(Int32(elements.isEmpty ? 0 : 1)) + bigEndianBytes(hasNull) + bigEndianBytes(elementOID)
        if elements.isEmpty { return bytes }
        bytes += bigEndianBytes(Int32(elements.count)) + bigEndianBytes(Int32(1))
        for element in elements {
            guard let element else {
                bytes += bigEndianBytes(Int32(-1))
                continue
            }
            bytes += bigEndianBytes(Int32(element.count))
            bytes += element
        }
        return bytes
    }
}

/// The value's bytes, the most significant first, as PostgreSQL's binary formats want them.
private func bigEndianBytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (Value.bitWidth - 8 - 8 * $0)) }
}
