/// One value of a ``JSONTree``.
struct JSONNode: Sendable {
    /// What a JSON value is.
    enum Kind: UInt8 {
        case object, array, string, number, boolean, null

        /// The kind of the value that begins with this byte; the grammar has been checked.
        init(firstByte: UInt8) {
            self =
                switch firstByte {
                case UInt8(ascii: "{"): .object
                case UInt8(ascii: "["): .array
                case UInt8(ascii: "\""): .string
                case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
                case UInt8(ascii: "n"): .null
                default: .number
                }
        }
    }

    /// What it is.
    var kind: Kind
    /// Whether its name has escapes.
    var nameHasEscapes = false
    /// Whether it is a string with escapes.
    var hasEscapes = false
    /// Where its name stands, without the quotation marks; empty for what is no member.
    var nameBegin: UInt32 = 0
    /// Behind the name.
    var nameEnd: UInt32 = 0
    /// Where it begins in the text.
    var begin: UInt32
    /// Behind its last byte; of arrays and objects, behind the first.
    var end: UInt32
    /// The number of the first node behind it and its content; while it is open, of the one around it.
    var next: Int32
}
