/// One step of the schema's history: SQL that is run once, in one transaction, and never changed after a release.
public struct Migration: Sendable, Equatable {
    /// Its place in the order, from 1, without holes.
    public var number: Int32
    /// What it is about, from the file's name.
    public var name: String
    /// The statements.
    public var sql: String

    /// Makes a migration.
    public init(number: Int32, name: String, sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}
