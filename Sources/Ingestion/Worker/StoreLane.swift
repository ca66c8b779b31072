/// Where the calls of a store are carried out: one at a time, in the order in which they are asked for.
///
/// The product's is a thread (``StoreThread``); a simulation's goes on step by step.
protocol StoreLane<Store> {
    associatedtype Store: IngestStore

    /// Calls the store, after all that was begun before, and waits for it.
    func call<Result: Sendable>(
        _ body: @Sendable (Store) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result

    /// Begins to write a batch; its ticket tells what became of it.
    func begin(_ batch: IngestBatch) -> WriteTicket

    /// What became of a batch, waiting for it at most so long; `nil`: not yet known.
    func wait(for ticket: WriteTicket, atMost timeout: Duration) -> WriteTicket.Completion?
}
