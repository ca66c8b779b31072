import Dispatch
import Synchronization

/// A store on a thread of its own: blocking calls never run on the polling thread, except where it wants to wait for them.
///
/// `@unchecked Sendable`: the store is touched only on `queue`, which runs one thing at a time.
final class StoreThread<Store: IngestStore>: @unchecked Sendable {
    private let store: Store
    private let queue = DispatchQueue(label: "wattsource.ingest.store")

    /// Takes the store over: nobody else may use it from now on.
    init(_ store: sending Store) { self.store = store }

    /// Calls the store and waits for it.
    func call<Result: Sendable>(
        _ body: @Sendable (Store) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        let outcome: Swift.Result<Result, StoreFailure> = queue.sync {
            do throws(StoreFailure) { return .success(try body(store)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

    /// Begins to write a batch; the ticket tells when it is done.
    func begin(_ batch: IngestBatch) -> WriteTicket {
        let ticket = WriteTicket(batch)
        queue.async { [self] in
            let started = ContinuousClock.now
            do throws(StoreFailure) {
                ticket.complete(.success(try writeWithRetries(batch)), duration: started.duration(to: .now))
            } catch {
                ticket.complete(.failure(error), duration: started.duration(to: .now))
            }
        }
        return ticket
    }

    /// Lock and serialization conflicts go away by trying again, on the same connection, with the same batch.
    private func writeWithRetries(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt {
        var attempt = 0
        while true {
            do throws(StoreFailure) {
                return try store.write(batch)
            } catch {
                guard error.action == .retryNow, attempt < 8 else { throw error }
                attempt += 1
                RetryDelay.sleep(attempt: attempt, longest: .milliseconds(500))
            }
        }
    }
}
