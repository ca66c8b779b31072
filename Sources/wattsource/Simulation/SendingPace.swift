/// How fast a simulation sends.
enum SendingPace: Sendable, Equatable {
    /// As fast as the broker takes it.
    case unlimited
    /// So many times as fast as the meters' own time.
    case speed(Double)
    /// So many records a second.
    case rate(Int)

    /// Reads `--speed` (`60x`) and `--rate` (records a second); one of them at most.
    ///
    /// - Throws: what is wrong with them.
    init(speed: String?, rate: Int?) throws(ValueFault) {
        switch (speed, rate) {
        case (nil, nil):
            self = .unlimited
        case (let text?, nil):
            guard text.hasSuffix("x"), let factor = Double(text.dropLast()), factor > 0, factor.isFinite else {
                throw ValueFault("--speed \(text) is not a factor such as 1x, 60x or 0.5x")
            }
            self = .speed(factor)
        case (nil, let rate?):
            guard rate > 0 else { throw ValueFault("--rate \(rate) is not a number of records a second above 0") }
            self = .rate(rate)
        default:
            throw ValueFault("--speed and --rate exclude each other")
        }
    }

    /// How long after the first record this one is due.
    ///
    /// - Parameters:
    ///   - index: the record's number in the stream, from 0.
    ///   - elapsed: microseconds of the stream's own time since its first record.
    func due(index: Int, elapsed: Int64) -> Duration {
        switch self {
        case .unlimited: .zero
        case .speed(let factor): .milliseconds(Int64(min(Double(max(elapsed, 0)) / 1000 / factor, 1e15)))
        case .rate(let rate): .microseconds(Int64(index) * 1_000_000 / Int64(rate))
        }
    }
}
