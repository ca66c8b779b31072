import Testing

@testable import PostgresStore

@Suite("PostgresConnection", .needsPostgres)
struct PostgresConnectionTests {
    private let database: TestDatabase
    private let connection: PostgresConnection

    init() throws {
        database = try TestDatabase()
        connection = try database.connect()
        try connection.run("set search_path = public")
    }

    @Test func everyParameterTypeComesBackAsItWas() throws {
        let everything = (0...255).map { UInt8($0) }
        let result = try connection.query(
            """
            select $1::integer, $2::bigint, $3::text, $4::boolean, $5::bytea, \(PostgresTimestamp.sql("$6::timestamptz")),
                   $7::integer[], $8::bigint[], $9::text[], \(PostgresTimestamp.sql("($10::timestamptz[])[2]")), $11::text,
                   $12::boolean[], $13::text
            """,
            [
                .int32(.min), .int64(.max), .text("Zähler \"1\"\\"), .bool(true), .bytes(everything), .timestamp(-1),
                .int32Array([1, -2]), .int64Array([nil, .min]), .textArray(["a,b", nil, "\"\\{}", ""]),
                .timestampArray([nil, .max]), .null, .boolArray([true, false]), .text(""),
            ]
        )
        #expect(result.rowCount == 1)
        #expect(result.int32(0, 0) == .min)
        #expect(result.int64(0, 1) == .max)
        #expect(result.text(0, 2) == "Zähler \"1\"\\")
        #expect(result.bool(0, 3) == true)
        #expect(result.bytes(0, 4) == everything)
        #expect(result.int64(0, 5) == -1)
        #expect(result.text(0, 6) == "{1,-2}")
        #expect(result.text(0, 7) == "{NULL,-9223372036854775808}")
        #expect(result.text(0, 8) == #"{"a,b",NULL,"\"\\{}",""}"#)
        #expect(result.int64(0, 9) == .max)
        #expect(result.isNull(0, 10) && result.text(0, 10) == nil)
        #expect(result.text(0, 11) == "{t,f}")
        #expect(result.text(0, 12) == "")
        let empty = try connection.query("select cardinality($1::text[]), $2::bytea", [.textArray([]), .bytes([])])
        #expect(empty.int32(0, 0) == 0)
        #expect(empty.bytes(0, 1) == [])
    }

    @Test func timestampsAreExactFromEndToEnd() throws {
        for instant in [
            Int64.min, .max, 0, -1, 1_470_009_600_000_001, 253_402_300_799_999_999, -210_866_803_200_000_000,
        ] {
            let result = try connection.query(
                "select \(PostgresTimestamp.sql("$1::timestamptz"))",
                [.timestamp(instant)]
            )
            #expect(result.int64(0, 0) == instant)
        }
        let known = try connection.query(
            "select \(PostgresTimestamp.sql("timestamptz '2016-08-01 00:00:00.000001+00'"))"
        )
        #expect(known.int64(0, 0) == 1_470_009_600_000_001)
    }

    @Test func aTextWithAZeroIsRefusedNotCutOff() throws {
        #expect(throws: PostgresError.self) { try connection.query("select $1::text", [.text("a\0b")]) }
        #expect(try connection.query("select 1").int64(0, 0) == 1)
    }

    @Test func commitOfAFailedTransactionIsAnError() throws {
        try connection.run("create table t (i integer primary key)")
        try connection.run("begin")
        #expect(throws: PostgresError.self) { try connection.run("insert into nowhere values (1)") }
        let error = #expect(throws: PostgresError.self) { try connection.commit() }
        #expect(error?.sqlState == "25P02")
        #expect(connection.isUsable && !connection.isInTransaction)
    }

    @Test func aTransactionIsAllOrNothing() throws {
        try connection.run("create table t (i integer primary key)")
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction { () throws(PostgresError) in
                try connection.run("insert into t values (1)")
                try connection.run("insert into t values (1)")
            }
        }
        #expect(error?.sqlState == "23505")
        #expect(error?.constraint == "t_pkey")
        #expect(error?.table == "t")
        #expect(try connection.query("select count(*) from t").int64(0, 0) == 0)
        try connection.transaction { () throws(PostgresError) in try connection.run("insert into t values (2)") }
        #expect(try connection.query("select i from t").int32(0, 0) == 2)
    }

    @Test func errorsDoNotCarryData() throws {
        try connection.run("create table t (meter text primary key, wh bigint check (wh >= 0))")
        for statement in [
            "insert into t values ('canary-4711', -815)", "select 'canary-4711'::bigint",
            "insert into t values ('canary-4711', 1), ('canary-4711', 1)",
        ] {
            let error = #expect(throws: PostgresError.self) { try connection.run(statement) }
            #expect(error?.description.contains("canary") == false)
            #expect(error?.description.contains("815") == false)
            #expect(error?.isConnectionLost == false)
        }
    }

    @Test func theFirstErrorOfSeveralStatementsIsTold() throws {
        let error = #expect(throws: PostgresError.self) { try connection.runAll("select 1; select 1/0; select 2") }
        #expect(error?.sqlState == "22012")
        #expect(try connection.runAll("select 1; select 2").map { $0.int64(0, 0) } == [1, 2])
    }

    @Test func theSessionIsPinnedDown() throws {
        let result = try connection.query(
            "select current_setting('timezone'), current_setting('client_encoding')"
        )
        #expect(result.text(0, 0) == "UTC")
        #expect(result.text(0, 1) == "UTF8")
        let searchPath = try database.connect().query("show search_path")
        #expect(searchPath.text(0, 0) == "pg_catalog, energy, pg_temp")
        #expect(try connection.query("select pg_backend_pid()").int32(0, 0) == connection.backendPID)
        #expect(connection.serverVersion >= 150_000)
    }

    @Test func aTerminatedSessionIsALostConnection() throws {
        let other = try database.connect()
        _ = try other.query("select pg_terminate_backend($1)", [.int32(connection.backendPID)])
        let error = #expect(throws: PostgresError.self) {
            // The server's farewell may need a moment to arrive; a first statement can still be answered.
            for _ in 0..<1000 { try connection.run("select pg_sleep(0.01)") }
        }
        #expect(error?.isConnectionLost == true)
        #expect(!connection.isUsable)
        #expect(throws: PostgresError.self) { try connection.run("select 1") }
    }

    @Test func nothingOutlastsTheTransactionTimeout() throws {
        connection.transactionTimeout = .milliseconds(200)
        let error = #expect(throws: PostgresError.self) { try connection.run("select pg_sleep(600)") }
        #expect(error?.isConnectionLost == true)
        #expect(!connection.isUsable)
    }

    @Test func theTimeoutIsOneForTheWholeTransaction() throws {
        connection.transactionTimeout = .milliseconds(400)
        let error = #expect(throws: PostgresError.self) {
            try connection.transaction { () throws(PostgresError) in
                for _ in 0..<1000 { try connection.run("select pg_sleep(0.01)") }
            }
        }
        #expect(error?.isConnectionLost == true)
    }

    @Test func refusedConnectionsTellTheirSQLSTATE() throws {
        let url = try TestDatabase.url(ofDatabase: "no_such_database")
        let error = #expect(throws: PostgresError.self) { try PostgresConnection(url, applicationName: "t") }
        #expect(error?.sqlState == "3D000")
        #expect(error?.isConnectionLost == true)
        let away = #expect(throws: PostgresError.self) {
            try PostgresConnection("postgresql://127.0.0.1:1/postgres", applicationName: "t")
        }
        #expect(away?.sqlState == "")
        #expect(away?.isConnectionLost == true)
    }

    @Test func aMalformedURLIsNotQuoted() {
        for url in ["postgresql://u:canary@[::1/db", "host=a password='canary"] {
            let error = #expect(throws: PostgresError.self) { try PostgresConnection(url, applicationName: "t") }
            #expect(error?.description.contains("canary") == false)
        }
    }
}
