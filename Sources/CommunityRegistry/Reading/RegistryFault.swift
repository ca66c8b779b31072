/// One thing that is wrong with a registry: where, what, and what is expected.
public struct RegistryFault: Sendable, Equatable, CustomStringConvertible {
    /// The line in the file, from 1; `nil`: it did not come from a file.
    public var line: Int?
    /// The column in the line, from 1, in Unicode scalars.
    public var column: Int?
    /// The field; empty for faults of the YAML itself.
    public var path: RegistryPath
    /// What is wrong, as a sentence that follows the path.
    public var message: String

    /// Makes a fault.
    public init(line: Int? = nil, column: Int? = nil, path: RegistryPath, _ message: String) {
        self.line = line
        self.column = column
        self.path = path
        self.message = message
    }

    /// `12:15: communities[0].code: must be …`, without what is not known.
    public var description: String {
        var text = ""
        if let line { text += "\(line):\(column ?? 1): " }
        if !path.steps.isEmpty { text += "\(path): " }
        return text + message
    }
}
