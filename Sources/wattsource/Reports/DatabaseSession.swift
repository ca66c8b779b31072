import PostgresStore
import Settlement

/// A connection for one command that asks or changes something by hand.
enum DatabaseSession {
    /// Connects to the configured database, runs `body` and says in words what went wrong.
    ///
    /// - Parameters:
    ///   - configuration: where the database is.
    ///   - limit: how long a transaction may take; `nil`: as long as it takes.
    ///   - body: what to do over the connection.
    /// - Throws: ``CommandFailure``: 64 for what does not exist or makes no sense, 69 if the database is away or refuses, 70 if what is
    ///   stored contradicts itself.
    static func run<Result>(
        _ configuration: Configuration,
        limit: Duration? = .seconds(60),
        _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        let url = try configuration.requireDatabase()
        return try inWords {
            let connection = try PostgresConnection(url.text, applicationName: "wattsource")
            defer { connection.close() }
            connection.transactionTimeout = limit
            return try body(connection)
        }
    }

    /// Runs `body` and says in words what went wrong.
    ///
    /// - Throws: ``CommandFailure`` as ``run(_:limit:_:)`` does.
    static func inWords<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let failure as QueryFailure {
            throw CommandFailure(.usage, failure.description)
        } catch let fault as StoredContradiction {
            throw CommandFailure(.software, fault.description)
        } catch let failure as SettlementFailure {
            throw CommandFailure(failure.isRetriable ? .unavailable : .badData, failure.description)
        } catch let error as PostgresError {
            throw CommandFailure(.unavailable, sentence(error))
        }
    }

    /// The error and what to do about it.
    static func sentence(_ error: PostgresError) -> String {
        switch error.sqlState {
        case "42P01", "3F000", "42703", "42883":
            "the database does not have this version's tables: run wattsource migrate (\(error))"
        case "42501":
            "the database refuses the permission: connect as a role that may use the schema energy (\(error))"
        default: error.description
        }
    }
}
