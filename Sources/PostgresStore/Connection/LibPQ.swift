internal import CLibPQ

/// The C library that this process runs with.
public enum LibPQ {
    /// Its version, for example `15.20`.
    public static var runningVersion: String {
        let number = PQlibVersion()
        return "\(number / 10_000).\(number % 10_000)"
    }
}
