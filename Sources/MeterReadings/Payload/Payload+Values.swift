/// What adapters look up in a message. Names that are known must not be there twice; `null` is as if the member were not there.
extension Payload {
    /// A member's node.
    mutating func member(_ name: StaticString, of object: Int, _ body: Span<UInt8>) throws(Refusal) -> Int? {
        try buffer.tree.member(name, of: object, body)
    }

    /// A member's node, if it is an object.
    mutating func object(_ name: StaticString, of object: Int, _ body: Span<UInt8>) throws(Refusal) -> Int? {
        guard let node = try member(name, of: object, body), buffer.tree.kind(node) == .object else { return nil }
        return node
    }

    /// A register in millionths of a watt-hour, from a number or a string that is one; `nil` if that refuses the reading.
    mutating func energy(
        _ node: Int,
        _ field: StaticString,
        _ unit: EnergyUnit,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        let at = buffer.tree.place(node)
        guard let number = try buffer.tree.number(node, power: unit.power + 6, body) else {
            draft.refuse(.badSchema, field, at: at, "a number is expected")
            return nil
        }
        return draft.microWattHours(number, field, at: at)
    }

    /// A register in Wh, floored: the sum of those of its parts that are there; `nil` if none is, or if they refuse the reading.
    mutating func register(
        _ parts: [StaticString],
        of object: Int,
        _ unit: EnergyUnit,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        var sum = RegisterSum()
        for part in parts {
            guard let node = try member(part, of: object, body) else { continue }
            if let energy = try energy(node, part, unit, &draft, body) { sum.add(energy) }
        }
        return sum.wattHours(parts.first ?? "", at: buffer.tree.place(object), &draft)
    }

    /// A register in Wh, floored: the total, or where that is missing the sum of those of its parts that are there.
    mutating func register(
        _ total: StaticString,
        orSumOf parts: [StaticString],
        of object: Int,
        _ unit: EnergyUnit,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        guard let node = try member(total, of: object, body) else {
            return try register(parts, of: object, unit, &draft, body)
        }
        return try energy(node, total, unit, &draft, body).map { $0 / 1_000_000 }
    }

    /// Seconds since 1970, a number or a string that is one, as microseconds, floored; `nil` if that refuses the reading.
    mutating func epochSeconds(
        _ node: Int,
        _ field: StaticString,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        let at = buffer.tree.place(node)
        guard let number = try buffer.tree.number(node, power: 6, body), !number.isNegative else {
            draft.refuse(.badSchema, field, at: at, "seconds since 1970 are expected")
            return nil
        }
        guard let magnitude = number.magnitude, magnitude < 253_402_300_800_000_000 else {
            draft.refuse(.outOfRange, field, at: at, "the time lies after the year 9999")
            return nil
        }
        return Int64(magnitude)
    }

    /// The time that ``epochSeconds(_:_:_:_:)`` says; a time that refuses the reading is none.
    mutating func epochTime(
        _ node: Int,
        _ field: StaticString,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> ReadingDraft.Time {
        try epochSeconds(node, field, &draft, body).map { .instant($0) } ?? .none
    }

    /// A time by RFC 3339, an instant if it says its zone; a time that refuses the reading is none.
    mutating func wallClock(
        _ node: Int,
        _ field: StaticString,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> ReadingDraft.Time {
        let at = buffer.tree.place(node)
        let result = try buffer.tree.withString(node, body) { text -> Result<ReadingDraft.Time, UTCTimeFault> in
            do throws(UTCTimeFault) {
                let (civil, offset) = try UTCTime.readCivil(text)
                guard let offset else { return .success(.civil(civil, field: field, at: at)) }
                return .success(.instant(civil - Int64(offset * 60) * UTCTime.second))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .success(let time)?: return time
        case .failure(let fault)?: draft.refuse(.badSchema, field, at: at, fault.sentence)
        case nil: draft.refuse(.badSchema, field, at: at, "a time as a string is expected")
        }
        return .none
    }
}
