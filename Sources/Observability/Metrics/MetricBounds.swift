/// The buckets' upper bounds that the process uses: fixed, so that histograms of several workers can be added up.
public enum MetricBounds {
    /// For durations, in seconds: 1 ms to 60 s.
    public static let seconds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
    ]
    /// For numbers of rows, and numbers of unknown kind: 1 to 1,000,000.
    public static let sizes: [Double] = [
        1, 10, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 1_000_000,
    ]
    /// For numbers of bytes: 1 KiB to 1 GiB.
    public static let bytes: [Double] = [
        1_024, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 8_388_608, 16_777_216, 67_108_864, 268_435_456,
        1_073_741_824,
    ]
}
