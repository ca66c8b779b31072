import Synchronization

/// Unpacks gzip and zlib data; made once and used again, it allocates nothing in the long run.
final class Inflater: Sendable {
    // A lock, though nobody waits for it: the memory belongs to whoever unpacks, however many hold the inflater.
    private let stream = Mutex(InflateStream())

    /// Unpacks all of `input` into `output`, which is emptied first.
    ///
    /// It stops as soon as there is more than `limit`, so what a few bytes claim to be costs no memory.
    /// - Returns: what is wrong, if anything is, and at which byte of the input.
    func unpack(
        _ input: Span<UInt8>,
        isGzip: Bool,
        limit: Int,
        into output: inout InflatedBytes
    ) -> (fault: InflateFault, at: Int)? {
        stream.withLock { stream in
            var at = 0
            do throws(InflateFault) {
                try stream.inflate(input, isGzip: isGzip, limit: limit, into: &output, at: &at)
                return nil
            } catch {
                return (error, at)
            }
        }
    }
}
