/// Why packed bytes cannot be unpacked.
enum InflateFault: Error, Equatable {
    /// There would be more bytes than allowed.
    case tooLarge
    /// They end before the packed data does.
    case truncated
    /// Something else follows the packed data.
    case trailing
    /// They are not of this format, or damaged.
    case damaged
    /// The checksum or the length that the format carries does not match.
    case badChecksum
}
