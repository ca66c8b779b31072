/// What a simulation is like.
struct SimulationOptions: Sendable {
    /// How many workers there are at most.
    var workers = 3
    /// How many partitions the topic has at most.
    var partitions = 2
    /// The most steps before everything heals.
    var steps = 150
    /// Whether a crash of the database forgets the newest commits, as it may with `synchronous_commit = off`.
    ///
    /// Off by default: the product's own setting is on. With it positions may go back, together with all that was written.
    var losesAsynchronousCommits = false
    /// What is built wrongly, to see that it is found.
    var defect: SimulatedDefect?
}

/// A worker, or a client, that is built wrongly on purpose: the simulation must find each.
///
/// They exist in the model only; the product has no such switch.
enum SimulatedDefect: CaseIterable, Sendable {
    /// The batch's epoch is not compared with the database's.
    case noEpochCheck
    /// After a commit whose outcome is not known the worker goes on as if it had happened.
    case memoryTrusted
    /// The consumer jumps to the log's end when its offset is not there, instead of saying so.
    case resetToLatest
    /// The number of rows that COPY reports is not compared with the number that was sent.
    case copyCountIgnored
}
