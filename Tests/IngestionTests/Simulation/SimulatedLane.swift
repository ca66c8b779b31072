@testable import Ingestion

/// A worker's store thread, gone on with step by step.
final class SimulatedLane: StoreLane {
    let store: SimulatedStore
    private let context: SimulationContext
    private var ticket: WriteTicket?
    private var retries = WriteRetries()

    init(_ store: SimulatedStore) {
        self.store = store
        context = store.context
    }

    /// Whether a batch is on its way.
    var isBusy: Bool { ticket != nil }

    func call<Result: Sendable>(
        _ body: @Sendable (SimulatedStore) throws(StoreFailure) -> Result
    ) throws(StoreFailure) -> Result {
        while isBusy {
            step()
            store.letOthersGoOn()
        }
        return try body(store)
    }

    func begin(_ batch: IngestBatch) -> WriteTicket {
        let ticket = WriteTicket(batch)
        self.ticket = ticket
        retries = WriteRetries()
        store.beginWriting(batch)
        return ticket
    }

    func wait(for ticket: WriteTicket, atMost timeout: Duration) -> WriteTicket.Completion? {
        if let completion = ticket.known { return completion }
        guard timeout > .zero else { return nil }
        // The longer the wait, the likelier that it is enough.
        var steps = context.choices.below(timeout >= .seconds(1) ? 12 : 4)
        while steps > 0, ticket.known == nil {
            steps -= 1
            step()
            store.letOthersGoOn()
        }
        guard ticket.known == nil else { return ticket.known }
        context.advance(timeout)
        return nil
    }

    /// Goes on by one step, if there is a batch.
    func step() {
        guard let ticket, let result = store.stepWriting() else { return }
        if case .failure(let failure) = result, retries.mayRetry(after: failure) {
            context.advance(RetryDelay.before(attempt: retries.attempt, longest: .milliseconds(50), jitter: 0))
            store.beginWriting(ticket.batch)
            return
        }
        self.ticket = nil
        ticket.complete(result, duration: .zero)
    }
}
