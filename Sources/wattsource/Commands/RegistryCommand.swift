import ArgumentParser
import PostgresStore

/// `wattsource registry`: who takes part in which community, from and to a file.
struct RegistryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry",
        abstract: "Load communities, rules, members, devices and participations from YAML, and write them out.",
        subcommands: [RegistryApplyCommand.self, RegistryExportCommand.self]
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
}
