/// Small questions about a file's bytes.
enum FileBytes {
    /// A space, a tab, or the end of a line.
    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// Without the byte-order mark that spreadsheets write in front of UTF-8.
    static func withoutMark(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    /// The text without blanks at its ends; `nil` if it is not UTF-8.
    static func text(_ bytes: some Sequence<UInt8>) -> String? {
        var bytes = Array(bytes.drop { isBlank($0) })
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return String(validating: bytes, as: UTF8.self)
    }
}
