public import Ingestion

/// What each of PostgreSQL's refusals means for the ingest loop.
///
/// Source of the codes: PostgreSQL documentation, appendix A, "PostgreSQL Error Codes". What the store mends by itself (a key that is
/// there already, a partition that is not) comes here only if that did not help.
public enum StoreFailureMapping {
    /// What to do after an error.
    ///
    /// - Parameter isCommitting: whether COMMIT was sent. If the connection is lost then, nobody knows whether it was done.
    public static func action(for error: PostgresError, isCommitting: Bool) -> StoreFailure.Action {
        switch error.kind {
        case .connectionLost where isCommitting: .outcomeUnknown
        case .connectionLost where error.sqlState.isEmpty: .retryLater
        case .protocolViolation: .halt
        default: action(forSQLState: error.sqlState)
        }
    }

    /// What to do after a refusal with this SQLSTATE.
    static func action(forSQLState state: String) -> StoreFailure.Action {
        switch state {
        case "25006", "25P03": .retryLater  // read-only server; idle for too long in a transaction
        case "40001", "40P01", "55P03": .retryNow  // serialization, deadlock, lock not available
        case "40003": .outcomeUnknown  // statement completion unknown
        case "23503": .registryChanged  // what the registry said is not there any more
        default:
            switch state.prefix(2) {
            case "08", "53", "57", "58": .retryLater  // connection, resources, operator, system
            case "22", "23": .dataRefused
            default: .halt  // 28, 42, 0A, 3D, XX and whatever else
            }
        }
    }

    /// The failure that the loop sees, with what to do where a person can do something.
    static func failure(for error: PostgresError, isCommitting: Bool = false) -> StoreFailure {
        let hint =
            switch error.sqlState.prefix(2) {
            case "28": ": check the user, the password and pg_hba.conf"
            case "3D": ": check the database's name"
            case "42" where error.sqlState == "42501": ": grant the privilege to the worker's role"
            case "42": ": run `wattsource migrate`, or the version of wattsource that fits the schema"
            case "53": ": the server is out of disk, memory or connections"
            default: ""
            }
        return StoreFailure(
            action(for: error, isCommitting: isCommitting),
            sqlState: error.sqlState,
            "\(error.message)\(hint)"
        )
    }
}
