import Glibc

/// Standard output, for data.
enum StandardOutput {
    /// Writes lines, each with its line feed.
    ///
    /// - Throws: ``CommandFailure`` if not all could be written.
    static func write(_ lines: [String]) throws(CommandFailure) { try write(lines.map { $0 + "\n" }.joined()) }

    /// Writes a text whole, as far as the descriptor takes it.
    ///
    /// - Throws: ``CommandFailure`` if not all could be written: a full disk must not pass for a short report.
    static func write(_ text: String) throws(CommandFailure) {
        var text = text
        let failure: Int32 = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                // The text's own storage is lent for the call alone, from what is not written yet to its end.
                let count = unsafe Glibc.write(
                    STDOUT_FILENO,
                    bytes.baseAddress?.advanced(by: written),
                    bytes.count - written
                )
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return errno }
                written += count
            }
            return 0
        }
        if failure != 0 { throw CommandFailure(.unavailable, "cannot write to standard output (errno \(failure))") }
    }
}
