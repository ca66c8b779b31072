/// A record or reading that was refused: why, where, and what a person can do about it.
///
/// Refusals are normal traffic, so this is a plain value: the sentence is rendered only when someone reads it.
public struct Refusal: Error, Equatable, Sendable {
    /// The reason code.
    public var reason: RefusalReason
    /// The member of the body, or the header, that is at fault, as it is spelled there; empty if it is the whole.
    public var field: StaticString
    /// Where the fault was found, in bytes from the beginning of the record's value; `nil` if it has no place there.
    public var byteOffset: Int?
    /// Whether the place counts from the beginning of the body as it was unpacked (``RecordUnpacker``) instead.
    public var isInUnpackedBody = false
    /// What is wrong, as a sentence without the field and the place, for example "a number is expected".
    public var fault: StaticString

    /// Makes a refusal.
    public init(_ reason: RefusalReason, field: StaticString = "", at byteOffset: Int? = nil, _ fault: StaticString) {
        self.reason = reason
        self.field = field
        self.byteOffset = byteOffset
        self.fault = fault
    }

    /// The sentence for people: field, fault and byte offset.
    ///
    /// It holds nothing of the record's content.
    public var sentence: String {
        var text = field.utf8CodeUnitCount > 0 ? "\(field): \(fault)" : "\(fault)"
        if let byteOffset { text += " (byte \(byteOffset)\(isInUnpackedBody ? " of the unpacked body" : ""))" }
        return text
    }

    /// Two refusals are the same if they say the same.
    public static func == (left: Refusal, right: Refusal) -> Bool {
        left.reason == right.reason && left.byteOffset == right.byteOffset && left.sentence == right.sentence
    }
}
