import Foundation
import PostgresStore
import Testing

/// A database of its own for one test, on the server that `WATTSOURCE_TEST_DATABASE_URL` names; dropped when it is let go of.
final class TestDatabase {
    /// The superuser's URL of a private server; tests that need one are skipped without it.
    static let serverURL = ProcessInfo.processInfo.environment["WATTSOURCE_TEST_DATABASE_URL"]

    /// Whether there is a server to test with.
    static var isAvailable: Bool { serverURL != nil }

    /// The database's URL.
    let url: String
    private let name: String
    private let server: String

    /// Creates the database, empty.
    init() throws {
        server = try #require(Self.serverURL)
        name = "ws_test_\(UInt64.random(in: 0..<UInt64.max))"
        let connection = try PostgresConnection(server, applicationName: "wattsource-tests")
        try connection.run("create database \(name)")
        url = try Self.url(ofDatabase: name)
    }

    /// The URL of a database on the server, whether it exists or not.
    static func url(ofDatabase name: String) throws -> String {
        let server = try #require(serverURL)
        var components = try #require(URLComponents(string: server))
        components.path = "/\(name)"
        return try #require(components.string)
    }

    /// Creates a database with this program's schema.
    static func migrated() throws -> TestDatabase {
        let database = try TestDatabase()
        _ = try Migrator(try database.connect()).migrate()
        return database
    }

    /// A new session.
    func connect(_ applicationName: String = "wattsource-tests") throws -> PostgresConnection {
        try PostgresConnection(url, applicationName: applicationName)
    }

    deinit {
        guard let connection = try? PostgresConnection(server, applicationName: "wattsource-tests") else { return }
        try? connection.run("drop database \(name) with (force)")
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips a test, saying why, where there is no server to test with.
    static var needsPostgres: Self {
        .enabled(
            if: TestDatabase.isAvailable,
            "WATTSOURCE_TEST_DATABASE_URL is not set: a superuser's URL of a private PostgreSQL server"
        )
    }
}
