/// The Wi-Fi adapter for Austrian smart meters that the grid operators' association Österreichs Energie has specified.
///
/// Source: https://oesterreichsenergie.at/smart-meter/technische-leitfaeden, and a message:
/// ```json
/// {"0-0:96.1.0":{"value":"90296857"},"1-0:1.8.0":{"value":83402,"time":1697622940},"1-0:1.7.0":{"value":43,"time":1697622940},
///  "api_version":"v1","name":"90296857","sma_time":2360.4}
/// ```
/// - Registers, in Wh: `1-0:1.8.0` and `1-0:2.8.0`; where one is missing, the sum of its tariffs `1-0:1.8.1` and `1-0:1.8.2` (`2.8.…`).
/// - Time: each value has its own `time`, seconds since 1970; 0 means unknown. The reading has the latest time of the registers that the
///   device has: by then, each of them was known. They come from one frame of the meter; more than 60 s apart they are no single reading,
///   and refused. None has a time: the hub's. (`sma_time` is how long the adapter has been running.)
enum OesterreichsEnergieAdapter: JSONAdapter {
    /// How far apart the registers of one reading may be, in microseconds.
    private static let largestSpan: Int64 = 60 * UTCTime.second

    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        var draft = ReadingDraft(begin: payload.buffer.tree.place(message))
        var times: ClosedRange<Int64>?
        if payload.profile.registers != .export {
            let names: [StaticString] = ["1-0:1.8.0", "1-0:1.8.1", "1-0:1.8.2"]
            draft.importWh = try register(names, of: message, &payload, &draft, &times, body)
        }
        if payload.profile.registers != .import {
            let names: [StaticString] = ["1-0:2.8.0", "1-0:2.8.1", "1-0:2.8.2"]
            draft.exportWh = try register(names, of: message, &payload, &draft, &times, body)
        }
        if let times {
            draft.time = .instant(times.upperBound)
            if times.upperBound - times.lowerBound > largestSpan {
                draft.refuse(.badSchema, "time", at: draft.begin, "the registers are from times over 60 s apart")
            }
        }
        try payload.append(draft)
    }

    /// The total, which is the first name, or else the sum of the others; and the times of what was taken.
    private static func register(
        _ names: [StaticString],
        of message: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ times: inout ClosedRange<Int64>?,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        var sum = RegisterSum()
        for (place, name) in names.enumerated() {
            guard let register = try payload.object(name, of: message, body),
                let value = try payload.member("value", of: register, body)
            else { continue }
            if let energy = try payload.energy(value, name, .wattHours, &draft, body) { sum.add(energy) }
            if let node = try payload.member("time", of: register, body),
                let time = try payload.epochSeconds(node, name, &draft, body), time > 0
            {
                times = min(times?.lowerBound ?? time, time)...max(times?.upperBound ?? time, time)
            }
            if place == 0 { break }
        }
        return sum.wattHours(names[0], at: draft.begin, &draft)
    }
}
