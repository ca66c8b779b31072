extension ShareProfile {
    /// Reads a profile over a span from comma-separated text with a header.
    ///
    /// Columns, in any order, others do not count: `device` (the hub device id), `hour_start` (RFC 3339 with its zone:
    /// `2026-01-01T00:00+01:00`), and either `share_ppm` (a whole number of parts per million) or `share` (a decimal
    /// number of at most six places: `0.058824`). Lines may come in any order. Every device needs every hour from the
    /// first to the last in the file.
    ///
    /// An instant with its zone is the same in every zone, so clock changes need no rule here: write each of the 24, 23
    /// or 25 hours of a local day with the offset that it has.
    /// - Throws: ``TableFaults`` with line numbers.
    public static func read(_ table: [UInt8]) throws(TableFaults) -> ShareProfile {
        var faults = TableFaults()
        let entries = entries(table, &faults)
        guard faults.faults.isEmpty, let first = entries.map(\.time).min(), let last = entries.map(\.time).max() else {
            if faults.faults.isEmpty { faults.add(0, "the table has no shares") }
            throw faults
        }
        let count = (last - first) / 3_600_000_000 + 1
        guard count <= 100_000 else {
            faults.add(0, "hour_start spans \(count) hours; more than ten years is a wrong year somewhere")
            throw faults
        }
        var shares: [String: [Int32]] = [:]
        for entry in entries where !faults.isFull {
            guard (entry.time - first) % 3_600_000_000 == 0 else {
                faults.add(entry.line, "hour_start is not a whole number of hours after the first in the file")
                continue
            }
            let hour = Int((entry.time - first) / 3_600_000_000)
            var row = shares.removeValue(forKey: entry.device) ?? [Int32](repeating: -1, count: Int(count))
            if row[hour] >= 0 { faults.add(entry.line, "device \(entry.device) has this hour twice") }
            row[hour] = entry.share
            shares[entry.device] = row
        }
        for (device, hours) in shares.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            let missing = hours.count { $0 < 0 }
            if missing > 0 {
                faults.add(0, "device \(device) lacks \(missing) of \(count) hours from the first to the last")
            }
        }
        guard faults.faults.isEmpty else { throw faults }
        do {
            return try ShareProfile(from: first, shares: shares)
        } catch .moreThanWhole(let hour, let sum) {
            let line = entries.last { $0.time == first + Int64(hour) * 3_600_000_000 }?.line ?? 0
            faults.add(line, "with this one the shares of the hour sum to \(sum) ppm; at most 1000000 can be divided")
            throw faults
        } catch {
            faults.add(0, error.description)
            throw faults
        }
    }

    /// The line of a table on which each device stands first, from 1: for faults that only who knows the devices can find.
    public static func firstLines(of table: [UInt8]) -> [String: Int] {
        var faults = TableFaults()
        return Dictionary(entries(table, &faults).map { ($0.device, $0.line) }) { first, _ in first }
    }

    private struct Entry {
        var device: String
        var time: Int64
        var share: Int32
        var line: Int
    }

    private static func entries(_ table: [UInt8], _ faults: inout TableFaults) -> [Entry] {
        var lines = CommaTable(table)
        var fields: [ArraySlice<UInt8>] = []
        var columns: Columns?
        var entries: [Entry] = []
        while !faults.isFull {
            do {
                guard try lines.next(&fields) else { break }
            } catch {
                faults.add(error.line, error.what)
                continue
            }
            guard let columns else {
                columns = Columns(ColumnNames(fields), &faults, line: lines.line)
                if columns == nil { break }
                continue
            }
            if let entry = columns.entry(fields, &faults, line: lines.line) { entries.append(entry) }
        }
        return entries
    }

    /// Where the columns are, and how a line is read by them.
    private struct Columns {
        var device: Int
        var time: Int
        var share: Int
        /// Whether shares are decimal numbers, not parts per million.
        var isDecimal: Bool
        var count: Int

        init?(_ names: ColumnNames, _ faults: inout TableFaults, line: Int) {
            for name in ["device", "hour_start"] where names.place(name) == nil {
                faults.add(line, "the header has no column \(name)")
            }
            let (ppm, decimal) = (names.place("share_ppm"), names.place("share"))
            if (ppm == nil) == (decimal == nil) { faults.add(line, "the header needs either share_ppm or share") }
            guard let device = names.place("device"), let time = names.place("hour_start"),
                let share = ppm ?? decimal, ppm == nil || decimal == nil
            else { return nil }
            self.device = device
            self.time = time
            self.share = share
            isDecimal = ppm == nil
            count = names.count
        }

        func entry(_ fields: [ArraySlice<UInt8>], _ faults: inout TableFaults, line: Int) -> Entry? {
            guard fields.count == count else {
                faults.add(line, "\(fields.count) fields, but the header has \(count)")
                return nil
            }
            let name = String(decoding: fields[device], as: UTF8.self)
            guard !name.isEmpty else {
                faults.add(line, "device is empty")
                return nil
            }
            guard let instant = InstantText.microseconds(fields[time]), instant % 900_000_000 == 0 else {
                faults.add(line, "hour_start is no instant with a zone on a quarter-hour, such as 2026-03-29T01:00:00Z")
                return nil
            }
            guard let share = ExactDecimal.scaled(fields[share], fractionDigits: isDecimal ? 6 : 0),
                (0...ParticipationPart.wholePPM).contains(share)
            else {
                faults.add(
                    line,
                    isDecimal
                        ? "share is no decimal number from 0 to 1 with at most 6 places"
                        : "share_ppm is no whole number from 0 to 1000000"
                )
                return nil
            }
            return Entry(device: name, time: instant, share: Int32(share), line: line)
        }
    }
}
