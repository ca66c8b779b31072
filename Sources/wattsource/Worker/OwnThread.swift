import Dispatch

/// Runs blocking work on a thread of its own, never on the cooperative pool, and waits for it without blocking.
func onOwnThread<Result: Sendable>(
    _ name: String,
    _ body: @escaping @Sendable () -> Result
) async -> Result {
    await withCheckedContinuation { continuation in
        DispatchQueue(label: "wattsource.\(name)").async { continuation.resume(returning: body()) }
    }
}
