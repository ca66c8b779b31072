/// Readings of a device that do not count, by whom they are taken out and why.
public struct DiscardRequest: Sendable {
    /// The device, as the hub names it.
    public var device: String
    /// The first instant, microseconds since 1970-01-01T00:00:00Z.
    public var from: Int64
    /// The instant from which on readings stay.
    public var until: Int64
    /// Who does it.
    public var author: String
    /// Why; it is kept in the books.
    public var reason: String
    /// Whether everything is done and then taken back, to see what it would be.
    public var isTrial: Bool

    /// Makes a request.
    public init(device: String, from: Int64, until: Int64, author: String, reason: String, isTrial: Bool = false) {
        self.device = device
        self.from = from
        self.until = until
        self.author = author
        self.reason = reason
        self.isTrial = isTrial
    }
}
