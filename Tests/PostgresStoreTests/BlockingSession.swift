import Foundation
import PostgresStore
import Synchronization
import Testing

/// A session on a thread of its own: runs a statement, waits until somebody waits for it, tries another, and commits.
final class BlockingSession: Sendable {
    private let begun = Atomic(false)
    private let refused = Atomic(false)

    /// Whether the first statement is done.
    var hasBegun: Bool { begun.load(ordering: .acquiring) }
    /// Whether the statement in between could not get its lock.
    var wasRefused: Bool { refused.load(ordering: .acquiring) }

    init(_ url: String, _ sql: String, meanwhile: String? = nil) {
        Thread.detachNewThread { [self] in
            do {
                let session = try PostgresConnection(url, applicationName: "holder")
                let watch = try PostgresConnection(url, applicationName: "watch")
                try session.run("begin; \(sql)")
                begun.store(true, ordering: .releasing)
                try waitUntil("somebody to wait") {
                    try watch.query(
                        "select count(*) from pg_stat_activity where $1 = any (pg_blocking_pids(pid))",
                        [.int32(session.backendPID)]
                    ).int64(0, 0) == 1
                }
                if let meanwhile {
                    let error = #expect(throws: PostgresError.self) { try watch.run(meanwhile) }
                    refused.store(error?.sqlState == "55P03", ordering: .releasing)
                }
                try session.commit()
            } catch {
                Issue.record(error)
            }
        }
    }
}
