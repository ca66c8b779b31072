/// Why a text is not a value of its key's kind: the end of a sentence that begins with the value.
struct ValueFault: Error, Sendable, Equatable {
    /// For example `is not a duration such as 500ms, 30s, 15m, 2h or 35d`.
    var message: String

    /// Makes a fault.
    init(_ message: String) { self.message = message }
}
