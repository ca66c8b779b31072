import Dispatch
import Synchronization

/// A batch that is being written, and the place where its result will be.
final class WriteTicket: Sendable {
    /// What became of it.
    struct Completion: Sendable {
        var result: Result<CommitReceipt, StoreFailure>
        var duration: Duration
    }

    /// The batch.
    let batch: IngestBatch
    private let completion = Mutex<Completion?>(nil)
    private let done = DispatchSemaphore(value: 0)

    /// Makes a ticket for a batch.
    init(_ batch: IngestBatch) { self.batch = batch }

    /// Sets the result, once.
    func complete(_ result: Result<CommitReceipt, StoreFailure>, duration: Duration) {
        completion.withLock { $0 = Completion(result: result, duration: duration) }
        done.signal()
    }

    /// The result, if it is there.
    var known: Completion? { completion.withLock { $0 } }

    /// The result, waiting for it at most so long; `nil`: not yet.
    ///
    /// To be asked by one thread.
    func wait(_ timeout: Duration) -> Completion? {
        if let known { return known }
        guard timeout > .zero else { return nil }
        _ = done.wait(timeout: .now() + .microseconds(Int(timeout / .microseconds(1))))
        return known
    }
}
