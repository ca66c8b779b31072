internal import MeterReadings

/// What a file of readings says, and all that is wrong with it.
public struct ReadingFile: Sendable, Equatable {
    /// The readings without a fault, by device and time; each device and time once.
    public var readings: [FileReading] = []
    /// What is wrong, in the order of the file; the first ones, see ``faultLimit``.
    public var faults: [FileFault] = []
    /// How many faults there are in all.
    public var faultCount = 0
    /// What was passed over on purpose, and how often: channels that are no energy, say.
    public var passedOver: [String: Int] = [:]

    /// How many faults are kept: enough to mend a file by, and no file can fill the memory with them.
    public static let faultLimit = 1000

    /// Reads a whole file.
    ///
    /// Energies are read as exact decimals and come out in whole Wh: see ``WholeWattHours``.
    public static func read(_ bytes: [UInt8], as format: ReadingFileFormat, names: DeviceNames = DeviceNames())
        -> ReadingFile
    {
        var collector = ReadingCollector(names: names)
        switch format {
        case .csv: CSVReadings.read(bytes, into: &collector)
        case .nem12: NEM12Readings.read(bytes, into: &collector)
        case .eda: EDAReadings.read(bytes, into: &collector)
        }
        return collector.finish()
    }

    mutating func add(_ fault: FileFault) {
        faultCount += 1
        if faults.count < Self.faultLimit { faults.append(fault) }
    }
}
