internal import MeterReadings

/// Gathers what a format's reader finds: readings, faults, what was passed over.
struct ReadingCollector {
    /// Which names the hub has for the file's.
    let names: DeviceNames
    private var readings: [ExactReading] = []
    private(set) var file = ReadingFile()

    init(names: DeviceNames) { self.names = names }

    /// Takes a reading without a fault.
    mutating func add(_ reading: ExactReading) { readings.append(reading) }

    /// Takes a fault.
    mutating func add(_ fault: FileFault) { file.add(fault) }

    /// Counts something that is left out on purpose.
    mutating func passOver(_ what: String, count: Int = 1) { file.passedOver[what, default: 0] += count }

    /// The hub's name of a meter; a fault, and `nil`, if nothing says it.
    mutating func device(_ fileName: String, line: Int, column: Int) -> String? {
        guard let name = names.hubName(of: fileName) else {
            add(
                FileFault(
                    line: line,
                    column: column,
                    "no device is named here; --device names one for all that name none"
                )
            )
            return nil
        }
        guard name.utf8.count <= 128 else {
            add(FileFault(line: line, column: column, "a device's name has 1 to 128 bytes"))
            return nil
        }
        return name
    }

    /// Joins what belongs to one device and time, and makes energies whole.
    mutating func finish() -> ReadingFile {
        // A stable order, so that of two that contradict each other the later in the file is at fault.
        readings.sort { ($0.device, $0.measuredAt, $0.line) < ($1.device, $1.measuredAt, $1.line) }
        var whole = WholeWattHours()
        var previous: ExactReading?
        for reading in readings {
            if let previous, previous.device == reading.device, previous.measuredAt == reading.measuredAt {
                if previous.hasSameValues(as: reading) {
                    passOver("readings that the file repeats")
                } else {
                    add(
                        FileFault(
                            line: reading.line,
                            "the file has other values for \(reading.device) at \(UTCTime.format(reading.measuredAt)) in line \(previous.line)"
                        )
                    )
                }
                continue
            }
            previous = reading
            file.readings.append(whole.reading(reading))
        }
        file.faults.sort { ($0.line, $0.column) < ($1.line, $1.column) }
        return file
    }
}
