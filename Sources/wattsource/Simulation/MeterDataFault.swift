/// A data file that is not what it should be.
struct MeterDataFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1; `nil`: the file as a whole.
    var line: Int?
    /// What is wrong, and how it should be; quotes no energy.
    var message: String

    /// `line 7: …`.
    var description: String { line.map { "line \($0): \(message)" } ?? message }
}
