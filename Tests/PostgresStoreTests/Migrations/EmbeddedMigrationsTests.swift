import Foundation
import PostgresStore
import Testing

@Suite("EmbeddedMigrations")
struct EmbeddedMigrationsTests {
    @Test func theyAreTheFilesInTheirOrder() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appending(path: "migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".sql") }
            .sorted()
        #expect(files.count == EmbeddedMigrations.all.count, "run migrations/embed")
        for (index, file) in files.enumerated() {
            let migration = try #require(EmbeddedMigrations.all.dropFirst(index).first)
            #expect(migration.number == Int32(index + 1))
            #expect(file == String(format: "%04d_", migration.number) + migration.name + ".sql")
            #expect(
                try String(contentsOf: folder.appending(path: file), encoding: .utf8) == migration.sql,
                "run migrations/embed"
            )
        }
    }
}
