public import ReadingImport

/// Readings of a file that are to be written, by whom and why.
public struct ImportRequest: Sendable {
    /// The readings.
    public var readings: [FileReading]
    /// Who does it.
    public var author: String
    /// Why; it is kept in the books.
    public var reason: String
    /// Whether the registry's refusal of some readings lets the others be written.
    public var skipsRefused: Bool
    /// Whether everything is done and then taken back, to see what it would be.
    public var isTrial: Bool

    /// Makes a request.
    public init(
        readings: [FileReading],
        author: String,
        reason: String,
        skipsRefused: Bool = false,
        isTrial: Bool = false
    ) {
        self.readings = readings
        self.author = author
        self.reason = reason
        self.skipsRefused = skipsRefused
        self.isTrial = isTrial
    }
}
