/// The formats of files of readings.
public enum ReadingFileFormat: String, Sendable, CaseIterable {
    /// Wattsource's own table: see ``CSVReadings``.
    case csv
    /// AEMO's interval data: see ``NEM12Readings``.
    case nem12
    /// Consumption records of the Austrian energy data exchange: see ``EDAReadings``.
    case eda

    /// The format that the first bytes show.
    public static func guess(_ bytes: [UInt8]) -> ReadingFileFormat {
        let start = FileBytes.withoutMark(bytes).drop { FileBytes.isBlank($0) }.prefix(16)
        if start.first == UInt8(ascii: "<") { return .eda }
        if start.starts(with: Array("100,NEM12".utf8)) || start.starts(with: Array("200,".utf8)) { return .nem12 }
        return .csv
    }
}
