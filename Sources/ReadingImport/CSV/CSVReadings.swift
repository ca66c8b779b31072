internal import MeterReadings

/// Wattsource's own table of readings.
///
///     device,time,import_wh,export_wh,quality
///     meter-0001,2026-03-29T01:15:00Z,2714128,1206,M
///
/// Columns, in any order: `time` (RFC 3339 with its offset; of an interval the start), `import_wh` or `import_kwh`, `export_wh` or
/// `export_kwh` (at least one energy; an empty field: the meter has no such register), and where wanted `device` (as the hub names it),
/// `quality` (M, S, E, F or N; M where there is none) and `interval_s` (an interval's length in seconds; empty: registers). Energies are
/// decimals; those in Wh are whole. A column of another name is a fault, so that none is misspelt unnoticed.
struct CSVReadings {
    private enum Column: String, CaseIterable {
        case device
        case time
        case importWh = "import_wh"
        case importKWh = "import_kwh"
        case exportWh = "export_wh"
        case exportKWh = "export_kwh"
        case quality
        case interval = "interval_s"
    }

    private var places: [Column: Int] = [:]
    private var columnCount = 0

    /// Reads a whole file.
    static func read(_ bytes: [UInt8], into collector: inout ReadingCollector) {
        var rows = CSVRows(bytes)
        guard let header = rows.next() else {
            collector.add(FileFault(line: 0, "the file is empty: a header is expected, \(exampleHeader)"))
            return
        }
        var reader = CSVReadings()
        do throws(FileFault) {
            guard try reader.takeHeader(try header.get(), &collector) else { return }
        } catch {
            collector.add(error)
            return
        }
        while let row = rows.next() {
            switch row {
            case .failure(let fault): collector.add(fault)
            case .success(let row): reader.take(row, &collector)
            }
        }
    }

    private static let exampleHeader = "device,time,import_wh,export_wh,quality"

    /// Whether the header can be worked with; all its faults are told.
    private mutating func takeHeader(_ row: CSVRows.Row, _ collector: inout ReadingCollector) throws(FileFault) -> Bool
    {
        columnCount = row.fields.count
        var isSound = true
        func fault(_ column: Int, _ message: String) {
            collector.add(FileFault(line: row.line, column: column, message))
            isSound = false
        }
        for (index, field) in row.fields.enumerated() {
            guard let column = field.text.flatMap(Column.init) else {
                let known = Column.allCases.map(\.rawValue).joined(separator: ", ")
                fault(field.column, "there is no column of this name; there are \(known)")
                continue
            }
            if places.updateValue(index, forKey: column) != nil {
                fault(field.column, "the column \(column.rawValue) is there twice")
            }
        }
        if places[.time] == nil { fault(0, "there is no column time") }
        if places[.device] == nil, collector.names.device == nil {
            fault(0, "there is no column device: add one, or name the device of all rows with --device")
        }
        if [.importWh, .importKWh, .exportWh, .exportKWh].allSatisfy({ places[$0] == nil }) {
            fault(0, "there is no column with energy: import_wh, import_kwh, export_wh or export_kwh")
        }
        for (wattHours, kilowattHours) in [(Column.importWh, Column.importKWh), (.exportWh, .exportKWh)]
        where places[wattHours] != nil && places[kilowattHours] != nil {
            fault(0, "\(wattHours.rawValue) or \(kilowattHours.rawValue), not both")
        }
        return isSound
    }

    private func take(_ row: CSVRows.Row, _ collector: inout ReadingCollector) {
        guard row.fields.count == columnCount else {
            collector.add(FileFault(line: row.line, "\(row.fields.count) fields, but the header has \(columnCount)"))
            return
        }
        let faultsBefore = collector.file.faultCount
        let device = device(row, &collector)
        let time = time(row, &collector)
        let importEnergy = energy(row, .importWh, .importKWh, &collector)
        let exportEnergy = energy(row, .exportWh, .exportKWh, &collector)
        let quality = quality(row, &collector)
        let seconds = seconds(row, &collector)
        guard collector.file.faultCount == faultsBefore, let device, let time, let quality, let seconds else { return }
        guard importEnergy != nil || exportEnergy != nil else {
            collector.add(FileFault(line: row.line, "the row has no energy"))
            return
        }
        collector.add(
            ExactReading(
                line: row.line,
                device: device,
                measuredAt: time,
                intervalSeconds: seconds,
                importEnergy: importEnergy,
                exportEnergy: exportEnergy,
                quality: quality
            )
        )
    }

    // MARK: Fields

    private func field(_ row: CSVRows.Row, _ column: Column) -> CSVField? { places[column].map { row.fields[$0] } }

    private func device(_ row: CSVRows.Row, _ collector: inout ReadingCollector) -> String? {
        let field = field(row, .device)
        guard let name = field.map(\.text) ?? "" else {
            collector.add(FileFault(line: row.line, column: field?.column ?? 0, "device: the text is not UTF-8"))
            return nil
        }
        return collector.device(name, line: row.line, column: field?.column ?? 0)
    }

    private func time(_ row: CSVRows.Row, _ collector: inout ReadingCollector) -> Int64? {
        guard let field = field(row, .time) else { return nil }
        let text = Array((field.text ?? "").utf8)
        if let time = UTCTime.parse(text.span) { return time }
        collector.add(
            FileFault(
                line: row.line,
                column: field.column,
                "time: a time with its offset is expected, such as 2026-03-29T01:15:00Z or 2026-03-29T03:15:00+02:00"
            )
        )
        return nil
    }

    private func energy(
        _ row: CSVRows.Row,
        _ wattHours: Column,
        _ kilowattHours: Column,
        _ collector: inout ReadingCollector
    ) -> ExactEnergy? {
        let column = places[wattHours] != nil ? wattHours : kilowattHours
        guard let field = field(row, column), !field.isEmpty else { return nil }
        do throws(EnergyFault) {
            let unit: ExactEnergy.Unit = column == wattHours ? .wattHours : .kilowattHours
            let energy = try ExactEnergy.read((field.text ?? "").utf8, unit: unit)
            if unit == .kilowattHours || energy.microWh % 1_000_000 == 0 { return energy }
            collector.add(
                FileFault(
                    line: row.line,
                    column: field.column,
                    "\(column.rawValue): whole watt-hours are expected; decimals go with kWh"
                )
            )
        } catch {
            collector.add(FileFault(line: row.line, column: field.column, "\(column.rawValue): \(error.sentence)"))
        }
        return nil
    }

    private func quality(_ row: CSVRows.Row, _ collector: inout ReadingCollector) -> ReadingQuality? {
        guard let field = field(row, .quality), !field.isEmpty else { return .measured }
        if let text = field.text?.utf8, text.count == 1, let quality = text.first.flatMap(ReadingQuality.init) {
            return quality
        }
        collector.add(
            FileFault(
                line: row.line,
                column: field.column,
                "quality: M (measured), S (substituted), E (estimated), F (faulty) or N (missing) is expected"
            )
        )
        return nil
    }

    private func seconds(_ row: CSVRows.Row, _ collector: inout ReadingCollector) -> Int32? {
        guard let field = field(row, .interval), !field.isEmpty else { return 0 }
        if let seconds = field.text.flatMap(Int32.init), DeviceProfile.intervalLengths.contains(seconds) {
            return seconds
        }
        collector.add(
            FileFault(
                line: row.line,
                column: field.column,
                "interval_s: 300, 900, 1800 or 3600 is expected; empty for registers"
            )
        )
        return nil
    }
}
