import Glibc

/// Reads a secret from a file that only its owner may read.
enum SecretFile {
    /// The most that a secret may hold, in bytes.
    static let limit = 65_536

    /// Reads the file's text without the line break at its end.
    ///
    /// - Parameter isPrivateFolder: Whether the file's folder keeps others away (systemd's credentials): the mode is not looked at,
    ///   because the service manager grants access with an access control list, which shows as the group's bits.
    /// - Throws: ``ValueFault`` that says what is wrong with the file; it holds nothing of its content.
    static func read(_ path: String, isPrivateFolder: Bool) throws(ValueFault) -> String {
        // The string is lent as a C string for the call alone; the flags ask for nothing but reading.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ValueFault("cannot be opened: \(reason(errno))") }
        defer { close(descriptor) }

        var status = stat()
        // `status` is ours and outlives the call; looking at the open descriptor leaves no gap in which the file is exchanged.
        guard unsafe fstat(descriptor, &status) == 0 else { throw ValueFault("cannot be examined: \(reason(errno))") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ValueFault("is not a regular file") }
        guard isPrivateFolder || status.st_mode & 0o077 == 0 else {
            throw ValueFault("may be read by others (mode \(String(status.st_mode & 0o777, radix: 8))): chmod 600 it")
        }
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        var count = 0
        while count < bytes.count {
            // The buffer is the array's own storage, and never more than its rest is asked for.
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe Glibc.read(descriptor, $0.baseAddress?.advanced(by: count), $0.count - count)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw ValueFault("cannot be read: \(reason(errno))") }
            if got == 0 { break }
            count += got
        }
        guard count <= limit else { throw ValueFault("is larger than \(limit) bytes") }
        guard var text = String(validating: bytes[..<count], as: UTF8.self) else { throw ValueFault("is not UTF-8") }
        // In Swift CR LF is one character.
        if text.last?.isNewline == true { text.removeLast() }
        guard !text.isEmpty else { throw ValueFault("is empty") }
        return text
    }

    /// The system's words for an error number.
    private static func reason(_ number: Int32) -> String {
        // strerror's text is NUL-terminated and is copied at once.
        unsafe String(cString: strerror(number))
    }
}
