/// Linky and older French meters: their customer output (télé-information client, TIC), as teleinfo2mqtt and others publish it.
///
/// Sources: Enedis-NOI-CPT_54E (the labels), https://github.com/fmartinou/teleinfo2mqtt (the JSON):
/// ```json
/// {"DATE":{"raw":"","value":"","timestamp":{"dst":"summer","date":"2025-04-14T12:54:38.000Z"}},
///  "EAST":{"raw":"032507388","value":32507388},"EAIT":{"raw":"000001206","value":1206}}
/// ```
/// - Registers, in Wh: import `EAST`; in the historic mode `BASE`, else `HCHC` + `HCHP`, else `EJPHN` + `EJPHPM`, else the six of Tempo
///   (`BBRHCJB` …); of a sum all have to be there. Export: `EAIT`. A label holds an object with `value` (or `raw`), or the value itself.
/// - Nine digits: a register goes on at 0 after 10^9 Wh; the registry's `register_digits: 6` (of kWh) says so.
/// - Time: `DATE`. Its `date` ends in Z, but is **not** UTC: the program writes down what the meter's clock shows and appends the Z. `dst`
///   says which offset to take off: that of the registry's `time_zone`, or without one that of France, 2 h in summer, 1 h in winter. A
///   `date` with another offset is taken at its word. The meter's own form, `"E250414125438"` (E: summer, H: winter), is known too.
/// - No `DATE`, as in the historic mode: the hub's time.
enum LinkyAdapter: JSONAdapter {
    private static let imports: [[StaticString]] = [
        ["EAST"], ["BASE"], ["HCHC", "HCHP"], ["EJPHN", "EJPHPM"],
        ["BBRHCJB", "BBRHPJB", "BBRHCJW", "BBRHPJW", "BBRHCJR", "BBRHPJR"],
    ]

    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        var draft = ReadingDraft(begin: payload.buffer.tree.place(message))
        draft.time = try time(of: message, &payload, &draft, body)
        for labels in imports {
            guard let register = try register(labels, of: message, &payload, &draft, body) else { continue }
            draft.importWh = register
            break
        }
        draft.exportWh = try register(["EAIT"], of: message, &payload, &draft, body)
        try payload.append(draft)
    }

    /// The sum of these labels; `nil` if none is there.
    private static func register(
        _ labels: [StaticString],
        of message: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        var sum = RegisterSum()
        for label in labels {
            guard let node = try value(label, of: message, &payload, body) else { continue }
            sum.add(try payload.energy(node, label, .wattHours, &draft, body) ?? 0)
        }
        if sum.count > 0, sum.count < labels.count {
            draft.refuse(.badSchema, labels[0], at: draft.begin, "one of the meter's tariffs is missing")
        }
        return sum.wattHours(labels[0], at: draft.begin, &draft)
    }

    /// A label's value: of an object `value`, or `raw` where that is not a number.
    private static func value(
        _ label: StaticString,
        of message: Int,
        _ payload: inout Payload,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int? {
        guard let node = try payload.member(label, of: message, body) else { return nil }
        guard payload.buffer.tree.kind(node) == .object else { return node }
        if let value = try payload.member("value", of: node, body), payload.buffer.tree.kind(value) == .number {
            return value
        }
        return try payload.member("raw", of: node, body) ?? node
    }

    private static func time(
        of message: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> ReadingDraft.Time {
        guard let node = try payload.member("DATE", of: message, body) else { return .none }
        let at = payload.buffer.tree.place(node)
        guard payload.buffer.tree.kind(node) == .object else {
            let clock = try payload.buffer.tree.withString(node, body) { text in MeterClock(seasonFirst: text) } ?? nil
            return clock?.time(in: payload.profile.zone) ?? refuse(&draft, at)
        }
        guard let timestamp = try payload.object("timestamp", of: node, body),
            let date = try payload.member("date", of: timestamp, body),
            let season = try payload.member("dst", of: timestamp, body)
        else { return refuse(&draft, at) }
        let isSummer = try payload.buffer.tree.withString(season, body) { word -> Bool? in
            word.equals("summer") ? true : word.equals("winter") ? false : nil
        }
        let clock = try payload.buffer.tree.withString(date, body) { text in try? UTCTime.readCivil(text) }
        guard let isSummer = isSummer ?? nil, let clock = clock ?? nil else { return refuse(&draft, at) }
        if let minutes = clock.offsetMinutes, minutes != 0 {
            return .instant(clock.civil - Int64(minutes * 60) * UTCTime.second)
        }
        return MeterClock(civil: clock.civil, season: isSummer ? .summer : .winter).time(in: payload.profile.zone)
    }

    private static func refuse(_ draft: inout ReadingDraft, _ at: Int) -> ReadingDraft.Time {
        draft.refuse(.badSchema, "DATE", at: at, "the meter's date with its season is expected")
        return .none
    }
}
