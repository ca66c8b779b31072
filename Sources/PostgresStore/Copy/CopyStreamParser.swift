/// Finds the rows in the messages of a binary COPY: takes the header and the trailer away.
struct CopyStreamParser {
    /// Whether the trailer was seen.
    private(set) var isComplete = false
    private var hasHeader = false

    /// The first 11 bytes of every binary COPY stream.
    static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]

    /// Lends each row of a message; false if the bytes are not the format.
    ///
    /// A message holds whole rows, as PostgreSQL sends them.
    mutating func parse(_ message: Span<UInt8>, _ row: (Span<UInt8>) -> Void) -> Bool {
        var index = 0
        if !hasHeader {
            guard message.count >= 19 else { return false }
            for place in Self.signature.indices where message[place] != Self.signature[place] { return false }
            let extensionLength = Int(CopyRowCursor.int32(message, at: 15))
            guard extensionLength >= 0, message.count >= 19 + extensionLength else { return false }
            index = 19 + extensionLength
            hasHeader = true
        }
        while index < message.count {
            guard !isComplete, let end = Self.endOfRow(message, from: index) else { return false }
            if end == index {
                isComplete = true
                index += 2
            } else {
                row(message.extracting(index..<end))
                index = end
            }
        }
        return true
    }

    /// The index behind the row that begins at `start`; `start` itself if that is the trailer; `nil` if it does not fit.
    private static func endOfRow(_ message: Span<UInt8>, from start: Int) -> Int? {
        guard start + 2 <= message.count else { return nil }
        let fields = CopyRowCursor.int16(message, at: start)
        if fields == -1 { return start }
        guard fields >= 0 else { return nil }
        var index = start + 2
        for _ in 0..<fields {
            guard index + 4 <= message.count else { return nil }
            let length = Int(CopyRowCursor.int32(message, at: index))
            index += 4 + max(length, 0)
            guard length >= -1, index <= message.count else { return nil }
        }
        return index
    }
}
