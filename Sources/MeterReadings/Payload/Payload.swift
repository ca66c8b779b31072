/// One record's payload while an adapter reads it: the JSON taken apart, what the registry says, and the readings so far.
///
/// What is wrong with the body as a whole (its JSON, its checksum, its size) refuses the record. What is wrong with one message or one
/// value refuses that reading alone.
struct Payload {
    /// What the registry says about the device.
    let profile: DeviceProfile
    /// When the hub took the record, in microseconds since 1970-01-01T00:00:00Z.
    let enqueuedAt: Int64?
    /// The most readings of a record.
    let maxReadings: Int
    /// The memory that the decoder keeps.
    var buffer: RecordBuffer

    /// Reads a body of JSON: a message, or an array of them.
    mutating func read<Adapter: JSONAdapter>(_ body: Span<UInt8>, as adapter: Adapter.Type) throws(Refusal) {
        try buffer.tree.parse(body)
        if buffer.tree.kind(0) == .array, !adapter.takesArrays {
            var message = buffer.tree.first(in: 0)
            guard message < buffer.tree.end(of: 0) else {
                throw Refusal(.badSchema, at: buffer.tree.place(0), "the array has no message")
            }
            while message < buffer.tree.end(of: 0) {
                try read(message, body, as: adapter)
                message = buffer.tree.next(after: message)
            }
        } else {
            try read(0, body, as: adapter)
        }
        resolveLocalTimes()
    }

    private mutating func read<Adapter: JSONAdapter>(
        _ message: Int,
        _ body: Span<UInt8>,
        as adapter: Adapter.Type
    ) throws(Refusal) {
        let kind = buffer.tree.kind(message)
        guard kind == .object || (kind == .array && adapter.takesArrays) else {
            let at = buffer.tree.place(message)
            throw Refusal(.badSchema, at: at, "a message, which is an object, is expected")
        }
        try adapter.read(message, &self, body)
    }

    /// Adds a reading to the record's.
    ///
    /// Without a time of its own it takes the hub's, flagged; a time without a zone waits for ``resolveLocalTimes()``.
    ///
    /// - Throws: `too_large` if there are too many.
    mutating func append(_ draft: ReadingDraft) throws(Refusal) {
        guard buffer.readings.count < maxReadings else {
            throw Refusal(.tooLarge, at: draft.begin, "there are more readings than the limit allows")
        }
        var draft = draft
        var reading = MeterReading(
            measuredAt: 0,
            importWh: draft.importWh,
            exportWh: draft.exportWh,
            quality: draft.quality
        )
        if draft.importWh == nil, draft.exportWh == nil {
            draft.refuse(.badSchema, at: draft.begin, "the message has neither an import nor an export register")
        }
        switch draft.time {
        case .instant(let instant): reading.measuredAt = instant
        case .civil(let civil, let field, let at):
            if draft.refusal == nil {
                let index = buffer.readings.count
                buffer.localTimes.append(LocalTime(reading: index, civil: civil, field: field, byteOffset: at))
            }
        case .none:
            if let enqueuedAt {
                reading.measuredAt = enqueuedAt
                reading.flags.insert(.hubTime)
            } else {
                draft.refuse(
                    .badSchema,
                    at: draft.begin,
                    "the message has no time, and nothing says when the hub took the record"
                )
            }
        }
        buffer.readings.append(DecodedReading(reading: reading, refusal: draft.refusal))
    }
}
