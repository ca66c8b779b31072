/// Encodes rows in PostgreSQL's binary COPY format, into one buffer that is used again and again.
///
/// Format: a header of 19 bytes (signature, flags, length of the extension); per row an Int16 count of fields, then per field an
/// Int32 length (-1: NULL) and its bytes; at the end an Int16 of -1. All integers are big-endian. A row of one `integer` 7:
///
///     00 01   00 00 00 04   00 00 00 07
///
/// Source: PostgreSQL documentation, COPY, "Binary Format".
public struct CopyBuffer {
    /// Storage; only the first ``count`` bytes mean anything.
    private var storage: [UInt8] = []
    /// How many bytes are written.
    public private(set) var count = 0
    /// How many rows were begun.
    public private(set) var rows = 0

    /// Makes an empty stream.
    ///
    /// - Parameter capacity: how many bytes to make room for at once.
    public init(capacity: Int = 4096) {
        storage = [UInt8](repeating: 0, count: max(capacity, 64))
        removeAll()
    }

    /// Begins anew, keeping the storage.
    public mutating func removeAll() {
        count = 0
        rows = 0
        for byte in CopyStreamParser.signature { put(byte) }
        put(Int32(0))
        put(Int32(0))
    }

    /// Begins a row; then call the field functions, exactly `fields` of them.
    public mutating func beginRow(fields: Int16) {
        rows += 1
        put(fields)
    }

    /// A NULL.
    public mutating func null() { put(Int32(-1)) }

    /// A `smallint`.
    public mutating func int16(_ value: Int16) {
        put(Int32(2))
        put(value)
    }

    /// An `integer`.
    public mutating func int32(_ value: Int32) {
        put(Int32(4))
        put(value)
    }

    /// A `bigint`.
    public mutating func int64(_ value: Int64) {
        put(Int32(8))
        put(value)
    }

    /// A `timestamptz`, from microseconds since 1970-01-01T00:00:00Z; the limits of Int64 are the infinities.
    public mutating func timestamp(_ microseconds: Int64) { int64(PostgresTimestamp.encode(microseconds)) }

    /// A `"char"`.
    public mutating func byte(_ value: UInt8) {
        put(Int32(1))
        put(value)
    }

    /// A `boolean`.
    public mutating func bool(_ value: Bool) { byte(value ? 1 : 0) }

    /// A `text`; it must not hold U+0000.
    public mutating func text(_ value: String) { bytes(Array(value.utf8)) }

    /// A `bytea`, or the UTF-8 of a `text`.
    public mutating func bytes(_ value: [UInt8]) {
        put(Int32(value.count))
        append(value)
    }

    /// A `jsonb`, from its text: one byte of version, then the text.
    public mutating func jsonb(_ text: [UInt8]) {
        put(Int32(text.count + 1))
        put(UInt8(1))
        append(text)
    }

    /// An `integer[]` of one dimension: the number of dimensions, whether there are NULLs, the element type's OID, its size and first index,
    /// then the elements as fields.
    public mutating func int32Array(_ values: [Int32]) {
        put(Int32(20 + 8 * values.count))
        for part in [1, 0, 23, Int32(values.count), 1] { put(part) }
        for value in values { int32(value) }
    }

    /// One whole row of `reading`: measured_at, received_at, import_wh, export_wh (-1: NULL), device_id, flags, quality.
    ///
    /// The hot path: one check of the room, then plain stores.
    public mutating func reading(
        measuredAt: Int64,
        receivedAt: Int64,
        importWh: Int64,
        exportWh: Int64,
        deviceID: Int32,
        flags: Int16,
        quality: UInt8
    ) {
        reserve(Self.longestReading)
        let start = count
        // Holds: `reserve` made room for the longest row behind `start`, and the stores below end there at the latest.
        count = unsafe storage.withUnsafeMutableBytes { bytes in
            var index = start
            unsafe Self.store(Int16(7), bytes, &index)
            unsafe Self.storeField(PostgresTimestamp.encode(measuredAt), bytes, &index)
            unsafe Self.storeField(PostgresTimestamp.encode(receivedAt), bytes, &index)
            unsafe Self.storeRegister(importWh, bytes, &index)
            unsafe Self.storeRegister(exportWh, bytes, &index)
            unsafe Self.storeField(deviceID, bytes, &index)
            unsafe Self.storeField(flags, bytes, &index)
            unsafe Self.storeField(quality, bytes, &index)
            return index
        }
        rows += 1
    }

    /// Ends the stream; nothing but ``withSpan(_:)`` and ``removeAll()`` may follow.
    public mutating func finish() { put(Int16(-1)) }

    /// Lends the stream's bytes.
    public func withSpan<Result, Failure: Error>(_ body: (Span<UInt8>) throws(Failure) -> Result) throws(Failure)
        -> Result
    {
        try body(storage.span.extracting(0..<count))
    }

    // MARK: Bytes

    /// The length of a row of `reading` without NULL: the count of fields, seven lengths, the values.
    private static let longestReading = 2 + 7 * 4 + 4 * 8 + 4 + 2 + 1

    /// Makes room for `more` bytes behind ``count``.
    private mutating func reserve(_ more: Int) {
        let missing = count + more - storage.count
        if missing > 0 { storage.append(contentsOf: repeatElement(0, count: max(missing, storage.count))) }
    }

    /// Copies bytes as they are.
    private mutating func append(_ bytes: [UInt8]) {
        reserve(bytes.count)
        storage.replaceSubrange(count..<count + bytes.count, with: bytes)
        count += bytes.count
    }

    private mutating func put<Value: FixedWidthInteger>(_ value: Value) {
        let size = Value.bitWidth / 8
        reserve(size)
        for place in 0..<size {
            storage[count + place] = UInt8(truncatingIfNeeded: value >> (Value.bitWidth - 8 - 8 * place))
        }
        count += size
    }

    @inline(__always)
    private static func store<Value: FixedWidthInteger>(
        _ value: Value,
        _ bytes: UnsafeMutableRawBufferPointer,
        _ index: inout Int
    ) {
        // Holds: the buffer pointer checks the range in debug builds, `reading` made room for it.
        unsafe bytes.storeBytes(of: value.bigEndian, toByteOffset: index, as: Value.self)
        index += MemoryLayout<Value>.size
    }

    @inline(__always)
    private static func storeField<Value: FixedWidthInteger>(
        _ value: Value,
        _ bytes: UnsafeMutableRawBufferPointer,
        _ index: inout Int
    ) {
        unsafe store(Int32(MemoryLayout<Value>.size), bytes, &index)
        unsafe store(value, bytes, &index)
    }

    /// A register, -1 as NULL.
    @inline(__always)
    private static func storeRegister(_ value: Int64, _ bytes: UnsafeMutableRawBufferPointer, _ index: inout Int) {
        if value < 0 { unsafe store(Int32(-1), bytes, &index) } else { unsafe storeField(value, bytes, &index) }
    }
}
