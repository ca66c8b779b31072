import Synchronization

/// The order to stop, given from any thread (a signal's, say) and read by the loops.
public final class StopFlag: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Makes a flag that is not set.
    public init() {}

    /// Orders the stop; it cannot be taken back.
    public func set() { flag.store(true, ordering: .releasing) }

    /// Whether the stop was ordered.
    public var isSet: Bool { flag.load(ordering: .acquiring) }
}
