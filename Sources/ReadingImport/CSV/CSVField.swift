/// One field of a comma-separated file.
struct CSVField {
    /// The place in its line, in bytes from 1.
    var column: Int
    /// Its content, without quotes.
    var bytes: [UInt8]

    /// Whether nothing but blanks is in it.
    var isEmpty: Bool { bytes.allSatisfy { FileBytes.isBlank($0) } }

    /// Its text without blanks at its ends; `nil` if it is not UTF-8.
    var text: String? { FileBytes.text(bytes) }
}
