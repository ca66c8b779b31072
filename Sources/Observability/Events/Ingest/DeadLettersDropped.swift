internal import Logging

/// Refusals of a partition beyond the daily limit were not kept, only counted.
public struct DeadLettersDropped: WorkerEvent {
    private let partition: String
    private let count: Int
    private let isFirst: Bool

    /// Makes the event.
    ///
    /// - Parameters:
    ///   - partition: As `topic[number]`.
    ///   - count: How many.
    ///   - isFirst: Whether it was not so at the batch before: a flood is told once, not with every batch.
    public init(_ partition: String, count: Int, isFirst: Bool) {
        self.partition = partition
        self.count = count
        self.isFirst = isFirst
    }

    /// Counts them; a person should look at the cause before what is dropped matters.
    public func emit(to telemetry: WorkerTelemetry) {
        telemetry.metrics.lettersDropped.increment(by: Int64(count))
        telemetry.logger.log(
            level: isFirst ? .error : .debug,
            "dead letters beyond the daily limit are only counted",
            metadata: [LogKey.partition: "\(partition)", LogKey.count: .stringConvertible(count)]
        )
    }
}
