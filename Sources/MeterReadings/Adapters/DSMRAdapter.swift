/// A P1 telegram (Dutch Smart Meter Requirements, and its kin in Belgium, Luxembourg, Sweden and elsewhere), as text.
///
/// Source: "P1 companion standard" 5.0.2, https://www.netbeheernederland.nl:
/// ```
/// /ISk5\2MT382-1000
///
/// 0-0:1.0.0(101209113020W)
/// 1-0:1.8.1(123456.789*kWh)
/// 1-0:1.8.2(123456.789*kWh)
/// 1-0:2.8.1(123456.789*kWh)
/// 1-0:2.8.2(123456.789*kWh)
/// !EF2F
/// ```
/// - Checksum: CRC-16/ARC from `/` to `!`, both included, in four hexadecimal digits. A telegram whose lines end in a lone line feed is
///   also tried with the carriage returns that a gateway may have dropped. A telegram without a checksum (before version 4) is refused:
///   nothing would notice a digit that the cable has changed.
/// - Registers, in kWh (another unit is `bad_unit`): `1.8.0` and `2.8.0`; where one is missing, the sum of its tariffs 1 to 4 that are there.
/// - Time: `0-0:1.0.0`, `YYMMDDhhmmssX`. S (summer) and W (winter) give the offset, with the registry's `time_zone`, or without one that of
///   Central Europe. Without the letter it is a time without a zone; without the line, the hub's.
/// - Several telegrams, one after another, are several readings.
enum DSMRAdapter {
    /// What one telegram says.
    private struct Telegram {
        var imports = TariffRegister()
        var exports = TariffRegister()
        var clock: ReadingDraft.Time?
        var draft: ReadingDraft
    }

    /// Reads a whole body.
    static func read(_ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        var index = 0
        skipSpace(body, &index)
        repeat {
            let begin = index
            let end = try checkedEnd(of: body, from: begin)
            try readTelegram(&payload, body, begin..<end)
            index = end + 5
            skipSpace(body, &index)
        } while index < body.count
        payload.resolveLocalTimes()
    }

    private static func skipSpace(_ body: Span<UInt8>, _ index: inout Int) {
        while index < body.count, body[index] == 0x0D || body[index] == 0x0A || body[index] == 0x20 { index += 1 }
    }

    /// Where the `!` of the telegram stands, once its checksum is known to be right.
    private static func checkedEnd(of body: Span<UInt8>, from begin: Int) throws(Refusal) -> Int {
        guard begin < body.count, body[begin] == UInt8(ascii: "/") else {
            throw Refusal(.badSchema, at: begin, "a telegram, which begins with /, is expected")
        }
        var asIs = CRC16()
        var withReturns = CRC16()
        var end = begin
        while end < body.count {
            let byte = body[end]
            if byte == 0x0A, body[end - 1] != 0x0D { withReturns.append(0x0D) }
            asIs.append(byte)
            withReturns.append(byte)
            if byte == UInt8(ascii: "!") { break }
            end += 1
        }
        guard end < body.count else { throw Refusal(.badSchema, at: end, "the telegram ends before its !") }
        var checksum: UInt32 = 0
        for place in end + 1..<end + 5 {
            guard place < body.count, let digit = JSONString.hexDigit(body[place]) else {
                throw Refusal(.badChecksum, at: end + 1, "four hexadecimal digits are expected after the !")
            }
            checksum = checksum << 4 | digit
        }
        guard checksum == asIs.value || checksum == withReturns.value else {
            throw Refusal(.badChecksum, at: end + 1, "the telegram's checksum does not match its text")
        }
        return end
    }

    private static func readTelegram(
        _ payload: inout Payload,
        _ body: Span<UInt8>,
        _ range: Range<Int>
    ) throws(Refusal) {
        var telegram = Telegram(draft: ReadingDraft(begin: range.lowerBound))
        var line = range.lowerBound
        for index in range where body[index] == 0x0A {
            readLine(&telegram, body, line..<index, payload.profile.zone)
            line = index + 1
        }
        readLine(&telegram, body, line..<range.upperBound, payload.profile.zone)
        var draft = telegram.draft
        draft.time = telegram.clock ?? ReadingDraft.Time.none
        draft.importWh = telegram.imports.wattHours("1-0:1.8.0", at: draft.begin, &draft)
        draft.exportWh = telegram.exports.wattHours("1-0:2.8.0", at: draft.begin, &draft)
        try payload.append(draft)
    }

    /// Reads a line: an OBIS code and a value in parentheses.
    ///
    /// Lines that are not known are passed over.
    private static func readLine(
        _ telegram: inout Telegram,
        _ body: Span<UInt8>,
        _ range: Range<Int>,
        _ zone: LocalZone?
    ) {
        let line = body.extracting(range)
        if line.begins(with: "0-0:1.0.0(") {
            let value = value(of: line, from: 10)
            let at = range.lowerBound + 10
            if telegram.clock != nil {
                telegram.draft.refuse(.badSchema, "0-0:1.0.0", at: at, "the time is there twice")
            }
            guard let clock = value.flatMap({ MeterClock(seasonLast: line.extracting($0)) }) else {
                telegram.draft.refuse(.badSchema, "0-0:1.0.0", at: at, "a time such as 101209113020W is expected")
                return
            }
            telegram.clock = clock.time(in: zone, field: "0-0:1.0.0", at: at)
        } else if line.begins(with: "1-0:1.8.") {
            readRegister(&telegram.imports, &telegram.draft, line, "1-0:1.8.0", at: range.lowerBound)
        } else if line.begins(with: "1-0:2.8.") {
            readRegister(&telegram.exports, &telegram.draft, line, "1-0:2.8.0", at: range.lowerBound)
        }
    }

    /// Reads what follows `1-0:1.8.`: the tariff's digit (0 is the total), and `(123456.789*kWh)`.
    private static func readRegister(
        _ register: inout TariffRegister,
        _ draft: inout ReadingDraft,
        _ line: Span<UInt8>,
        _ field: StaticString,
        at begin: Int
    ) {
        guard line.count > 10, line[9] == UInt8(ascii: "("), line[8] &- UInt8(ascii: "0") <= 4 else { return }
        let at = begin + 10
        guard let value = value(of: line, from: 10) else {
            draft.refuse(.badSchema, field, at: at, "a value in parentheses is expected")
            return
        }
        var index = value.lowerBound
        guard let number = DecimalText(line, at: &index, leadingZeros: true), !number.hasExponent else {
            draft.refuse(.badSchema, field, at: at, "a number such as 123456.789*kWh is expected")
            return
        }
        guard line.extracting(index..<value.upperBound).equals("*kWh") else {
            draft.refuse(.badUnit, field, at: begin + index, "the unit kWh is expected")
            return
        }
        let energy = draft.microWattHours(number.scaled(line, power: 9), field, at: at)
        if !register.take(energy ?? 0, tariff: Int(line[8] - UInt8(ascii: "0"))) {
            draft.refuse(.badSchema, field, at: begin, "the register is there twice")
        }
    }

    /// The range of the value that begins behind a parenthesis and goes to the one that closes it.
    private static func value(of line: Span<UInt8>, from begin: Int) -> Range<Int>? {
        for index in begin..<line.count where line[index] == UInt8(ascii: ")") { return begin..<index }
        return nil
    }
}
