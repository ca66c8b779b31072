import CZlib

/// zlib's decompressor and its memory (about 40 KiB), used again from one piece of data to the next.
///
/// https://zlib.net/manual.html says what the calls do. Several gzip members one after another are one body (RFC 1952, section 2.2).
///
/// `@safe`: the pointer is private, belongs to this value alone, which cannot be copied, and points to a stream that lives as long.
@safe
struct InflateStream: ~Copyable {
    /// On the heap, because zlib refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<z_stream>
    private var isBegun = false

    /// Makes a stream that has no memory of zlib's yet.
    init() {
        unsafe stream = .allocate(capacity: 1)
        unsafe stream.initialize(to: z_stream())
    }

    deinit {
        // Holds because the stream was made in the initializer, and only here it ends.
        if isBegun { unsafe inflateEnd(stream) }
        unsafe stream.deinitialize(count: 1)
        unsafe stream.deallocate()
    }

    /// Unpacks all of `input` into `output`, which is emptied first; it never holds more than `limit` + 1 bytes.
    ///
    /// - Parameter at: is set to how many bytes of the input were used, which is where a fault was found.
    mutating func inflate(
        _ input: Span<UInt8>,
        isGzip: Bool,
        limit: Int,
        into output: inout InflatedBytes,
        at: inout Int
    ) throws(InflateFault) {
        output.removeAll()
        at = 0
        begin(isGzip: isGzip)
        let outcome = unsafe input.withUnsafeBufferPointer { bytes in
            // Holds because zlib only reads the input, and forgets it below, before the bytes are given back.
            unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
            unsafe stream.pointee.avail_in = UInt32(bytes.count)
            let outcome = members(isGzip: isGzip, limit: limit, &output)
            at = unsafe bytes.count - Int(stream.pointee.avail_in)
            unsafe stream.pointee.next_in = nil
            unsafe stream.pointee.avail_in = 0
            return outcome
        }
        if let outcome { throw outcome }
    }

    /// Unpacks what `next_in` has, member by member; gives what is wrong with it.
    private func members(isGzip: Bool, limit: Int, _ output: inout InflatedBytes) -> InflateFault? {
        while true {
            if let fault = member(limit: limit, &output) { return fault }
            if unsafe stream.pointee.avail_in == 0 { return nil }
            guard isGzip, beginsMember else { return .trailing }
            // Holds because the stream has been begun.
            unsafe inflateReset(stream)
        }
    }

    /// Whether what is left begins like a gzip member.
    private var beginsMember: Bool {
        // Holds because so many bytes are still there to be read.
        guard unsafe stream.pointee.avail_in >= 2, let next = unsafe stream.pointee.next_in else { return false }
        return unsafe next[0] == 0x1F && next[1] == 0x8B
    }

    /// Unpacks one member to its end; gives what is wrong with it.
    private func member(limit: Int, _ output: inout InflatedBytes) -> InflateFault? {
        while true {
            var status = Z_OK
            var isFull = false
            // Holds because zlib writes at most so many bytes, and only within this call.
            unsafe output.append(limit: limit + 1) { space in
                unsafe stream.pointee.next_out = space.baseAddress
                unsafe stream.pointee.avail_out = UInt32(space.count)
                status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
                isFull = unsafe stream.pointee.avail_out == 0
                return unsafe space.count - Int(stream.pointee.avail_out)
            }
            if output.count > limit { return .tooLarge }
            switch status {
            case Z_STREAM_END: return nil
            case Z_OK, Z_BUF_ERROR:
                // Without more space or more input there is no going on.
                if !isFull { return .truncated }
            case Z_MEM_ERROR: preconditionFailure("zlib got no memory")
            default: return isOfChecksum ? .badChecksum : .damaged
            }
        }
    }

    /// Whether the last fault was one of the checks at the end of the data.
    private var isOfChecksum: Bool {
        // Holds because zlib's messages are constant C strings.
        guard let message = unsafe stream.pointee.msg else { return false }
        let text = unsafe String(cString: message)
        return text == "incorrect data check" || text == "incorrect length check"
    }

    /// Makes the stream ready for new data of a format.
    private mutating func begin(isGzip: Bool) {
        let windowBits: Int32 = isGzip ? 31 : 15
        // Holds because the stream is ours, and is begun only once.
        let status = unsafe isBegun ? inflateReset2(stream, windowBits) : wsInflateInit(stream, windowBits)
        precondition(status == Z_OK, "zlib cannot begin (status \(status))")
        isBegun = true
    }
}
