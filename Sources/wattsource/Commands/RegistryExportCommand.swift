import ArgumentParser
import CommunityRegistry
import Observability
import PostgresStore

/// `wattsource registry export`: writes the registry as the file that `apply` reads.
struct RegistryExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the registry as the file that apply reads.",
        discussion: """
            Writes all communities, in a stable order, to standard output. Applied again,
            the file changes nothing. Comments of a file that was applied are not kept:
            the database does not have them. Shares by the hour are not in it: their files
            are stored with wattsource registry shares.

            Example:
              wattsource registry export > registry.yaml
            """
    )

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let snapshot = try RegistryCommand.withStore(configuration) { store throws(RegistryStoreFailure) in
            try store.export()
        }
        for device in snapshot.unassigned {
            StandardErrorLines.write("left out, since no member has it: device \(device.hubDeviceID)\n")
        }
        try StandardOutput.write(RegistryWriter.write(snapshot.document))
    }
}
