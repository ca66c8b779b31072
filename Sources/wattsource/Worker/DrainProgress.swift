import Glibc
import Ingestion
import Observability
import Synchronization

/// The progress line of a drain on standard error: records, rate, lag and the time left.
///
/// On a terminal one line that is written over; elsewhere a line every few seconds.
final class DrainProgress: Sendable {
    private struct State {
        var records: Int64 = 0
        /// When the first batch was committed: joining the group is not part of the rate.
        var began: ContinuousClock.Instant?
        var lag: Int64?
        var lastLine: ContinuousClock.Instant?
        var wasShown = false
    }

    private let isOn: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    /// A progress that is shown or not.
    init(isOn: Bool) { self.isOn = isOn }

    /// Takes what it needs of an event.
    func observe(_ event: IngestEvent) {
        guard isOn else { return }
        let line: String? = state.withLock { state in
            switch event {
            case .committed(let summary):
                state.records += summary.records
                state.began = state.began ?? ContinuousClock.now - summary.duration
                if let lag = state.lag { state.lag = max(0, lag - summary.records) }
            case .progress(let progress): state.lag = progress.lag
            default: return nil
            }
            let now = ContinuousClock.now
            let pause: Duration = isTerminal ? .milliseconds(100) : .seconds(2)
            guard state.lastLine.map({ $0.duration(to: now) >= pause }) ?? true else { return nil }
            state.lastLine = now
            state.wasShown = true
            return Self.line(state, at: now)
        }
        if let line { StandardErrorLines.write(isTerminal ? "\r\u{1B}[K\(line)" : "\(line)\n") }
    }

    /// Ends the line with the final figures.
    func end() {
        guard isOn else { return }
        let line = state.withLock { Self.line($0, at: .now) }
        StandardErrorLines.write((isTerminal ? "\r\u{1B}[K" : "") + line + "\n")
    }

    private static func line(_ state: State, at now: ContinuousClock.Instant) -> String {
        let elapsed = state.began?.duration(to: now) ?? .zero
        let rate = state.records * 1_000 / max(1, Int64(elapsed / .milliseconds(1)))
        var line = "\(state.records) records, \(rate)/s"
        guard let lag = state.lag else { return line }
        line += ", lag \(lag)"
        if lag > 0, rate > 0 { line += ", \(lag / rate + 1) s left" }
        return line
    }
}
