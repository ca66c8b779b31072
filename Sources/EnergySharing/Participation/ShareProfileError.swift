/// Why shares by the hour are no profile.
public enum ShareProfileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The span does not begin on a quarter-hour.
    case notOnGrid(from: Int64)
    /// A device has too few or too many hours, or there are none at all.
    case wrongCount(device: String, hours: Int, expected: Int)
    /// A share is below 0.
    case belowZero(device: String, hour: Int, sharePPM: Int32)
    /// The shares of an hour sum to more than the whole.
    case moreThanWhole(hour: Int, sumPPM: Int64)

    /// What is wrong, with hours counted from 0.
    public var description: String {
        switch self {
        case .notOnGrid(let from): "the first hour begins at \(from) µs, which is not on a quarter-hour"
        case .wrongCount(let device, let hours, let expected):
            expected == 0 ? "device \(device) has no hours" : "device \(device) has \(hours) hours, not \(expected)"
        case .belowZero(let device, let hour, let share):
            "device \(device) has a share of \(share) ppm in hour \(hour); it may not be below 0"
        case .moreThanWhole(let hour, let sum):
            "the shares of hour \(hour) sum to \(sum) ppm; at most 1000000 can be divided"
        }
    }
}
