/// Times without a zone become instants, by nothing but the record and the registry:
///
/// 1. No zone in the registry: `time_no_zone`.
/// 2. A time that clocks of the zone never showed, because they were put forward: `bad_schema`. The reader's clock, or the registry,
///    is wrong; any instant would be a guess.
/// 3. A time of the hour that happens twice is the earlier one if the later one would lie after the record's enqueued time by more
///    than ``futureTolerance``, and the earlier one not before it by more than ``passDelay``: so the first pass is known while it
///    happens, and a clock that is far ahead in the second pass is not taken for the first.
/// 4. Else, if the times of the record never go back in the order of the body, and the registers never fall, that order may leave only one.
/// 5. Else `time_ambiguous`. Registers are cumulative: what such a reading would have told is in the next one.
extension Payload {
    /// How far a reading may lie after its record's enqueued time before that is taken as impossible; microseconds.
    static var futureTolerance: Int64 { 900 * UTCTime.second }

    /// How far a reading of the hour's first pass may lie before its record's enqueued time and still be known as that; microseconds.
    static var passDelay: Int64 { 2_400 * UTCTime.second }

    /// Settles all open times of the record.
    mutating func resolveLocalTimes() {
        guard !buffer.localTimes.isEmpty else { return }
        var isOpen = false
        for place in buffer.localTimes.indices {
            buffer.localTimes[place].instants = candidates(buffer.localTimes[place])
            if let range = buffer.localTimes[place].instants { isOpen = isOpen || range.lowerBound < range.upperBound }
        }
        if isOpen { narrowByOrder() }
        for time in buffer.localTimes {
            guard let range = time.instants else { continue }
            if range.lowerBound == range.upperBound {
                buffer.readings[time.reading].reading.measuredAt = range.lowerBound
                buffer.readings[time.reading].reading.flags.insert(.localTime)
            } else {
                refuse(
                    time,
                    .timeAmbiguous,
                    "daylight saving ends: this hour happens twice, and nothing says which one it is"
                )
            }
        }
    }

    /// The instants that a time can be by itself and the record's enqueued time; `nil` if it is refused.
    private mutating func candidates(_ time: LocalTime) -> ClosedRange<Int64>? {
        guard let zone = profile.zone else {
            refuse(time, .timeNoZone, "the time has no zone; set the device's time_zone in the registry")
            return nil
        }
        guard let range = zone.instants(ofCivil: time.civil) else {
            refuse(time, .badSchema, "daylight saving begins: clocks of the device's time_zone never showed this time")
            return nil
        }
        if range.lowerBound < range.upperBound, let enqueuedAt, range.upperBound - Self.futureTolerance > enqueuedAt,
            range.lowerBound + Self.passDelay >= enqueuedAt
        {
            return range.lowerBound...range.lowerBound
        }
        return range
    }

    private mutating func refuse(_ time: LocalTime, _ reason: RefusalReason, _ fault: StaticString) {
        buffer.readings[time.reading].refusal = Refusal(reason, field: time.field, at: time.byteOffset, fault)
    }

    /// Leaves of each time's instants those for which the times of the record never go back; all of them, if there is no such choice.
    private mutating func narrowByOrder() {
        guard !registersFall else { return }
        var earliest: [Int64] = []
        var last = Int64.min
        for time in buffer.localTimes {
            guard let range = time.instants else {
                earliest.append(last)
                continue
            }
            guard range.upperBound >= last else { return }
            last = range.lowerBound >= last ? range.lowerBound : range.upperBound
            earliest.append(last)
        }
        last = .max
        for place in buffer.localTimes.indices.reversed() {
            guard let range = buffer.localTimes[place].instants else { continue }
            last = range.upperBound <= last ? range.upperBound : range.lowerBound
            buffer.localTimes[place].instants = earliest[place]...max(earliest[place], last)
        }
    }

    /// Whether a register falls from one of the readings with open times to the next.
    private var registersFall: Bool {
        var before: MeterReading?
        for time in buffer.localTimes where time.instants != nil {
            let reading = buffer.readings[time.reading].reading
            if let before {
                if let now = reading.importWh, let then = before.importWh, now < then { return true }
                if let now = reading.exportWh, let then = before.exportWh, now < then { return true }
            }
            before = reading
        }
        return false
    }
}
