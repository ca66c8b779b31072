import Glibc

/// Standard error, for what is said to people.
enum StandardError {
    /// Writes a text whole, as far as the descriptor takes it.
    static func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            // The slice's own storage is lent for the call alone, with its own length.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
