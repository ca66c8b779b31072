internal import Yams

/// Gathers the faults of one document while it is read; used by one reader, within one call.
final class FaultList {
    private(set) var faults: [RegistryFault] = []

    /// Notes a fault at a place in the text.
    func add(_ path: RegistryPath, at mark: Mark?, _ message: String) {
        faults.append(RegistryFault(line: mark?.line, column: mark?.column, path: path, message))
    }

    /// The faults in the text's order.
    var inOrder: [RegistryFault] {
        faults.sorted { ($0.line ?? 0, $0.column ?? 0) < ($1.line ?? 0, $1.column ?? 0) }
    }
}
