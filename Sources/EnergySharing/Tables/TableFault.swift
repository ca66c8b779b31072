/// One thing that is wrong in a table.
public struct TableFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The line, from 1; 0 for the table as a whole.
    public var line: Int
    /// What is wrong, and how to mend it.
    public var what: String

    /// Makes a fault.
    public init(line: Int, what: String) {
        self.line = line
        self.what = what
    }

    /// The line and what is wrong in it.
    public var description: String { line == 0 ? what : "line \(line): \(what)" }
}
