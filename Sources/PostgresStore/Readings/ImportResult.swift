public import Ingestion
public import ReadingImport

/// What became, or would become, of an import.
public struct ImportResult: Sendable, Equatable {
    /// The outcome of each reading of the request, in its order; `nil`: refused.
    ///
    /// Empty if nothing was written because of ``refused``.
    public var outcomes: [ReadingOutcome?] = []
    /// How many had which outcome.
    public var counts = OutcomeCounts()
    /// What the registry's rules refuse, each with its line.
    public var refused: [FileFault] = []
    /// What becomes due again.
    public var dueAgain: [DueIntervals] = []

    /// Whether it was written (or would have been): not if something is refused and nothing is to be skipped.
    public var isWritten: Bool { !outcomes.isEmpty }

    /// Nothing yet.
    public init() {}
}
