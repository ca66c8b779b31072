/// Why PostgreSQL, or the way to it, did not do what was asked.
///
/// Safe for logs: it holds no row and no parameter.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    public enum Kind: Sendable, Equatable {
        /// The connection is gone (or could not be made): if a COMMIT was under way, its outcome is not known.
        case connectionLost
        /// The server refused a statement; the connection stays usable, an open transaction has failed.
        case serverError
        /// An answer that the protocol or the caller's contract does not allow.
        case protocolViolation
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// The five characters of SQLSTATE; empty if the server gave none.
    public var sqlState: String
    /// What happened.
    ///
    /// Of SQLSTATE classes 22 and 23, whose texts quote data, only the code and the names of table and constraint.
    public var message: String
    /// The constraint that was violated, if one was.
    public var constraint: String?
    /// The table that it is about, if the server says so.
    public var table: String?

    /// Makes an error.
    public init(
        _ kind: Kind,
        sqlState: String = "",
        _ message: String,
        constraint: String? = nil,
        table: String? = nil
    ) {
        self.kind = kind
        self.sqlState = sqlState
        self.message = message
        self.constraint = constraint
        self.table = table
    }

    /// Whether the connection is gone.
    public var isConnectionLost: Bool { kind == .connectionLost }

    /// The message, with the SQLSTATE if there is one.
    public var description: String { sqlState.isEmpty ? message : "\(message) (SQLSTATE \(sqlState))" }
}

extension PostgresError {
    /// Whether a row found no table partition to go to: a violated check (23514) that is no named constraint.
    var isMissingPartition: Bool { sqlState == "23514" && constraint == nil }
}
