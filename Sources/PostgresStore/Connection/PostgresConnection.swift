internal import CLibPQ

/// One session with PostgreSQL, over libpq.
///
/// One thread at a time uses it; it is closed by ``close()`` or when it is let go of.
///
/// Every wait has an end:
/// * connecting: libpq's `connect_timeout`, 10 s per host where the connection string names none;
/// * every transaction, and every statement outside of one: ``transactionTimeout``, measured here with a clock of our own. When it
///   passes the socket is closed, whatever the server does, and the caller sees ``PostgresError/Kind/connectionLost``;
/// * a network that swallows everything: `tcp_user_timeout` and keepalives, in both directions;
/// * the server's side: `client_connection_check_interval` ends a statement whose client is gone, and
///   `idle_in_transaction_session_timeout` a transaction that a client forgot. Neither can end a COPY that waits for its client's
///   bytes: that is what take-over's `pg_terminate_backend` is for.
@safe
public final class PostgresConnection {
    /// libpq's connection; `nil` once it is closed.
    // Holds: only this class uses it (its extensions lend it to libpq), `close` frees it and forgets it.
    private(set) var session: OpaquePointer?
    /// When the running transaction has to be over.
    private(set) var deadline: ContinuousClock.Instant?

    /// How long a transaction, or a statement outside of one, may take as a whole; `nil`: for ever.
    public var transactionTimeout: Duration? = .seconds(60)
    /// The server process's id, as `pg_backend_pid()` gives it.
    public let backendPID: Int32
    /// The server's version as libpq gives it: 150020 is 15.20.
    public let serverVersion: Int32

    /// Connects.
    ///
    /// - Parameters:
    ///   - conninfo: a libpq URI or connection string.
    ///   - applicationName: what `pg_stat_activity` shows, unless the connection string says otherwise.
    /// - Throws: ``PostgresError`` of kind `connectionLost`, with the SQLSTATE if the server refused.
    public init(_ conninfo: String, applicationName: String) throws(PostgresError) {
        try ConnectionString.check(conninfo)
        let parameters = ConnectionString.parameters(conninfo, applicationName: applicationName)
        // Holds: the arrays of C strings that libpq wants live until it returns; it copies what it needs.
        let session = unsafe parameters.withCStrings { names, values in unsafe PQconnectdbParams(names, values, 1) }
        guard unsafe session != nil, unsafe PQstatus(session) == CONNECTION_OK else {
            let message = unsafe Self.trimmed(PQerrorMessage(session))
            unsafe PQfinish(session)
            throw PostgresError(
                .connectionLost,
                sqlState: message.contains("FATAL") ? parameters.sqlStateOfRefusal() : "",
                "cannot connect to PostgreSQL: \(message)"
            )
        }
        unsafe self.session = session
        backendPID = unsafe PQbackendPID(session)
        serverVersion = unsafe PQserverVersion(session)
        // Holds: the session is open; the closure captures nothing.
        unsafe PQsetNoticeReceiver(session, { _, _ in }, nil)
        // Even text that somebody prints by mistake has no DETAIL then.
        _ = unsafe PQsetErrorVerbosity(session, PQERRORS_TERSE)
        guard unsafe PQsetnonblocking(session, 1) == 0 else { throw lost("cannot make the connection non-blocking") }
        try run(Self.settings)
    }

    deinit { close() }

    /// What every session is set to.
    ///
    /// Names are resolved in fixed schemas; nothing depends on the role's or the server's defaults.
    private static let settings = """
        set time zone 'UTC';
        set search_path = pg_catalog, energy, pg_temp;
        set standard_conforming_strings = on;
        set bytea_output = hex;
        set datestyle = 'ISO, YMD';
        set intervalstyle = postgres;
        set default_transaction_isolation = 'read committed';
        set client_connection_check_interval = '5s';
        set idle_in_transaction_session_timeout = '5min';
        set tcp_keepalives_idle = 30;
        set tcp_keepalives_interval = 10;
        set tcp_keepalives_count = 3;
        set tcp_user_timeout = '60s'
        """

    // MARK: State

    /// Whether the session is open, as far as is known.
    ///
    /// A broken network shows only at the next use.
    public var isUsable: Bool { unsafe session != nil && PQstatus(session) == CONNECTION_OK }

    /// Whether a transaction is open (perhaps failed).
    public var isInTransaction: Bool {
        guard unsafe session != nil else { return false }
        let status = unsafe PQtransactionStatus(session)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Closes the session; the server rolls an open transaction back.
    ///
    /// Harmless if it is closed already.
    public func close() {
        // Holds: freed once, then forgotten.
        unsafe PQfinish(session)
        unsafe session = nil
    }

    // MARK: Statements

    /// Runs one or more statements, separated by semicolons, and discards their rows.
    ///
    /// Outside of a transaction several statements are one transaction, unless they begin or end one themselves.
    public func run(_ sql: String) throws(PostgresError) { _ = try runAll(sql) }

    /// Runs one or more statements in one round trip; one result per statement.
    ///
    /// See ``run(_:)``.
    public func runAll(_ sql: String) throws(PostgresError) -> [PostgresResult] {
        try begin()
        // Holds: the session is open after `begin`; libpq copies the text.
        guard unsafe PQsendQuery(session, sql) == 1 else { throw sendFailure() }
        return try collectResults()
    }

    /// Runs one statement, with values for its `$1`, `$2` and so on.
    public func query(_ sql: String, _ parameters: [PostgresParameter] = []) throws(PostgresError) -> PostgresResult {
        try begin()
        for case .text(let text) in parameters where text.utf8.contains(0) {
            throw PostgresError(
                .serverError,
                sqlState: "22021",
                "a text parameter holds U+0000, which PostgreSQL cannot keep"
            )
        }
        guard send(sql, parameters) else { throw sendFailure() }
        let results = try collectResults()
        guard results.count == 1, let result = results.first else {
            throw lost("expected one result of a statement, got \(results.count)")
        }
        return result
    }

    /// Commits the open transaction.
    ///
    /// The command tag has to be exactly `COMMIT`: the server answers the COMMIT of a failed transaction with success, and with the tag
    /// `ROLLBACK`.
    public func commit() throws(PostgresError) {
        let tag = try runAll("commit").last?.commandTag
        guard tag == "COMMIT" else {
            throw PostgresError(
                .serverError,
                sqlState: "25P02",
                "COMMIT was answered with \(tag ?? "nothing"): the transaction had failed and was rolled back"
            )
        }
    }

    /// Runs `body` between BEGIN and COMMIT; an error rolls back.
    ///
    /// If the error is a lost connection after `body` returned, whether the transaction was committed is not known.
    public func transaction<Result>(_ body: () throws(PostgresError) -> Result) throws(PostgresError) -> Result {
        try run("begin")
        do {
            let result = try body()
            try commit()
            return result
        } catch {
            rollback()
            throw error
        }
    }

    /// Rolls an open transaction back, if there is one.
    ///
    /// If that fails the session is closed, which has the same effect.
    public func rollback() {
        guard isInTransaction else { return }
        do { try run("rollback") } catch { close() }
    }

    // MARK: The conversation with libpq

    /// Checks that the session is open, and starts the clock if no transaction is under way.
    func begin() throws(PostgresError) {
        guard isUsable else { throw PostgresError(.connectionLost, sqlState: "08003", "the connection is closed") }
        if !isInTransaction { deadline = transactionTimeout.map { ContinuousClock.now.advanced(by: $0) } }
    }

    /// Sends a statement with parameters; libpq copies everything.
    private func send(_ sql: String, _ parameters: [PostgresParameter]) -> Bool {
        let encoded = parameters.map { $0.encoded }
        let types = parameters.map { $0.typeOID }
        let lengths = encoded.map { Int32($0?.count ?? 0) }
        let formats: [Int32] = parameters.map { $0.isBinary ? 1 : 0 }
        let block: [UInt8] = encoded.flatMap { $0 ?? [] }
        // Holds: every pointer points into `block`, at the offset of its parameter, and is used only while `block` is pinned.
        // `block` may be empty, and its address nil, only if every value is NULL or empty: an empty value needs some address.
        return unsafe block.withUnsafeBufferPointer { bytes in
            var offset = 0
            let empty: StaticString = ""
            let values: [UnsafePointer<CChar>?] = unsafe encoded.map { value in
                guard let value else { return nil }
                defer { offset += value.count }
                if value.isEmpty { return unsafe UnsafeRawPointer(empty.utf8Start).assumingMemoryBound(to: CChar.self) }
                return unsafe bytes.baseAddress.map { start in
                    unsafe UnsafeRawPointer(start + offset).assumingMemoryBound(to: CChar.self)
                }
            }
            return unsafe PQsendQueryParams(session, sql, Int32(values.count), types, values, lengths, formats, 0) == 1
        }
    }
}
