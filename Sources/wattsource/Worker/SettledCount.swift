import Settlement
import Synchronization

/// Adds up what settling changed, from any thread.
final class SettledCount: Sendable {
    private let sum = Mutex(SpanReceipt())

    /// Adds one receipt.
    func add(_ receipt: SpanReceipt) {
        sum.withLock {
            $0.settled += receipt.settled
            $0.resettled += receipt.resettled
            $0.corrected += receipt.corrected
        }
    }

    /// The sum so far.
    var total: SpanReceipt { sum.withLock { $0 } }
}
