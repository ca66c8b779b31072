import KafkaSource
import PostgresStore
import Testing

@testable import wattsource

@Suite struct CheckTests {
    private let sound = DatabaseInspection(
        versionName: "15.8",
        major: 15,
        role: "worker",
        database: "energy",
        isEncrypted: true,
        isReadOnly: false,
        mayLoseCommits: false,
        missingPrivileges: []
    )

    @Test func `A sound database is one good finding`() {
        #expect(
            DatabaseProbe.findings(sound) == [
                CheckFinding(
                    subject: "database",
                    verdict: .good,
                    text: "PostgreSQL 15.8, database energy, role worker, encrypted"
                )
            ]
        )
    }

    @Test func `Each thing that is wrong with a database is a finding of its own`() {
        var found = sound
        found.major = 14
        found.isReadOnly = true
        found.mayLoseCommits = true
        found.missingPrivileges = ["insert on reading", "update on control"]
        let findings = DatabaseProbe.findings(found)
        #expect(findings.map(\.verdict) == [.failure, .failure, .warning, .failure])
        #expect(findings.last?.text.contains("insert on reading, update on control") == true)
    }

    @Test func `An old librdkafka fails, a middling one warns, a new one is good`() {
        let tooOld = KafkaProbe.libraryFindings(LibraryVersion(major: 1, minor: 9, revision: 0))
        #expect(tooOld.first?.verdict == .failure)
        let debian = KafkaProbe.libraryFindings(LibraryVersion(major: 2, minor: 0, revision: 2))
        #expect(debian.first?.verdict == .good)
        #expect(debian.contains { $0.verdict == .warning && $0.text.contains("Tansu") })
        let new = KafkaProbe.libraryFindings(LibraryVersion(major: 2, minor: 16, revision: 0))
        #expect(new.map(\.verdict) == [.good])
    }

    @Test func `Nothing that a server says can break a finding's line`() {
        let finding = CheckFinding(subject: "kafka", verdict: .failure, text: "a\tb\u{1B}[31m\r\nc")
        #expect(finding.line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
        #expect(finding.line.hasPrefix("kafka          FAILED   a b"))
    }
}
