public import EnergySharing

/// A file of shares by the hour, as it was read.
public struct ShareFile: Sendable {
    /// Its name as it was given, for faults.
    public let name: String
    /// Its name without folders, for the books.
    public var source: String { name.split(separator: "/").last.map(String.init) ?? name }
    /// What it says.
    public let profile: ShareProfile
    /// Its first hour's beginning and its last hour's end.
    public let span: TimeSpan
    private let table: [UInt8]

    /// Reads a file; see ``EnergySharing/ShareProfile/read(_:)`` for its format.
    ///
    /// - Throws: ``EnergySharing/TableFaults`` with line numbers.
    public init(name: String, table: [UInt8]) throws(TableFaults) {
        self.name = name
        self.table = table
        profile = try ShareProfile.read(table)
        guard case .span(let from, let count) = profile.hours else {
            preconditionFailure("the hours of a table follow each other")
        }
        span = TimeSpan(from: from, until: from + Int64(count) * HourlyShares.hour)
    }

    /// Faults about devices as lines of the file, by line, and how many more there are than fit on a screen.
    func faults(_ faults: [(hubDeviceID: String, what: String)]) -> String {
        let lines = ShareProfile.firstLines(of: table)
        let most = 20
        let sorted = faults.map { (line: lines[$0.hubDeviceID] ?? 0, what: $0.what) }.sorted { $0.line < $1.line }
        let more = sorted.count > most ? ["and \(sorted.count - most) more"] : []
        return (sorted.prefix(most).map { "\(name):\($0.line): \($0.what)" } + more).joined(separator: "\n")
    }
}
