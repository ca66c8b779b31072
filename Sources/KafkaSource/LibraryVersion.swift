internal import CRdKafka

/// A version of librdkafka; the one of the headers may be older than the one that the process runs with.
public struct LibraryVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The major number.
    public var major: Int
    /// The minor number.
    public var minor: Int
    /// The revision.
    public var revision: Int

    /// Makes a version.
    public init(major: Int, minor: Int, revision: Int) {
        self.major = major
        self.minor = minor
        self.revision = revision
    }

    /// Reads librdkafka's own number, hexadecimal `MMmmrrxx` (`xx` is the pre-release).
    public init(number: Int) {
        self.init(major: (number >> 24) & 0xFF, minor: (number >> 16) & 0xFF, revision: (number >> 8) & 0xFF)
    }

    /// The version that this process runs with.
    public static var running: LibraryVersion { LibraryVersion(number: Int(rd_kafka_version())) }

    /// The oldest version that Wattsource supports: Debian 12's.
    public static let oldestSupported = LibraryVersion(major: 2, minor: 0, revision: 2)

    /// `2.0.2`, as release notes have it.
    public var description: String { "\(major).\(minor).\(revision)" }

    /// What does not work with this version, one sentence each, for the log at start; empty: nothing known.
    ///
    /// Source: librdkafka's CHANGELOG.md.
    public var limitations: [String] {
        var sentences: [String] = []
        if self < LibraryVersion(major: 2, minor: 1, revision: 0) {
            sentences.append(
                "It does not notice a truncated log itself (KIP-320 came with 2.1.0); the stored anchor does."
            )
        }
        if self < LibraryVersion(major: 2, minor: 2, revision: 0) {
            sentences.append(
                "It cannot talk to brokers that send tagged fields in ApiVersions, such as Tansu (fixed in 2.2.0)."
            )
        }
        if self < LibraryVersion(major: 2, minor: 10, revision: 0) {
            sentences.append("It may lose sight of the group coordinator after a broker died (fixed in 2.10.0).")
        }
        return sentences
    }

    /// By major number, then minor, then revision.
    public static func < (left: LibraryVersion, right: LibraryVersion) -> Bool {
        (left.major, left.minor, left.revision) < (right.major, right.minor, right.revision)
    }
}
