import PostgresStore

/// How commands reach the database, and how its faults become exit codes.
enum DatabaseAccess {
    /// Connects.
    static func connect(_ configuration: Configuration, as name: String) throws -> PostgresConnection {
        let url = try configuration.requireDatabase()
        do {
            return try PostgresConnection(url.text, applicationName: name)
        } catch {
            throw CommandFailure(.unavailable, "PostgreSQL cannot be reached: \(error)")
        }
    }

    /// A schema that is not this program's is a matter of configuration; a database that is away is not.
    static func failure(_ failure: SchemaFailure) -> CommandFailure {
        CommandFailure(failure.isRetriable ? .unavailable : .configuration, failure.description)
    }
}
