/// How often one batch is sent again, over the same connection, because of a lock or serialization conflict.
///
/// Such a conflict rolls the whole transaction back and leaves the connection, and with it the ownership of the positions, as they were:
/// so the batch itself is still right. Everything else is answered by the position machine.
struct WriteRetries {
    /// How often the batch was sent again.
    private(set) var attempt = 0

    /// The longest pause before an attempt.
    static let longestDelay = Duration.milliseconds(500)
    private static let most = 8

    /// Whether to send the batch again after this failure, and counts it.
    mutating func mayRetry(after failure: StoreFailure) -> Bool {
        guard failure.action == .retryNow, attempt < Self.most else { return false }
        attempt += 1
        return true
    }
}
