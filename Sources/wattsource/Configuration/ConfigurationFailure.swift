/// The configuration cannot be used; all faults that were found, at once; the exit code is 78.
struct ConfigurationFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// What is wrong; at least one.
    var faults: [ConfigurationFault]

    /// Makes a failure of its faults.
    init(_ faults: [ConfigurationFault]) { self.faults = faults }

    /// One line per fault.
    var description: String { faults.map(\.description).joined(separator: "\n") }
}
