/// What is wrong with a file, and where.
public struct FileFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// The line, from 1; 0: the file as a whole.
    public var line: Int
    /// The place in the line, in bytes from 1; 0: the line as a whole.
    public var column: Int
    /// What is wrong and what is expected; nothing of the file's meter data.
    public var message: String

    /// Makes a fault.
    public init(line: Int, column: Int = 0, _ message: String) {
        self.line = line
        self.column = column
        self.message = message
    }

    /// The place and what is wrong: `line 7, column 24: import_wh: …`.
    public var description: String {
        if line == 0 { return message }
        return column == 0 ? "line \(line): \(message)" : "line \(line), column \(column): \(message)"
    }
}
