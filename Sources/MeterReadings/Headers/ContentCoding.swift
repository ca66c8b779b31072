/// What a body's bytes went through before they were sent (`content-encoding`).
///
/// IoT hubs use the same property for the character set, so `utf-8` is there on most messages and stands for nothing.
public enum ContentCoding: Sendable, Equatable {
    /// Nothing: no such property, `identity`, `utf-8` or `us-ascii`.
    case none
    /// `gzip`, or `x-gzip`: RFC 1952.
    case gzip
    /// `deflate`, which is the zlib format, RFC 1950, as in HTTP (RFC 9110, section 8.4.1.2).
    case deflate
    /// Something else, or several codings.
    case unknown

    /// The coding of a name; upper and lower case are the same.
    init(_ name: Span<UInt8>) {
        self =
            switch name.count {
            case 0: .none
            case 8 where name.equalsIgnoringCase("identity"): .none
            case 8 where name.equalsIgnoringCase("us-ascii"): .none
            case 5 where name.equalsIgnoringCase("utf-8"): .none
            case 4 where name.equalsIgnoringCase("utf8"): .none
            case 4 where name.equalsIgnoringCase("gzip"): .gzip
            case 6 where name.equalsIgnoringCase("x-gzip"): .gzip
            case 7 where name.equalsIgnoringCase("deflate"): .deflate
            default: .unknown
            }
    }
}
