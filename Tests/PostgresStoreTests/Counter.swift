import Synchronization

/// A number that several threads raise.
final class Counter: Sendable {
    let value = Atomic(0)
}
