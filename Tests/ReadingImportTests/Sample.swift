import MeterReadings
import ReadingImport

/// Reads a file from a test's text.
func read(_ text: String, as format: ReadingFileFormat? = nil, names: DeviceNames = DeviceNames()) -> ReadingFile {
    let bytes = Array(text.utf8)
    return ReadingFile.read(bytes, as: format ?? .guess(bytes), names: names)
}

extension ReadingFile {
    /// The readings as lines of text.
    var lines: [String] {
        readings.map { found in
            let reading = found.reading
            let energies = [reading.importWh, reading.exportWh].map { $0.map { String($0) } ?? "-" }.joined(
                separator: " "
            )
            let quality = Character(UnicodeScalar(reading.quality.rawValue))
            let length = reading.intervalSeconds > 0 ? " \(reading.intervalSeconds)s" : ""
            return "\(found.device) \(UTCTime.format(reading.measuredAt)) \(energies) \(quality)\(length)"
        }
    }

    /// The faults as lines of text.
    var complaints: [String] { faults.map(\.description) }
}
