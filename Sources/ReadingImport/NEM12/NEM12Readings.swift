internal import MeterReadings

/// Interval data as Australian market participants exchange it, and as retailers give it to their customers.
///
///     100,NEM12,202303020105,MDP1,Retailer1
///     200,NMI1234567,E1B1,E1,E1,N1,METSER123,kWh,30,
///     300,20230301,0.012,…(48 values)…,A,,,20230302010500,
///     400,1,47,A,,
///     900
///
/// Source: AEMO, Meter Data File Format Specification NEM12 & NEM13. 200: the meter (NMI), its channel (suffix E…: out of the grid,
/// import; B…: into the grid, export; others are no active energy), unit and interval length. 300: one day in market time (UTC+10:00,
/// without daylight saving), a value per interval, and the quality of all of them; V: 400 records give it for ranges of intervals,
/// counted from 1. 500 and the reason codes say nothing that is kept here. Channels of one direction are summed.
struct NEM12Readings {
    /// Market time is ahead of UTC by ten hours, all year.
    private static let zone = "T00:00:00+10:00"
    /// The qualities by their letters: actual, forward estimate, final substitute, no data, substitute.
    private static let qualities: [Character: ReadingQuality] = [
        "A": .measured, "E": .estimated, "F": .substituted, "N": .missing, "S": .estimated,
    ]

    private struct Key: Hashable {
        var device: String
        var start: Int64
        var minutes: Int
    }

    private struct Slot {
        var line: Int
        var importEnergy: ExactEnergy?
        var exportEnergy: ExactEnergy?
        var quality: ReadingQuality
    }

    private var channel: NEM12Channel?
    /// Whether the records below a 200 record are left out: it is faulty, or no energy.
    private var isSkipping = false
    private var day: NEM12Day?
    private var slots: [Key: Slot] = [:]
    /// Which channel told a day already, and where: the same day twice is not twice the energy.
    private var seen: [String: Int] = [:]

    /// Reads a whole file.
    static func read(_ bytes: [UInt8], into collector: inout ReadingCollector) {
        var reader = NEM12Readings()
        var rows = CSVRows(bytes)
        var hasHeader = false
        var isEnded = false
        while let row = rows.next() {
            do throws(FileFault) {
                let row = try row.get()
                let kind = row.fields[0].text ?? ""
                if isEnded {
                    throw FileFault(line: row.line, "there is something behind the 900 record, the end of the file")
                }
                switch kind {
                case "100":
                    hasHeader = true
                    guard row.fields.count > 1, row.fields[1].text == "NEM12" else {
                        throw FileFault(
                            line: row.line,
                            column: 5,
                            "NEM12 is expected; other formats of the market are not read"
                        )
                    }
                case "200":
                    reader.endDay(&collector)
                    reader.channel = nil
                    reader.isSkipping = true
                    reader.channel = try reader.channel(row, &collector)
                    reader.isSkipping = reader.channel == nil
                case "300":
                    reader.endDay(&collector)
                    if !reader.isSkipping { reader.day = try reader.day(row) }
                case "400": try reader.takeQualities(row)
                case "500": break
                case "900":
                    reader.endDay(&collector)
                    isEnded = true
                default:
                    throw FileFault(
                        line: row.line,
                        column: 1,
                        "a record of NEM12 begins with 100, 200, 300, 400, 500 or 900"
                    )
                }
            } catch {
                collector.add(error)
            }
        }
        reader.endDay(&collector)
        if hasHeader, !isEnded {
            collector.add(FileFault(line: 0, "the file has no 900 record at its end: is all of it there?"))
        }
        reader.finish(&collector)
    }

    // MARK: 200

    /// The channel; `nil` if it is no active energy.
    private mutating func channel(_ row: CSVRows.Row, _ collector: inout ReadingCollector) throws(FileFault)
        -> NEM12Channel?
    {
        guard row.fields.count >= 9 else {
            throw FileFault(line: row.line, "a 200 record has at least 9 fields, this one has \(row.fields.count)")
        }
        let suffix = (row.fields[4].text ?? "").uppercased()
        let unitName = row.fields[7].text ?? ""
        guard suffix.hasPrefix("E") || suffix.hasPrefix("B") else {
            collector.passOver("channels that are no active energy (\(suffix), \(unitName))")
            return nil
        }
        guard let unit = ExactEnergy.Unit(name: unitName) else {
            throw FileFault(line: row.line, column: row.fields[7].column, "the unit is Wh, kWh or MWh")
        }
        guard let minutes = row.fields[8].text.flatMap(Int.init), [5, 15, 30].contains(minutes) else {
            throw FileFault(
                line: row.line,
                column: row.fields[8].column,
                "the length of an interval is 5, 15 or 30 minutes"
            )
        }
        guard let meter = row.fields[1].text, !meter.isEmpty else {
            throw FileFault(
                line: row.line,
                column: row.fields[1].column,
                "the NMI is expected, the number of the meter"
            )
        }
        guard let device = collector.device(meter, line: row.line, column: row.fields[1].column) else { return nil }
        return NEM12Channel(
            device: device,
            suffix: suffix,
            isExport: suffix.hasPrefix("B"),
            unit: unit,
            minutes: minutes
        )
    }

    // MARK: 300

    private mutating func day(_ row: CSVRows.Row) throws(FileFault) -> NEM12Day {
        guard let channel else { throw FileFault(line: row.line, "a 300 record stands below its 200 record") }
        let count = channel.intervals
        guard row.fields.count >= count + 3 else {
            throw FileFault(
                line: row.line,
                "a day has \(count) values of \(channel.minutes) minutes and their quality; there are only \(row.fields.count - 2) fields"
            )
        }
        guard let date = row.fields[1].text, let start = Self.midnight(date) else {
            throw FileFault(line: row.line, column: row.fields[1].column, "the day is expected as YYYYMMDD")
        }
        if let line = seen.updateValue(row.line, forKey: "\(channel.device) \(channel.suffix) \(start)") {
            throw FileFault(
                line: row.line,
                column: row.fields[1].column,
                "line \(line) has this day of this channel already"
            )
        }
        var day = NEM12Day(line: row.line, start: start, values: [], qualities: [])
        for field in row.fields[2..<count + 2] {
            do throws(EnergyFault) {
                day.values.append(try ExactEnergy.read((field.text ?? "").utf8, unit: channel.unit))
            } catch {
                throw FileFault(line: row.line, column: field.column, error.sentence)
            }
        }
        let field = row.fields[count + 2]
        let isVariable = field.text == "V"
        let quality = try isVariable ? nil : Self.quality(field, line: row.line)
        day.qualities = [ReadingQuality?](repeating: quality, count: count)
        return day
    }

    private static func midnight(_ date: String) -> Int64? {
        let digits = Array(date.utf8)
        guard digits.count == 8 else { return nil }
        let text = digits[..<4] + [0x2D] + digits[4..<6] + [0x2D] + digits[6...] + Array(zone.utf8)
        return UTCTime.parse(Array(text).span)
    }

    private static func quality(_ field: CSVField, line: Int) throws(FileFault) -> ReadingQuality {
        // The letter, and for estimates and substitutes the method in two digits.
        let text = field.text ?? ""
        guard let letter = text.first, let quality = qualities[letter], text.count == 1 || text.count == 3 else {
            throw FileFault(
                line: line,
                column: field.column,
                "the quality is A, E.., F.., N or S.., or V where 400 records tell it"
            )
        }
        return quality
    }

    // MARK: 400

    private mutating func takeQualities(_ row: CSVRows.Row) throws(FileFault) {
        if isSkipping { return }
        // Below a faulty day: its fault is told already.
        guard var day else { return }
        guard row.fields.count >= 4, let first = row.fields[1].text.flatMap(Int.init),
            let last = row.fields[2].text.flatMap(Int.init),
            1 <= first, first <= last, last <= day.qualities.count
        else {
            throw FileFault(
                line: row.line,
                "a 400 record has the first and the last of its intervals, from 1 to \(day.qualities.count)"
            )
        }
        let quality = try Self.quality(row.fields[3], line: row.line)
        for index in first - 1..<last {
            guard day.qualities[index] == nil else {
                throw FileFault(
                    line: row.line,
                    column: row.fields[1].column,
                    "the quality of interval \(index + 1) is told already"
                )
            }
            day.qualities[index] = quality
        }
        self.day = day
    }

    // MARK: Days

    /// Takes the day that was read, once no more of it can come.
    private mutating func endDay(_ collector: inout ReadingCollector) {
        guard let day, let channel else { return }
        self.day = nil
        for (index, quality) in day.qualities.enumerated() where quality == nil {
            collector.add(FileFault(line: day.line, "no 400 record tells the quality of interval \(index + 1)"))
            return
        }
        for (index, (value, quality)) in zip(day.values, day.qualities).enumerated() {
            let time = day.start + Int64(index * channel.minutes) * 60 * UTCTime.second
            let key = Key(device: channel.device, start: time, minutes: channel.minutes)
            var slot = slots[key] ?? Slot(line: day.line, quality: .measured)
            let total = channel.isExport ? slot.exportEnergy : slot.importEnergy
            guard let sum = total.map({ $0.adding(value) }) ?? value else {
                collector.add(FileFault(line: day.line, "the channels sum up to more than 10^12 Wh"))
                return
            }
            if channel.isExport { slot.exportEnergy = sum } else { slot.importEnergy = sum }
            // A sum is worth what its worst part is.
            if let quality, quality.rank > slot.quality.rank { slot.quality = quality }
            slots[key] = slot
        }
    }

    private func finish(_ collector: inout ReadingCollector) {
        for (key, slot) in slots {
            collector.add(
                ExactReading(
                    line: slot.line,
                    device: key.device,
                    measuredAt: key.start,
                    intervalSeconds: Int32(key.minutes * 60),
                    importEnergy: slot.importEnergy,
                    exportEnergy: slot.exportEnergy,
                    quality: slot.quality
                )
            )
        }
    }
}
