import ArgumentParser
import Foundation
import PostgresStore

/// `wattsource registry`: who takes part in which community, from and to a file.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract:
            "Load communities, rules, members, devices and participations from YAML, and write them out; shares by the hour from CSV.",
        subcommands: [RegistryApplyCommand.self, RegistryExportCommand.self, RegistrySharesCommand.self]
    )

    /// Does something with the registry of the configured database.
    static func withStore<Result>(
        _ configuration: Configuration,
        _ body: (PostgresRegistryStore) throws(RegistryStoreFailure) -> Result
    ) throws -> Result {
        let connection = try DatabaseAccess.connect(configuration, as: "wattsource registry")
        defer { connection.close() }
        do throws(RegistryStoreFailure) {
            return try body(PostgresRegistryStore(connection))
        } catch {
            throw CommandFailure(error.kind == .refused ? .badData : .unavailable, error.description)
        }
    }

    /// A file's name for people, and its bytes; `-` is standard input.
    static func contents(of file: String) throws(CommandFailure) -> (name: String, bytes: [UInt8]) {
        let name = file == "-" ? "standard input" : file
        let contents =
            file == "-"
            ? try? FileHandle.standardInput.readToEnd() ?? Data() : FileManager.default.contents(atPath: file)
        guard let contents else {
            throw CommandFailure(.badData, "cannot read \(name): is it there, and may this user read it?")
        }
        return (name, Array(contents))
    }
}
