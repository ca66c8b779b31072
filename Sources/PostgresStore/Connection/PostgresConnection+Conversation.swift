internal import CLibPQ
internal import Glibc

/// The conversation with libpq: sending without blocking, waiting with a deadline, taking results, telling what went wrong.
extension PostgresConnection {
    /// Sends what is left to send, then takes all results of what was sent; throws the first error among them.
    func collectResults() throws(PostgresError) -> [PostgresResult] {
        var results: [PostgresResult] = []
        var failure: PostgresError?
        while let result = try unsafe nextResult() {
            switch unsafe PQresultStatus(result) {
            case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
                results.append(unsafe PostgresResult(owning: result))
            case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
                unsafe PQclear(result)
                throw lost("COPY has to go through copyIn or copyOut")
            default:
                if failure == nil { failure = unsafe Self.error(of: result) }
                unsafe PQclear(result)
            }
        }
        guard var failure else { return results }
        if !isUsable {
            failure.kind = .connectionLost
            close()
        }
        throw failure
    }

    /// Waits for the next result of what was sent; the caller owns it.
    ///
    /// `nil`: there are no more.
    func nextResult() throws(PostgresError) -> OpaquePointer? {
        try flush()
        while unsafe PQisBusy(session) != 0 {
            try wait(for: Int16(POLLIN))
            try consumeInput()
        }
        return unsafe PQgetResult(session)
    }

    /// Sends everything that libpq has buffered.
    func flush() throws(PostgresError) {
        while true {
            let state = unsafe PQflush(session)
            if state == 0 { return }
            if state < 0 {
                // The server may have said why it hung up: that message is more telling than "broken pipe".
                try consumeInput()
                return
            }
            try wait(for: Int16(POLLIN | POLLOUT))
            try consumeInput()
        }
    }

    /// Takes what has arrived, without waiting.
    func consumeInput() throws(PostgresError) {
        guard unsafe PQconsumeInput(session) == 0 else { return }
        // The bytes before the end may hold the server's farewell (57P01, say), which libpq then gives as a result.
        var farewell: PostgresError?
        while unsafe PQisBusy(session) == 0, let result = unsafe PQgetResult(session) {
            let status = unsafe PQresultStatus(result)
            if status == PGRES_FATAL_ERROR, farewell == nil { farewell = unsafe Self.error(of: result) }
            unsafe PQclear(result)
            if status == PGRES_COPY_IN || status == PGRES_COPY_OUT { break }
        }
        close()
        throw PostgresError(
            .connectionLost,
            sqlState: farewell?.sqlState ?? "",
            farewell?.message ?? "the connection to PostgreSQL broke"
        )
    }

    /// Waits until the socket is ready, or the deadline has passed: then the session is closed.
    func wait(for events: Int16) throws(PostgresError) {
        var milliseconds: Int32 = -1
        if let deadline {
            let left = ContinuousClock.now.duration(to: deadline)
            if left <= .zero { throw lost("PostgreSQL did not answer within \(transactionTimeout ?? .zero)") }
            milliseconds = Int32(
                clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1
            )
        }
        // Under TLS libpq may hold bytes that the socket does not show any more: look again now and then.
        if unsafe PQsslInUse(session) != 0 { milliseconds = milliseconds < 0 ? 100 : min(milliseconds, 100) }
        var socket = unsafe pollfd(fd: PQsocket(session), events: events, revents: 0)
        // Holds: one structure, on the stack, during the call.
        if unsafe poll(&socket, 1, milliseconds) < 0, errno != EINTR { throw lost("poll failed: errno \(errno)") }
    }

    /// Closes the session, and gives the error that says so.
    func lost(_ message: String) -> PostgresError {
        close()
        return PostgresError(.connectionLost, message)
    }

    /// The error of a call that libpq refused to begin.
    func sendFailure() -> PostgresError {
        lost(unsafe "libpq refuses the call: \(Self.trimmed(PQerrorMessage(session)))")
    }

    /// What a failed result says, without anything that may quote data.
    static func error(of result: OpaquePointer) -> PostgresError {
        // Holds: the result is alive; the fields' strings are copied.
        let field = { (code: Int) -> String? in
            guard let text = unsafe PQresultErrorField(result, Int32(code)) else { return nil }
            return unsafe String(cString: text)
        }
        let state = field(Int(WS_PG_DIAG_SQLSTATE)) ?? ""
        let constraint = field(Int(WS_PG_DIAG_CONSTRAINT_NAME))
        let table = field(Int(WS_PG_DIAG_TABLE_NAME))
        var message = field(Int(WS_PG_DIAG_MESSAGE_PRIMARY)) ?? "the connection to PostgreSQL broke"
        if state.hasPrefix("22") || state.hasPrefix("23") {
            message = "PostgreSQL refuses the data"
            if let table { message += ", table \(table)" }
            if let constraint { message += ", constraint \(constraint)" }
        }
        // A result that libpq made by itself has no SQLSTATE: the connection broke.
        return PostgresError(
            state.isEmpty ? .connectionLost : .serverError,
            sqlState: state,
            message,
            constraint: constraint,
            table: table
        )
    }

    /// A C string without white space at its end, on one line.
    static func trimmed(_ text: UnsafePointer<CChar>?) -> String {
        guard let text = unsafe text else { return "" }
        // Holds: libpq's strings end with a zero.
        let lines = unsafe String(cString: text).split(whereSeparator: \.isNewline)
        return lines.joined(separator: "; ")
    }
}
