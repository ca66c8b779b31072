import Testing

@testable import PostgresStore

@Suite("PostgresTimestamp")
struct PostgresTimestampTests {
    @Test func literalsAreTheInstant() {
        #expect(PostgresTimestamp.literal(0) == "timestamptz '1970-01-01 00:00:00.000000+00'")
        #expect(PostgresTimestamp.literal(-1) == "timestamptz '1969-12-31 23:59:59.999999+00'")
        #expect(PostgresTimestamp.literal(1_456_704_000_000_001) == "timestamptz '2016-02-29 00:00:00.000001+00'")
        #expect(PostgresTimestamp.literal(253_402_300_799_999_999) == "timestamptz '9999-12-31 23:59:59.999999+00'")
        #expect(PostgresTimestamp.literal(253_402_300_800_000_000) == "timestamptz 'infinity'")
        #expect(PostgresTimestamp.literal(-62_135_596_800_000_000) == "timestamptz '0001-01-01 00:00:00.000000+00'")
        #expect(PostgresTimestamp.literal(-62_135_596_800_000_001) == "timestamptz '-infinity'")
        #expect(PostgresTimestamp.literal(.min) == "timestamptz '-infinity'")
        #expect(PostgresTimestamp.literal(.max) == "timestamptz 'infinity'")
    }

    @Test(.needsPostgres) func literalsMeanTheSameToPostgreSQL() throws {
        let database = try TestDatabase()
        defer { withExtendedLifetime(database) {} }
        let connection = try database.connect()
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let instant = Int64.random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random)
            let result = try connection.query("select \(PostgresTimestamp.sql(PostgresTimestamp.literal(instant)))")
            #expect(result.int64(0, 0) == instant)
        }
    }
}
