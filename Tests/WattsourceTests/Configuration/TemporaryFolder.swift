import FoundationEssentials

/// A folder of its own for one test; it is removed with it.
final class TemporaryFolder: Sendable {
    /// Its path, with a slash at the end.
    let path: String

    /// Makes it.
    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/wattsource-test-\(UUID().uuidString)/"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and gives its path.
    func write(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
        let file = path + name
        try Data(text.utf8).write(to: URL(filePath: file))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
        return file
    }
}
