/// A position's row as a batch finds it, once it holds the row's lock.
public struct LockedPosition: Sendable, Equatable {
    /// Which life of the topic its offsets belong to.
    public var incarnation: Int32
    /// The fence.
    public var epoch: Int64
    /// The first offset that is not in the database yet.
    public var nextOffset: Int64
    /// Whether it runs; else it is halted.
    public var isRunning: Bool

    /// Makes one.
    public init(incarnation: Int32, epoch: Int64, nextOffset: Int64, isRunning: Bool) {
        self.incarnation = incarnation
        self.epoch = epoch
        self.nextOffset = nextOffset
        self.isRunning = isRunning
    }
}
