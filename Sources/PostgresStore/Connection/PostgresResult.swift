internal import CLibPQ

/// The rows that a statement gave.
///
/// It owns libpq's result; values are read from it as text, on demand.
public struct PostgresResult {
    private let storage: Storage

    /// Takes ownership of a result.
    init(owning result: OpaquePointer) { storage = unsafe Storage(result) }

    /// How many rows there are.
    public var rowCount: Int { unsafe Int(PQntuples(storage.result)) }

    /// How many rows an INSERT, UPDATE, DELETE or COPY touched, or a SELECT gave; 0 for other statements.
    public var affectedRows: Int { unsafe string(PQcmdTuples(storage.result)).flatMap { Int($0) } ?? 0 }

    /// The statement's command tag, `COMMIT` or `INSERT 0 5` say.
    public var commandTag: String { unsafe string(PQcmdStatus(storage.result)) ?? "" }

    /// Whether a value is NULL.
    ///
    /// Rows and columns count from 0.
    public func isNull(_ row: Int, _ column: Int) -> Bool {
        check(row, column)
        return unsafe PQgetisnull(storage.result, Int32(row), Int32(column)) != 0
    }

    /// A value as the server's text; `nil` for NULL.
    public func text(_ row: Int, _ column: Int) -> String? {
        if isNull(row, column) { return nil }
        return unsafe string(PQgetvalue(storage.result, Int32(row), Int32(column)))
    }

    /// An integer; `nil` for NULL, and for what is none.
    public func int64(_ row: Int, _ column: Int) -> Int64? { text(row, column).flatMap { Int64($0) } }

    /// An integer; `nil` for NULL, and for what is none or does not fit.
    public func int32(_ row: Int, _ column: Int) -> Int32? { text(row, column).flatMap { Int32($0) } }

    /// A truth value; `nil` for NULL.
    public func bool(_ row: Int, _ column: Int) -> Bool? { text(row, column).map { $0 == "t" } }

    /// A `bytea`; `nil` for NULL, and for what is none.
    public func bytes(_ row: Int, _ column: Int) -> [UInt8]? {
        guard let text = text(row, column) else { return nil }
        let digits = text.utf8
        guard digits.starts(with: [0x5C, 0x78]), digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2 - 1)
        var high: UInt8?
        for digit in digits.dropFirst(2) {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x41 + 10
            case 0x61...0x66: value = digit - 0x61 + 10
            default: return nil
            }
            if let first = high {
                bytes.append(first << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return bytes
    }

    /// Reading outside of a result is our own mistake, and libpq would only print a warning.
    private func check(_ row: Int, _ column: Int) {
        let columns = unsafe Int(PQnfields(storage.result))
        precondition(row >= 0 && row < rowCount && column >= 0 && column < columns, "outside of the result")
    }

    /// Copies a C string of the result.
    private func string(_ characters: UnsafePointer<CChar>?) -> String? {
        // Holds: libpq's strings end with a zero and live as long as the result, which `storage` owns.
        guard let characters = unsafe characters else { return nil }
        return unsafe String(cString: characters)
    }

    /// The one owner of libpq's result.
    @safe
    private final class Storage {
        // Holds: set once, cleared by nobody but deinit.
        let result: OpaquePointer

        init(_ result: OpaquePointer) { unsafe self.result = result }

        deinit { unsafe PQclear(result) }
    }
}
