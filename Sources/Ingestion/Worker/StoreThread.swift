import Dispatch
import Synchronization

/// A store on a thread of its own: blocking calls never run on the polling thread, except where it wants to wait for them.
///
/// `@unchecked Sendable`: the store is touched only on `queue`, which runs one thing at a time.
final class StoreThread<Store: IngestStore>: StoreLane, @unchecked Sendable {
    private let store: Store
    private let queue = DispatchQueue(label: "wattsource.ingest.store")

    /// Takes the store over: nobody else may use it from now on.
    init(_ store: sending Store) { self.store = store }

    func call<Result: Sendable>(
        _ body: @Sendable (Store) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        let outcome: Swift.Result<Result, StoreFailure> = queue.sync {
            do throws(StoreFailure) { return .success(try body(store)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }

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

    func wait(for ticket: WriteTicket, atMost timeout: Duration) -> WriteTicket.Completion? { ticket.wait(timeout) }

    private func writeWithRetries(_ batch: IngestBatch) throws(StoreFailure) -> CommitReceipt {
        var retries = WriteRetries()
        while true {
            do throws(StoreFailure) {
                return try store.write(batch)
            } catch {
                guard retries.mayRetry(after: error) else { throw error }
                RetryDelay.sleep(attempt: retries.attempt, longest: WriteRetries.longestDelay)
            }
        }
    }
}
