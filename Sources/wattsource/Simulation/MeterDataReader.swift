/// Reads a data file: CSV, a column `interval_start` (RFC 3339 in UTC), and for each home `NAME_load_wh` and `NAME_pv_wh`.
///
/// Other columns are not read. Energy is whole Wh, not negative; the rows follow each other without a gap.
struct MeterDataReader {
    private static let comma = UInt8(ascii: ",")
    private static let newline = UInt8(ascii: "\n")
    private static let startColumn = "interval_start"
    /// More than any home's meter shows in an hour by far; keeps every sum within Int64.
    private static let largestValue: Int64 = 1_000_000_000

    private struct Home {
        var name: String
        var load: Int
        var pv: Int
    }

    private var homes: [Home] = []
    private var startIndex = 0
    private var columns = 0
    private var start: Int64 = 0
    private var interval: Int64 = 0
    private var rows = 0
    private var netEnergy: [Int64] = []

    /// Reads a whole file.
    ///
    /// - Throws: the first fault, with its line.
    static func read(_ bytes: [UInt8]) throws(MeterDataFault) -> MeterData {
        var reader = MeterDataReader()
        var number = 0
        for line in bytes.split(separator: newline, omittingEmptySubsequences: false) {
            number += 1
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            // The last line ends with a line break, too.
            guard !line.isEmpty else { continue }
            let fields = line.split(separator: comma, omittingEmptySubsequences: false)
            if number == 1 {
                try reader.readHeader(fields)
            } else {
                try reader.readRow(fields, line: number)
            }
        }
        return try reader.finish()
    }

    private mutating func readHeader(_ fields: [ArraySlice<UInt8>]) throws(MeterDataFault) {
        let names = fields.map { String(decoding: $0, as: UTF8.self) }
        columns = names.count
        var indexes: [String: Int] = [:]
        for (index, name) in names.enumerated() {
            guard indexes.updateValue(index, forKey: name) == nil else {
                throw MeterDataFault(line: 1, message: "the column \(name) is there twice")
            }
        }
        guard let startIndex = indexes[Self.startColumn] else {
            throw MeterDataFault(line: 1, message: "there is no column \(Self.startColumn)")
        }
        self.startIndex = startIndex
        for (index, name) in names.enumerated() {
            if name.hasSuffix("_pv_wh"), indexes["\(name.dropLast(6))_load_wh"] == nil {
                throw MeterDataFault(
                    line: 1,
                    message: "the column \(name) has no \(name.dropLast(6))_load_wh beside it"
                )
            }
            guard name.hasSuffix("_load_wh") else { continue }
            let home = String(name.dropLast(8))
            guard let pv = indexes["\(home)_pv_wh"] else {
                throw MeterDataFault(line: 1, message: "the column \(name) has no \(home)_pv_wh beside it")
            }
            homes.append(Home(name: home, load: index, pv: pv))
        }
        guard !homes.isEmpty else {
            throw MeterDataFault(line: 1, message: "there is no pair of columns NAME_load_wh and NAME_pv_wh")
        }
    }

    private mutating func readRow(_ fields: [ArraySlice<UInt8>], line: Int) throws(MeterDataFault) {
        guard fields.count == columns else {
            throw MeterDataFault(line: line, message: "\(fields.count) fields, but the header has \(columns)")
        }
        let text = String(decoding: fields[startIndex], as: UTF8.self)
        guard let time = InstantText.parse(text) else {
            throw MeterDataFault(
                line: line,
                message: "\(Self.startColumn): \(text) is not a time such as 2016-08-01T07:00:00Z"
            )
        }
        try place(time, line: line)
        for home in homes {
            let load = try value(fields[home.load], of: "\(home.name)_load_wh", line: line)
            let pv = try value(fields[home.pv], of: "\(home.name)_pv_wh", line: line)
            netEnergy.append(load - pv)
        }
        rows += 1
    }

    /// Checks that a row begins where the previous one ends.
    private mutating func place(_ time: Int64, line: Int) throws(MeterDataFault) {
        switch rows {
        case 0:
            start = time
        case 1:
            interval = time - start
            guard interval > 0 else {
                throw MeterDataFault(line: line, message: "\(Self.startColumn) is not later than in the row before")
            }
        default:
            let expected = start + Int64(rows) * interval
            guard time == expected else {
                throw MeterDataFault(
                    line: line,
                    message: "\(Self.startColumn) is \(InstantText.render(time)), but the rows before lead to "
                        + InstantText.render(expected)
                )
            }
        }
    }

    private func value(_ field: ArraySlice<UInt8>, of column: String, line: Int) throws(MeterDataFault) -> Int64 {
        var value: Int64 = 0
        for byte in field {
            guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), value <= Self.largestValue else {
                throw MeterDataFault(
                    line: line,
                    message: "\(column) is not a whole number of Wh from 0 to 1,000,000,000"
                )
            }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        guard !field.isEmpty, value <= Self.largestValue else {
            throw MeterDataFault(line: line, message: "\(column) is not a whole number of Wh from 0 to 1,000,000,000")
        }
        return value
    }

    private func finish() throws(MeterDataFault) -> MeterData {
        guard rows >= 2 else {
            throw MeterDataFault(line: nil, message: "there are \(rows) rows; two are needed to know the interval")
        }
        return MeterData(homes: homes.map(\.name), start: start, interval: interval, netEnergy: netEnergy)
    }
}
