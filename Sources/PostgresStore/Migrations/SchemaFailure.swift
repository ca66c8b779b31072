internal import Ingestion

/// Why the database's schema is not, or cannot be made, what this program needs.
public struct SchemaFailure: Error, Sendable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Equatable {
        /// PostgreSQL refused, or is away.
        case database(PostgresError)
        /// Migrations are missing.
        case behind
        /// The schema was made by a newer program.
        case newer
        /// A migration that was applied is not the one that this program holds.
        case changed
        /// The database cannot hold Wattsource's tables at all.
        case unsuitable
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What is wrong and the command that mends it.
    public var description: String

    /// Makes a failure.
    public init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// Whether the same may work later, without anybody doing something: the database is away, or busy.
    public var isRetriable: Bool {
        guard case .database(let error) = kind else { return false }
        return switch StoreFailureMapping.action(for: error, isCommitting: false) {
        case .retryLater, .retryNow, .outcomeUnknown: true
        default: false
        }
    }
}
