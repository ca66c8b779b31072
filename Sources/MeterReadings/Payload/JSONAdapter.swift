/// One reader's JSON: how a message of it becomes readings.
///
/// CONTRIBUTING.md, "Adding a reader", says how to write one.
protocol JSONAdapter {
    /// Whether the whole body is one message even if it is an array; else an array is one of messages.
    static var takesArrays: Bool { get }

    /// Reads a message: appends a reading for each that it holds, refused ones included, or none if it is sound but about something else.
    ///
    /// - Parameter message: its node; an object, or with ``takesArrays`` an array.
    /// - Throws: what refuses the whole record.
    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal)
}

extension JSONAdapter {
    static var takesArrays: Bool { false }
}
