internal import CLibPQ

extension PostgresConnection {
    /// The size of the pieces in which COPY data is handed to libpq, so that its buffer stays small.
    private static let piece = 256 * 1024

    /// Copies rows in.
    ///
    /// - Parameters:
    ///   - sql: `copy … from stdin (format binary)`.
    ///   - rows: how many rows `bytes` holds; the server has to have counted as many.
    ///   - bytes: the whole stream, header and trailer too; see ``CopyBuffer``.
    public func copyIn(_ sql: String, rows: Int, _ bytes: Span<UInt8>) throws(PostgresError) {
        try beginCopyIn(sql)
        var offset = 0
        while offset < bytes.count {
            let end = min(offset + Self.piece, bytes.count)
            let piece = bytes.extracting(offset..<end)
            // Holds: libpq copies the bytes during the call; no piece is larger than Int32.
            let sent = unsafe piece.withUnsafeBytes { bytes in
                unsafe PQputCopyData(
                    session,
                    bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    Int32(bytes.count)
                )
            }
            if sent < 0 { break }
            if sent > 0 { offset = end }
            try flush()
        }
        guard unsafe PQputCopyEnd(session, nil) > 0 else {
            throw lost("the connection to PostgreSQL broke during COPY")
        }
        let results = try collectResults()
        guard results.count == 1, results.first?.affectedRows == rows else {
            throw PostgresError(
                .protocolViolation,
                "COPY counted \(results.first?.affectedRows ?? -1) rows, but \(rows) were sent"
            )
        }
    }

    /// Copies the rows of a finished buffer in; see ``copyIn(_:rows:_:)``.
    ///
    /// Does nothing if it has none.
    public func copyIn(_ sql: String, _ buffer: CopyBuffer) throws(PostgresError) {
        if buffer.rows == 0 { return }
        try buffer.withSpan { bytes throws(PostgresError) in try copyIn(sql, rows: buffer.rows, bytes) }
    }

    /// Copies rows out, and lends each one to `row`: an Int16 count of fields, then per field an Int32 length (-1:
    /// NULL) and its bytes, all big-endian.
    ///
    /// ``CopyRowCursor`` reads them.
    ///
    /// - Parameter sql: `copy (select …) to stdout (format binary)`; parameters cannot be bound in COPY, so interpolate numbers only.
    public func copyOut(_ sql: String, _ row: (Span<UInt8>) -> Void) throws(PostgresError) {
        try startCopy(sql, PGRES_COPY_OUT)
        var parser = CopyStreamParser()
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let count = unsafe PQgetCopyData(session, &buffer, 1)
            if count == 0 {
                try wait(for: 1)
                try consumeInput()
                continue
            }
            if count < 0 { break }
            defer { unsafe PQfreemem(buffer) }
            // Holds: libpq gives `count` bytes, which live until they are freed above.
            let message = unsafe UnsafeRawBufferPointer(start: buffer, count: Int(count)).bindMemory(to: UInt8.self)
            guard unsafe parser.parse(message.span, row) else {
                throw lost("COPY gave bytes that are not its binary format")
            }
        }
        _ = try collectResults()
        guard parser.isComplete else { throw lost("COPY ended without its trailer") }
    }

    /// Begins a COPY to the server; from here on it waits for our bytes.
    func beginCopyIn(_ sql: String) throws(PostgresError) { try startCopy(sql, PGRES_COPY_IN) }

    /// Sends a COPY statement and checks that the server goes into the wanted mode.
    private func startCopy(_ sql: String, _ mode: ExecStatusType) throws(PostgresError) {
        try begin()
        guard unsafe PQsendQuery(session, sql) == 1 else { throw sendFailure() }
        guard let result = try unsafe nextResult() else { throw lost("COPY was not answered") }
        let status = unsafe PQresultStatus(result)
        defer { unsafe PQclear(result) }
        if status == mode { return }
        guard status == PGRES_FATAL_ERROR else { throw lost("the statement is not the COPY that was expected") }
        var failure = unsafe Self.error(of: result)
        do { _ = try collectResults() } catch {
            failure = error.isConnectionLost && failure.sqlState.isEmpty ? error : failure
        }
        if !isUsable {
            failure.kind = .connectionLost
            close()
        }
        throw failure
    }
}
