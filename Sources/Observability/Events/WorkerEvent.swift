/// Something that happened in the worker: it counts, sets health, and writes at most one log line.
///
/// The message is constant, the values are metadata. No event carries the id of a device or a member, or a payload.
/// Levels: `debug` is normal operation; `info` start, stop, assignments, upkeep; `warning` heals by itself; `error`: a person must act.
public protocol WorkerEvent: Sendable {
    /// Counts and logs it.
    func emit(to telemetry: WorkerTelemetry)
}
