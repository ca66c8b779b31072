internal import Glibc
internal import Synchronization

/// Standard error as a place for whole lines: two threads' lines never mix.
public enum StandardErrorLines {
    private static let lock = Mutex<Void>(())

    /// Writes a line that ends with its line break; what the descriptor does not take is dropped, since nobody could be told.
    @Sendable
    public static func write(_ line: String) {
        var rest = Array(line.utf8)[...]
        lock.withLock { _ in
            while !rest.isEmpty {
                // The slice's own storage is lent for the call alone, with its own length.
                let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
