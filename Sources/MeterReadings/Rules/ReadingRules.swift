/// What a single reading may say, judged only by itself and the enqueued time of its record; never by the worker's clock, and
/// never by the device's other readings.
public struct ReadingRules: Sendable, Equatable {
    /// A reading later than its record's enqueued time by more than this is flagged ``ReadingFlags/aheadOfHub``; microseconds.
    public var futureFlag: Int64
    /// A reading later than its record's enqueued time by more than this is refused; microseconds.
    public var futureLimit: Int64
    /// A reading earlier than its record's enqueued time by more than this is flagged ``ReadingFlags/late``; microseconds.
    public var lateFlag: Int64
    /// A reading earlier than its record's enqueued time by more than this is refused; microseconds.
    public var ageLimit: Int64
    /// The largest register, in Wh.
    public var maximumWh: Int64

    /// Makes rules: by default a clock may be 120 s ahead unnoticed and 900 s at all, data 35 days late unnoticed and 60 days
    /// at all (Austrian market rules let values be corrected for so long), and a register holds up to 10^12 Wh.
    public init(
        futureFlag: Int64 = 120 * UTCTime.second,
        futureLimit: Int64 = 900 * UTCTime.second,
        lateFlag: Int64 = 35 * UTCTime.day,
        ageLimit: Int64 = 60 * UTCTime.day,
        maximumWh: Int64 = MeterReading.maximumWh
    ) {
        self.futureFlag = futureFlag
        self.futureLimit = futureLimit
        self.lateFlag = lateFlag
        self.ageLimit = ageLimit
        self.maximumWh = maximumWh
    }

    /// Refuses the reading, or sets the flags that its time earns.
    ///
    /// A limit itself is still within it.
    ///
    /// - Parameter enqueuedAt: when the hub took its record, in microseconds since 1970-01-01T00:00:00Z.
    public func judge(_ reading: inout MeterReading, enqueuedAt: Int64) -> Refusal? {
        if let refusal = judge(reading.importWh, "import") { return refusal }
        if let refusal = judge(reading.exportWh, "export") { return refusal }
        let (difference, overflows) = reading.measuredAt.subtractingReportingOverflow(enqueuedAt)
        // Two instants too far apart for Int64 are beyond any limit.
        let lead = overflows ? (enqueuedAt < 0 ? Int64.max : -Int64.max) : difference
        if lead > futureLimit {
            return Refusal(
                .timeFuture,
                field: "t",
                "the time lies too far after the time at which the hub got the record"
            )
        }
        if lead < -ageLimit {
            return Refusal(
                .timeTooOld,
                field: "t",
                "the time lies too far before the time at which the hub got the record"
            )
        }
        if lead > futureFlag { reading.flags.insert(.aheadOfHub) }
        if lead < -lateFlag { reading.flags.insert(.late) }
        return nil
    }

    private func judge(_ register: Int64?, _ field: StaticString) -> Refusal? {
        guard let register else { return nil }
        if register < 0 { return Refusal(.negativeValue, field: field, "a register is never below zero") }
        if register > maximumWh { return Refusal(.outOfRange, field: field, "the register is over the limit") }
        return nil
    }
}
