import Dispatch
import Glibc
import Ingestion
import Logging
import Synchronization

/// Ends the process if the order to stop is not followed in time: a database or broker that hangs must not hold it.
///
/// Nothing can be lost by that. What is not committed is rolled back by PostgreSQL when the connection closes, and read again.
final class StopDeadline: Sendable {
    /// How long after the order the worker may take.
    static let limit = Duration.milliseconds(4_500)

    private let ended = StopFlag()
    private let code: Atomic<Int32>

    /// Begins to watch.
    ///
    /// - Parameter unfinished: with which code the process ends if it is stopped in mid-work.
    init(_ stopping: StopFlag, _ logger: Logger, unfinished: ExitCodes) {
        code = Atomic(unfinished.rawValue)
        DispatchQueue(label: "wattsource.stop").async { [self] in
            while !stopping.isSet {
                if ended.isSet { return }
                Self.pause()
            }
            let deadline = ContinuousClock.now + Self.limit
            while ContinuousClock.now < deadline {
                if ended.isSet { return }
                Self.pause()
            }
            logger.warning("stopped in mid-work: what was not committed is rolled back and read again")
            _exit(code.load(ordering: .acquiring))
        }
    }

    /// The order comes from a failure: the process ends with its code, whatever hangs.
    func willFail(with code: ExitCodes) { self.code.store(code.rawValue, ordering: .releasing) }

    /// The worker has ended by itself.
    func lift() { ended.set() }

    private static func pause() {
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(50))
    }
}
