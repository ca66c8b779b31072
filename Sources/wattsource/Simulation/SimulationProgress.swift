internal import Glibc
internal import Observability

/// Says on standard error how far a simulation is: on a terminal in one line, else with a line every few seconds.
struct SimulationProgress {
    private let total: Int
    private let start = ContinuousClock.now
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var last: ContinuousClock.Instant
    private var hasWritten = false

    /// Begins with nothing sent of so many records.
    init(total: Int) {
        self.total = total
        last = start
    }

    /// Tells the state, if it is time to.
    ///
    /// - Parameter time: the stream's own time, microseconds since 1970-01-01T00:00:00Z.
    mutating func update(sent: Int, time: Int64) {
        let now = ContinuousClock.now
        guard now - last >= (isTerminal ? .milliseconds(200) : .seconds(5)) else { return }
        last = now
        hasWritten = true
        let seconds = max((now - start).components.seconds, 1)
        let percent = total == 0 ? 100 : sent * 100 / total
        let text =
            "\(sent) of \(total) records (\(percent) %), \(Int64(sent) / seconds)/s, at \(InstantText.render(time))"
        StandardErrorLines.write(isTerminal ? "\r\u{1B}[K\(text)" : "\(text)\n")
    }

    /// Clears the terminal's line.
    func end() {
        if isTerminal, hasWritten { StandardErrorLines.write("\r\u{1B}[K") }
    }
}
