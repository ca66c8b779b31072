public import MeterReadings

/// One reading of a file, with the place that it was found at.
public struct FileReading: Sendable, Equatable {
    /// The line, from 1.
    public var line: Int
    /// The device, as the hub names it.
    public var device: String
    /// What the file says of it; ``MeterReading/flags`` are empty.
    public var reading: MeterReading

    /// Makes one.
    public init(line: Int, device: String, reading: MeterReading) {
        self.line = line
        self.device = device
        self.reading = reading
    }
}
