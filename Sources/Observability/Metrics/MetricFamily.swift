/// All series of one metric's name.
struct MetricFamily: Sendable {
    /// What kind of metric it is, by Prometheus' word.
    enum Kind: String, Sendable {
        /// It only grows.
        case counter
        /// It goes up and down.
        case gauge
        /// It counts values by size.
        case histogram
    }

    /// Its name.
    let name: String
    /// Its kind.
    let kind: Kind
    /// What it is, for people; may be empty.
    let help: String
    /// Its series, in the order in which they were made.
    var series: [MetricSeries]
}
