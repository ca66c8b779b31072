/// An import register that used to move and stopped for long.
///
/// ``AnomalyKind/stuck`` if the export register stood still as well although readings came in; else
/// ``AnomalyKind/zeroRun``. It is told once, for the first ``hours`` of a standstill, however long that goes on.
public struct Standstill: Sendable, Equatable {
    /// After how many hours without import; at most 24.
    public var hours: Int64 = 24

    /// The rule with its defaults.
    public init() {}
}

/// Follows a meter's intervals, to see it stop.
struct StandstillWatch: Sendable {
    private let span: Int64
    /// The end of the last interval; `nil`: before the first one.
    private var end: Int64?
    /// Whether something was imported in the last interval.
    private var hasMoved = false
    private var run: Run?

    private struct Run: Sendable {
        var start: Int64
        var exported: Int64 = 0
        var isRead = true
        var isTold = false
    }

    init(_ rule: Standstill) { span = min(max(rule.hours, 1), 24) * 3_600 * 1_000_000 }

    /// Takes the next interval; the finding that with it the meter has stood still for long enough.
    mutating func take(_ interval: MeterDay.Interval) -> ReadingFinding? {
        let isNext = end == interval.start
        let wasMoving = isNext && hasMoved
        end = interval.end
        hasMoved = interval.energy.importWh > 0
        if hasMoved {
            run = nil
            return nil
        }
        // A standstill of which the beginning is not seen is not judged.
        if !isNext { run = nil }
        if wasMoving { run = Run(start: interval.start) }
        guard var current = run, !current.isTold else { return nil }
        current.exported += interval.energy.exportWh
        if interval.energy.quality == .estimated { current.isRead = false }
        current.isTold = interval.end - current.start >= span
        run = current
        return current.isTold ? finding(current) : nil
    }

    private func finding(_ run: Run) -> ReadingFinding {
        let isStuck = run.isRead && run.exported == 0
        let hours = span / 3_600_000_000
        return ReadingFinding(
            kind: isStuck ? .stuck : .zeroRun,
            from: run.start,
            to: run.start + span,
            detail: isStuck
                ? "No register moved for \(hours) hours, although readings came in. Is the meter, or its reader, stuck?"
                : "Nothing was imported for \(hours) hours (\(run.exported) Wh were exported)."
        )
    }
}
