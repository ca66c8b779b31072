/// A time without a zone, until it is known which instant it is.
struct LocalTime: Sendable {
    /// The place of its reading among the record's.
    var reading: Int
    /// What the clock showed, see ``LocalZone/instants(ofCivil:)``.
    var civil: Int64
    /// The member that says it.
    var field: StaticString
    /// Where it stands in the body.
    var byteOffset: Int
    /// The instants that it can be; `nil` if it has been refused.
    var instants: ClosedRange<Int64>?

    /// Makes a time that is still open.
    init(reading: Int, civil: Int64, field: StaticString, byteOffset: Int) {
        self.reading = reading
        self.civil = civil
        self.field = field
        self.byteOffset = byteOffset
    }
}
