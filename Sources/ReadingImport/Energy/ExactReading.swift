internal import MeterReadings

/// A reading as a file has it, before its energies become whole Wh.
struct ExactReading {
    var line: Int
    var device: String
    var measuredAt: Int64
    var intervalSeconds: Int32
    var importEnergy: ExactEnergy?
    var exportEnergy: ExactEnergy?
    var quality: ReadingQuality

    /// Whether it says the same as another of its device and time.
    func hasSameValues(as other: ExactReading) -> Bool {
        intervalSeconds == other.intervalSeconds && importEnergy == other.importEnergy
            && exportEnergy == other.exportEnergy
            && quality == other.quality
    }
}
