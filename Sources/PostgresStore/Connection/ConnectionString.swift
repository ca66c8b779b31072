internal import CLibPQ
internal import Glibc

/// A user's connection string with Wattsource's own settings around it, in the form that libpq wants.
struct ConnectionString {
    /// Names and values, in libpq's order: later ones win.
    private var settings: [(name: String, value: String)]

    /// Says what is wrong with a connection string, without quoting it: it may hold a password.
    static func check(_ conninfo: String) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        // Holds: both are freed below by libpq's own functions, which take nil.
        let options = unsafe PQconninfoParse(conninfo, &message)
        defer {
            unsafe PQconninfoFree(options)
            unsafe PQfreemem(message)
        }
        guard unsafe options == nil else { return }
        throw PostgresError(
            .protocolViolation,
            """
            the database URL is neither a postgresql:// URI nor key=value pairs that libpq understands: check its spelling, \
            and %-escape special characters
            """
        )
    }

    /// What to connect with: our defaults first, so that the user's string overrides them, then what is not up for choice.
    static func parameters(_ conninfo: String, applicationName: String) -> ConnectionString {
        ConnectionString(settings: [
            ("fallback_application_name", applicationName),
            ("connect_timeout", "10"),
            ("keepalives_idle", "30"),
            ("keepalives_interval", "10"),
            ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"),
            ("dbname", conninfo),
            ("client_encoding", "UTF8"),
        ])
    }

    /// Lends the settings as two arrays of C strings that end with nil.
    func withCStrings<Result>(
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let names = settings.map { ContiguousArray($0.name.utf8CString) }
        let values = settings.map { ContiguousArray($0.value.utf8CString) }
        return unsafe Self.pointers(names[...], []) { names in
            unsafe Self.pointers(values[...], []) { values in
                unsafe names.withUnsafeBufferPointer { names in
                    unsafe values.withUnsafeBufferPointer { values in unsafe body(names.baseAddress, values.baseAddress)
                    }
                }
            }
        }
    }

    /// Pins strings one after the other, then lends all their addresses and a nil behind them.
    private static func pointers<Result>(
        _ strings: ArraySlice<ContiguousArray<CChar>>,
        _ pinned: [UnsafePointer<CChar>?],
        _ body: ([UnsafePointer<CChar>?]) -> Result
    ) -> Result {
        guard let first = strings.first else { return unsafe body(pinned + [nil]) }
        // Holds: the recursion is inside the closure, so every address is used while its string is pinned.
        return unsafe first.withUnsafeBufferPointer { characters in
            unsafe pointers(strings.dropFirst(), pinned + [characters.baseAddress], body)
        }
    }

    /// The SQLSTATE with which the server refuses to let us in, or "" if it does not (any more).
    ///
    /// libpq tells it only in verbose messages, which have to be asked for between start and end of connecting.
    func sqlStateOfRefusal() -> String {
        // Holds: freed at the end; nil is allowed everywhere.
        let session = unsafe withCStrings { names, values in unsafe PQconnectStartParams(names, values, 1) }
        defer { unsafe PQfinish(session) }
        guard unsafe session != nil, unsafe PQstatus(session) != CONNECTION_BAD else { return "" }
        _ = unsafe PQsetErrorVerbosity(session, PQERRORS_VERBOSE)
        let deadline = ContinuousClock.now.advanced(by: .seconds(5))
        while ContinuousClock.now < deadline {
            switch unsafe PQconnectPoll(session) {
            case PGRES_POLLING_OK: return ""
            case PGRES_POLLING_FAILED: return Self.sqlState(inVerbose: unsafe String(cString: PQerrorMessage(session)))
            case PGRES_POLLING_WRITING: unsafe waitBriefly(PQsocket(session), forWriting: true)
            default: unsafe waitBriefly(PQsocket(session), forWriting: false)
            }
        }
        return ""
    }

    /// The code in libpq's verbose form of a message: `FATAL:  28P01: password authentication failed`.
    static func sqlState(inVerbose message: String) -> String {
        for part in message.split(separator: ":") {
            let code = part.drop { $0 == " " }.utf8
            let hasDigit = code.contains { (0x30...0x39).contains($0) }
            if code.count == 5, hasDigit, code.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
            {
                return String(code) ?? ""
            }
        }
        return ""
    }
}

/// Waits for a socket, at most 200 ms.
private func waitBriefly(_ descriptor: Int32, forWriting: Bool) {
    var socket = pollfd(fd: descriptor, events: Int16(forWriting ? POLLOUT : POLLIN), revents: 0)
    // Holds: one structure, on the stack, during the call.
    _ = unsafe poll(&socket, 1, 200)
}
