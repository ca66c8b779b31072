internal import MeterReadings

/// Consumption records of the Austrian energy data exchange (EDA).
///
///     <MeteringPoint>AT003…</MeteringPoint> …
///     <EnergyData MeterCode="1-1:1.9.0 G.01" UOM="KWH">
///       <EP><DTF>2024-04-01T00:00:00+02:00</DTF><DTT>2024-04-01T00:15:00+02:00</DTT><MM>L1</MM><BQ>0.057000</BQ></EP>
///
/// Source: ebUtilities, ConsumptionRecord. An EP is an interval from DTF to DTT and its energy BQ; MM says how far it can be trusted: L1
/// measured, L2 a substitute that may be billed, L3 one that will be replaced, L0 none. The meter code says what is counted: `1-1:1.9.0`
/// is drawn from the grid, `1-1:2.9.0` fed in; G.01 is all of it, P.01 what a community left over, or all of it where there is no G.01.
/// Other codes (a community's shares, and those with a participation factor) are results of a split, and are passed over: the split
/// is made here.
struct EDAReadings {
    private static let qualities: [String: ReadingQuality] = [
        "L0": .missing, "L1": .measured, "L2": .substituted, "L3": .estimated,
    ]
    private static let directions: [String: (isExport: Bool, isTotal: Bool)] = [
        "1-1:1.9.0 G.01": (false, true), "1-1:1.9.0 P.01": (false, false),
        "1-1:2.9.0 G.01": (true, true), "1-1:2.9.0 P.01": (true, false),
    ]

    private struct Key: Hashable {
        var device: String
        var start: Int64
        var isExport: Bool
        var isTotal: Bool
    }

    private struct Value: Equatable {
        var line: Int
        var seconds: Int32
        var energy: ExactEnergy
        var quality: ReadingQuality
    }

    /// What is being read, by its element.
    private var device: String?
    private var series: (unit: ExactEnergy.Unit, isExport: Bool, isTotal: Bool)?
    private var fields: [String: String] = [:]
    private var pointLine = 0
    private var text = ""
    private var values: [Key: Value] = [:]
    private var hasRecord = false

    /// Reads a whole file.
    static func read(_ bytes: [UInt8], into collector: inout ReadingCollector) {
        var reader = EDAReadings()
        var cursor = XMLCursor(bytes)
        do throws(FileFault) {
            while let event = try cursor.next() { reader.take(event, line: cursor.line, &collector) }
            if !reader.hasRecord {
                collector.add(
                    FileFault(line: 0, "there is no element EnergyData: a consumption record of EDA is expected")
                )
            }
        } catch {
            collector.add(error)
        }
        reader.finish(&collector)
    }

    private mutating func take(_ event: XMLEvent, line: Int, _ collector: inout ReadingCollector) {
        switch event {
        case .start(let name, let attributes):
            text = ""
            if name == "EnergyData" { begin(attributes, line, &collector) }
            if name == "EP" { (fields, pointLine) = ([:], line) }
        case .text(let more): text += more
        case .end(let name):
            let content = FileBytes.text(text.utf8) ?? ""
            switch name {
            case "MeteringPoint": device = collector.device(content, line: line, column: 0)
            case "DTF", "DTT", "MM", "BQ": fields[name] = content
            case "EP": endPoint(&collector)
            case "EnergyData": series = nil
            default: break
            }
            text = ""
        }
    }

    private mutating func begin(_ attributes: [String: String], _ line: Int, _ collector: inout ReadingCollector) {
        hasRecord = true
        series = nil
        let code = attributes["MeterCode"] ?? ""
        guard let direction = Self.directions[code] else {
            collector.passOver("series that are no total of a direction (\(code))")
            return
        }
        guard let unit = ExactEnergy.Unit(name: attributes["UOM"] ?? "") else {
            collector.add(FileFault(line: line, "UOM: the unit is KWH, WH or MWH"))
            return
        }
        series = (unit, direction.isExport, direction.isTotal)
    }

    private mutating func endPoint(_ collector: inout ReadingCollector) {
        guard let series else { return }
        guard let device else {
            collector.add(FileFault(line: pointLine, "no MeteringPoint stands before this EP"))
            return
        }
        do throws(FileFault) {
            let start = try time("DTF")
            let value = try value(from: start, unit: series.unit)
            let key = Key(device: device, start: start, isExport: series.isExport, isTotal: series.isTotal)
            if let other = values.updateValue(value, forKey: key) {
                guard other.seconds == value.seconds, other.energy == value.energy, other.quality == value.quality
                else {
                    throw FileFault(line: pointLine, "DTF: line \(other.line) has other values for this interval")
                }
                collector.passOver("readings that the file repeats")
            }
        } catch {
            collector.add(error)
        }
    }

    private func value(from start: Int64, unit: ExactEnergy.Unit) throws(FileFault) -> Value {
        let length = try time("DTT") - start
        guard length > 0, length % UTCTime.second == 0, let seconds = Int32(exactly: length / UTCTime.second),
            DeviceProfile.intervalLengths.contains(seconds)
        else {
            throw FileFault(line: pointLine, "DTT: an interval is 300, 900, 1800 or 3600 seconds long")
        }
        guard let quality = Self.qualities[fields["MM"] ?? ""] else {
            throw FileFault(line: pointLine, "MM: L0, L1, L2 or L3 is expected")
        }
        do throws(EnergyFault) {
            let energy = try ExactEnergy.read((fields["BQ"] ?? "").utf8, unit: unit)
            return Value(line: pointLine, seconds: seconds, energy: energy, quality: quality)
        } catch {
            throw FileFault(line: pointLine, "BQ: \(error.sentence)")
        }
    }

    private func time(_ field: String) throws(FileFault) -> Int64 {
        let text = Array((fields[field] ?? "").utf8)
        guard let time = UTCTime.parse(text.span) else {
            throw FileFault(
                line: pointLine,
                "\(field): a time with its offset is expected, such as 2024-04-01T00:00:00+02:00"
            )
        }
        return time
    }

    /// Joins the two directions of each interval.
    private func finish(_ collector: inout ReadingCollector) {
        var readings: [Key: ExactReading] = [:]
        // A direction of a meter is told by its totals wherever the file has any: an interval that lacks its total stays missing.
        let told = Set(
            values.keys.filter(\.isTotal).map { Key(device: $0.device, start: 0, isExport: $0.isExport, isTotal: true) }
        )
        for (key, value) in values {
            if !key.isTotal,
                told.contains(Key(device: key.device, start: 0, isExport: key.isExport, isTotal: true))
            {
                if values[Key(device: key.device, start: key.start, isExport: key.isExport, isTotal: true)] == nil {
                    collector.passOver("what a community left over (P.01) of intervals without their total (G.01)")
                }
                continue
            }
            let joined = Key(device: key.device, start: key.start, isExport: false, isTotal: true)
            var reading =
                readings[joined]
                ?? ExactReading(
                    line: value.line,
                    device: key.device,
                    measuredAt: key.start,
                    intervalSeconds: value.seconds,
                    quality: value.quality
                )
            guard reading.intervalSeconds == value.seconds else {
                collector.add(
                    FileFault(line: value.line, "DTT: the two directions of an interval have the same length")
                )
                continue
            }
            if key.isExport { reading.exportEnergy = value.energy } else { reading.importEnergy = value.energy }
            // Both are one reading, worth what its worse part is.
            if value.quality.rank > reading.quality.rank { reading.quality = value.quality }
            reading.line = min(reading.line, value.line)
            readings[joined] = reading
        }
        for reading in readings.values { collector.add(reading) }
    }
}
