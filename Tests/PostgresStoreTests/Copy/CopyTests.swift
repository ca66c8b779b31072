import Testing

@testable import PostgresStore

@Suite("COPY", .needsPostgres)
struct CopyTests {
    private let database: TestDatabase
    private let connection: PostgresConnection

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try connection.run("set search_path = public")
        try connection.run(
            """
            create table t (id integer, small smallint, big bigint, at timestamptz, name text, raw bytea, letter "char",
                            yes boolean, doc jsonb)
            """
        )
    }

    @Test func everyFieldTypeGoesInAndComesOut() throws {
        let raw = (0...255).map { UInt8($0) }
        var buffer = CopyBuffer(capacity: 1)
        buffer.beginRow(fields: 9)
        buffer.int32(.min)
        buffer.int16(-2)
        buffer.int64(.max)
        buffer.timestamp(.min)
        buffer.text("Zähler\n\\.\n")
        buffer.bytes(raw)
        buffer.byte(0x4D)
        buffer.bool(true)
        buffer.jsonb(Array(#"{"a": 1}"#.utf8))
        buffer.beginRow(fields: 9)
        for _ in 0..<9 { buffer.null() }
        buffer.finish()
        try connection.copyIn("copy t from stdin (format binary)", buffer)
        #expect(
            try connection.query("select doc->>'a', \(PostgresTimestamp.sql("at")) from t order by id").text(0, 0)
                == "1"
        )
        var rows = 0
        try connection.copyOut(
            "copy (select id, small, big, at, name, raw, letter, yes, at from t order by id) to stdout (format binary)"
        ) { row in
            var fields = CopyRowCursor()
            let isFirst = rows == 0
            rows += 1
            #expect(fields.int32(row) == (isFirst ? .min : nil))
            #expect(fields.int16(row) == (isFirst ? -2 : nil))
            #expect(fields.int64(row) == (isFirst ? .max : nil))
            #expect(fields.timestamp(row) == (isFirst ? .min : nil))
            #expect(fields.text(row) == (isFirst ? "Zähler\n\\.\n" : nil))
            #expect(fields.bytes(row) == (isFirst ? raw : nil))
            #expect(fields.byte(row) == (isFirst ? 0x4D : nil))
            #expect(fields.bool(row) == (isFirst ? true : nil))
            #expect(fields.timestamp(row) == (isFirst ? .min : nil))
        }
        #expect(rows == 2)
    }

    @Test func manyRowsArriveWhole() throws {
        try connection.run("create table many (id integer, name text)")
        var buffer = CopyBuffer()
        for id in 0..<200_000 {
            buffer.beginRow(fields: 2)
            buffer.int32(Int32(id))
            buffer.text("row \(id)")
        }
        buffer.finish()
        try connection.copyIn("copy many from stdin (format binary)", buffer)
        let result = try connection.query(
            "select count(*), sum(id), count(*) filter (where name = 'row ' || id) from many"
        )
        #expect(result.int64(0, 0) == 200_000 && result.int64(0, 1) == 19_999_900_000 && result.int64(0, 2) == 200_000)
        var sum: Int64 = 0
        try connection.copyOut("copy (select id from many) to stdout (format binary)") { row in
            var fields = CopyRowCursor()
            sum += Int64(fields.int32(row) ?? 0)
        }
        #expect(sum == 19_999_900_000)
        try connection.copyOut("copy (select id from many where false) to stdout (format binary)") { _ in
            Issue.record("no row was expected")
        }
    }

    @Test func aWrongRowCountIsAnError() throws {
        var buffer = CopyBuffer()
        buffer.reading(
            measuredAt: 0,
            receivedAt: 0,
            importWh: -1,
            exportWh: 5,
            deviceID: 1,
            flags: 0,
            quality: 0x4D
        )
        buffer.finish()
        try connection.run(
            "create table r (m timestamptz, r timestamptz, i bigint, e bigint, d int, f smallint, q \"char\")"
        )
        let error = #expect(throws: PostgresError.self) {
            try buffer.withSpan { bytes throws(PostgresError) in
                try connection.copyIn("copy r from stdin (format binary)", rows: 2, bytes)
            }
        }
        #expect(error?.kind == .protocolViolation)
        let row = try connection.query("select i is null, e, q, \(PostgresTimestamp.sql("m")) from r")
        #expect(row.bool(0, 0) == true && row.int64(0, 1) == 5 && row.text(0, 2) == "M" && row.int64(0, 3) == 0)
    }

    @Test func errorsDuringCopyLeaveTheConnectionUsable() throws {
        var buffer = CopyBuffer()
        for _ in 0..<50_000 {
            buffer.beginRow(fields: 1)
            buffer.int32(1)
        }
        buffer.finish()
        try connection.run("create table u (i integer primary key)")
        let violated = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy u from stdin (format binary)", buffer)
        }
        #expect(
            violated?.sqlState == "23505" && violated?.constraint == "u_pkey" && violated?.isConnectionLost == false
        )
        let missing = #expect(throws: PostgresError.self) {
            try connection.copyIn("copy nowhere from stdin (format binary)", buffer)
        }
        #expect(missing?.sqlState == "42P01")
        let failing = #expect(throws: PostgresError.self) {
            try connection.copyOut("copy (select 1/(3 - i) from generate_series(1, 5) i) to stdout (format binary)") {
                _ in
            }
        }
        #expect(failing?.sqlState == "22012")
        #expect(try connection.query("select 1").int64(0, 0) == 1)
    }

    @Test func copyOutsideOfItsFunctionsClosesTheConnection() throws {
        #expect(throws: PostgresError.self) { try connection.run("copy t from stdin") }
        #expect(!connection.isUsable)
    }
}
