internal import MeterReadings
internal import ReadingImport

/// What the registry, and the time, say of a reading by hand.
///
/// As for telemetry, but for its age: history may be as old as what is not sealed.
struct ImportRules {
    /// A clock that is ahead may be as much ahead as a reader's.
    private static let futureLimit = ReadingRules().futureLimit

    var devices: [String: HandSession.Device]
    /// The present, in microseconds since 1970-01-01T00:00:00Z.
    var now: Int64
    /// Before it intervals are sealed.
    var sealedUntil: Int64

    /// The reading as its meter can report it; or why not, as a sentence.
    func judge(_ found: FileReading) -> Result<(MeterReading, deviceID: Int32), FileFault> {
        var reading = found.reading
        func refused(_ message: String) -> Result<(MeterReading, deviceID: Int32), FileFault> {
            .failure(FileFault(line: found.line, message))
        }
        guard let device = devices[found.device] else {
            return refused(
                "the registry has no device \(found.device): add it with registry apply, or name it with --device or --map"
            )
        }
        guard reading.intervalSeconds == device.intervalSeconds else {
            return refused(
                "\(found.device) reports \(Self.kind(device.intervalSeconds)), not \(Self.kind(reading.intervalSeconds))"
            )
        }
        guard let registers = MeterRegisters(rawValue: device.registers) else {
            return refused("this version does not know the registers of \(found.device)")
        }
        if let refusal = registers.apply(to: &reading) { return refused(refusal.sentence) }
        let energies = [reading.importWh, reading.exportWh].compactMap { $0 }
        guard energies.allSatisfy({ (0...MeterReading.maximumWh).contains($0) }) else {
            return refused("an energy is from 0 to 10^12 Wh")
        }
        let grid = Int64(reading.intervalSeconds) * UTCTime.second
        guard grid == 0 || reading.measuredAt % grid == 0 else {
            return refused("an interval begins on the grid of its length")
        }
        let end = reading.measuredAt.addingReportingOverflow(grid)
        guard !end.overflow, end.partialValue <= now + Self.futureLimit else {
            return refused("the time lies in the future")
        }
        guard reading.measuredAt >= Self.earliest else { return refused("the time lies before the year 1970") }
        guard reading.measuredAt >= sealedUntil else {
            return refused(
                "retention has dropped the readings up to \(UTCTime.format(sealedUntil)): what was settled there is sealed"
            )
        }
        reading.flags.insert(.imported)
        return .success((reading, device.id))
    }

    /// No meter reported anything before it; and partitions are made for whatever is not refused.
    private static let earliest: Int64 = 0

    private static func kind(_ seconds: Int32) -> String {
        seconds == 0 ? "registers" : "intervals of \(seconds) s"
    }
}
