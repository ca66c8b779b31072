extension RateSeries {
    /// Reads a series from comma-separated text with a header.
    ///
    /// - Parameters:
    ///   - table: the text in UTF-8. Other columns than the two do not count.
    ///   - timeColumn: the column that says when a rate begins: RFC 3339 with its zone (`2016-08-01T07:00:00Z`).
    ///   - valueColumn: the column of the rates: decimal numbers; an empty field is a rate that is missing.
    ///   - unit: what the rates are per.
    ///
    /// Lines may come in any order. The step is the smallest distance of two times. A series may have gaps.
    /// - Throws: ``TableFaults`` with line numbers: a column that is missing, a time or number that is none, a time that
    ///   is there twice or off the grid.
    public static func read(
        _ table: [UInt8],
        timeColumn: String,
        valueColumn: String,
        per unit: TariffRateUnit = .kilowattHour
    ) throws(TableFaults) -> RateSeries {
        var faults = TableFaults()
        var entries = entries(table, timeColumn, valueColumn, unit, &faults)
        entries.sort { ($0.time, $0.line) < ($1.time, $1.line) }
        var step: Int64 = 3_600_000_000
        for (first, second) in zip(entries, entries.dropFirst()) {
            if first.time == second.time {
                faults.add(second.line, "\(timeColumn) is the same as in line \(first.line)")
            } else {
                step = min(step, second.time - first.time)
            }
        }
        if !faults.faults.isEmpty { throw faults }
        guard let first = entries.first, let last = entries.last else {
            faults.add(0, "the table has no rates")
            throw faults
        }
        for entry in entries where (entry.time - first.time) % step != 0 {
            faults.add(
                entry.line,
                "\(timeColumn) is not on the grid of \(step / 60_000_000) minutes that the others are on"
            )
        }
        // A century of quarter-hours: more is a wrong year somewhere.
        guard (last.time - first.time) / step < 4_000_000 else {
            faults.add(last.line, "\(timeColumn) is more than a hundred years after the first")
            throw faults
        }
        var rates = [TariffRate<Of>?](repeating: nil, count: Int((last.time - first.time) / step) + 1)
        for entry in entries { rates[Int((entry.time - first.time) / step)] = entry.rate }
        guard faults.faults.isEmpty, let series = RateSeries(from: first.time, step: step, rates: rates) else {
            faults.add(
                0,
                "rates hold for 15, 30 or 60 minutes, from a quarter-hour on; these are \(step / 1_000_000) s apart"
            )
            throw faults
        }
        return series
    }

    private struct Entry {
        var time: Int64
        var rate: TariffRate<Of>?
        var line: Int
    }

    private static func entries(
        _ table: [UInt8],
        _ timeColumn: String,
        _ valueColumn: String,
        _ unit: TariffRateUnit,
        _ faults: inout TableFaults
    ) -> [Entry] {
        var lines = CommaTable(table)
        var fields: [ArraySlice<UInt8>] = []
        var places: (time: Int, value: Int)?
        var width = 0
        var entries: [Entry] = []
        while !faults.isFull {
            do {
                guard try lines.next(&fields) else { break }
            } catch {
                faults.add(error.line, error.what)
                continue
            }
            guard let (time, value) = places else {
                let names = ColumnNames(fields)
                for column in [timeColumn, valueColumn] where names.place(column) == nil {
                    faults.add(lines.line, "the header has no column \(column)")
                }
                guard let time = names.place(timeColumn), let value = names.place(valueColumn) else { break }
                places = (time, value)
                width = names.count
                continue
            }
            guard fields.count == width else {
                faults.add(lines.line, "\(fields.count) fields, but the header has \(width)")
                continue
            }
            guard let instant = InstantText.microseconds(fields[time]) else {
                faults.add(lines.line, "\(timeColumn) is no instant with a zone, such as 2026-03-29T01:00:00Z")
                continue
            }
            let rate = TariffRate<Of>(fields[value], per: unit)
            if rate == nil, !fields[value].isEmpty {
                faults.add(lines.line, "\(valueColumn) is no decimal number of at most 6 places per kWh")
                continue
            }
            entries.append(Entry(time: instant, rate: rate, line: lines.line))
        }
        return entries
    }
}
