import ArgumentParser
import PostgresStore

/// `wattsource migrate`: brings the database to this program's schema.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database to this version's schema.",
        discussion: """
            Creates the schema `energy` in a new database, or applies what is missing to
            an older one; run again, it does nothing. Each step is one transaction: it is
            applied whole or not at all. The role needs the right to create schemas (once)
            and to own what is in `energy`; the worker itself needs less. Run it before
            the workers of a new version, which refuse to start while something is
            missing.

            Example:
              createdb meters
              wattsource migrate --database-url postgresql://localhost/meters

            Ends with 0 if the schema is current, 69 if the database is away or refuses,
            78 if the schema is not one that this version can bring forward (it was made
            by a newer version, say).
            """
    )

    @Flag(name: .long, help: "Only list what would be applied.")
    var dryRun = false

    @OptionGroup(title: "Configuration") var options: ConfigurationOptions

    mutating func run() async throws {
        let configuration = try options.load()
        let connection = try DatabaseAccess.connect(configuration, as: "wattsource migrate")
        defer { connection.close() }
        let migrator = Migrator(connection)
        let migrations: [Migration]
        do throws(SchemaFailure) {
            migrations = dryRun ? try migrator.pending() : try migrator.migrate()
        } catch {
            throw Self.failure(error)
        }
        var lines = migrations.map { "\(dryRun ? "would apply" : "applied") \($0.number) \($0.name)" }
        if lines.isEmpty { lines = ["the schema is current: nothing to apply"] }
        try StandardOutput.write(lines)
    }

    /// The database's own refusals are a matter of the database; the rest is a matter of which program meets which schema.
    private static func failure(_ failure: SchemaFailure) -> CommandFailure {
        if case .database = failure.kind { return CommandFailure(.unavailable, failure.description) }
        return DatabaseAccess.failure(failure)
    }
}
