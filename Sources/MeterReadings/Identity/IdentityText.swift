/// Up to 128 bytes of an identity, kept in place: no heap, so that it can be reused from record to record at no cost.
struct IdentityText: Sendable {
    /// The most bytes that a device id or generation id of an IoT hub has.
    static let maximumCount = 128

    private var bytes = InlineArray<128, UInt8>(repeating: 0)
    /// How many bytes there are; 0 stands for no identity, as none is empty.
    private(set) var count = 0

    /// Forgets what was kept.
    mutating func removeAll() { count = 0 }

    /// Keeps a copy of 1 to 128 bytes; says `false` and keeps nothing new if there are fewer or more.
    mutating func set(_ text: Span<UInt8>) -> Bool {
        guard (1...Self.maximumCount).contains(text.count) else { return false }
        for index in text.indices { bytes[index] = text[index] }
        count = text.count
        return true
    }

    /// Whether exactly these bytes are kept.
    func equals(_ text: Span<UInt8>) -> Bool {
        bytes.span.extracting(first: count).equals(text)
    }

    /// Lends the bytes; `nil` if there is no identity.
    func with<Result>(_ body: (Span<UInt8>) -> Result) -> Result? {
        count > 0 ? body(bytes.span.extracting(first: count)) : nil
    }

    /// Whether a text is a device id as IoT hubs take it: 1 to 128 bytes, ASCII letters, digits and `- . + % _ # * ? ! ( ) , : ; = @ $ '`.
    ///
    /// Azure's own lists differ from page to page (identity registry, device twins, REST reference); this is all of them together, because
    /// the hub has already decided which devices exist.
    static func isDeviceID(_ text: Span<UInt8>) -> Bool {
        guard (1...maximumCount).contains(text.count) else { return false }
        for index in text.indices where !isDeviceIDByte(text[index]) { return false }
        return true
    }

    @inline(__always)
    private static func isDeviceIDByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "#")...UInt8(ascii: "%"),  // # $ %
            UInt8(ascii: "'")...UInt8(ascii: "."),  // ' ( ) * + , - .
            UInt8(ascii: "0")...UInt8(ascii: ";"),  // digits : ;
            UInt8(ascii: "!"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
