internal import Glibc

/// Blocks the calling thread, which is the connection's own; less than a signal's interruption does not matter.
func pause(_ duration: Duration) {
    let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
    usleep(UInt32(clamping: microseconds))
}
