/// All that is wrong with a registry, found in one pass.
public struct RegistryFaults: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file's name as it was given; empty: it did not come from a file.
    public var file: String
    /// The faults, by line and column; at least one.
    public var faults: [RegistryFault]

    /// Makes the error.
    public init(file: String = "", _ faults: [RegistryFault]) {
        self.file = file
        self.faults = faults
    }

    /// One line per fault: `registry.yaml:12:15: communities[0].code: must be …`.
    public var description: String {
        faults.map { file.isEmpty ? "\($0)" : $0.line == nil ? "\(file): \($0)" : "\(file):\($0)" }
            .joined(separator: "\n")
    }
}
