/// Why the registry in the database could not be read or changed.
public struct RegistryStoreFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Equatable {
        /// The registry cannot become what was asked for; nothing was changed.
        case refused
        /// Others hold what is needed, for longer than is waited for; nothing was changed.
        case busy
        /// PostgreSQL refused, or is away.
        case database(PostgresError)
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What happened, and how to mend it.
    public var description: String

    /// Makes a failure.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// The failure that an error of PostgreSQL is.
    init(_ error: PostgresError) {
        switch error.sqlState {
        case "55P03":
            self.init(.busy, "batches or settlement hold the registry for longer than was waited for: try again")
        case "3F000", "42P01":
            self.init(.database(error), "\(error): run `wattsource migrate`")
        default:
            self.init(.database(error), error.description)
        }
    }
}
