/// Shelly energy meters of the second generation and later (Pro 3EM, 3EM, Pro EM, EM): RPC notifications and status.
///
/// Sources: https://shelly-api-docs.shelly.cloud/gen2/ComponentsAndServices/EMData and …/EM1Data, and a Pro 3EM's message, sent every
/// full minute:
/// ```json
/// {"src":"shellypro3em-1234567890ab","dst":"…/events","method":"NotifyStatus","params":{"ts":1757060280.21,"emdata:0":{"id":0,
///  "a_total_act_energy":0.06,"c_total_act_energy":26289.44,"total_act":26289.57,"total_act_ret":131881.86}}}
/// ```
/// - Where: the components stand in `params` (`NotifyStatus`, `NotifyFullStatus`), in `result` (the answers to `Shelly.GetStatus`,
///   `EMData.GetStatus` and `EM1Data.GetStatus`), or are the message itself (the topic `status/emdata:0`).
/// - Registers, in Wh with two decimals: `emdata:0`, `total_act` and `total_act_ret`. (Not the sum of the phases: each is rounded by
///   itself.) Single-phase: `em1data:N`, `total_act_energy` and `total_act_ret_energy`, summed over the channels before they are floored.
/// - A channel by itself (`EM1Data.GetStatus`, `status/em1data:N`) is refused, unless the name in `src` is that of a model with one.
/// - The channels of a device are one meter here, so they have to be complete: 0, 1 … without a gap, and 3 of a 3EM, 2 of a Pro EM or EM
///   by the name in `src`. A Pro 3EM with the profile `monophase` notifies channel by channel; its status has all of them.
/// - Time: `ts`, seconds since 1970 with a fraction, else `sys.unixtime`, else the hub's.
/// - Not readings, and passed over: notifications about other components, and `NotifyEvent`, whose arrays (`"period":60`) hold the
///   energy of that minute, not a register. Summed up, every lost message would be lost energy; the registers carry it on.
/// - `EMData.ResetCounters` sets the registers to 0: settlement sees that as a break.
enum ShellyAdapter: JSONAdapter {
    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        let params = try payload.object("params", of: message, body)
        let result = try payload.object("result", of: message, body)
        let status = params ?? result ?? message
        var draft = ReadingDraft(begin: payload.buffer.tree.place(message))
        draft.time = try time(of: status, &payload, &draft, body)
        if let phases = try payload.object("emdata:0", of: status, body) {
            try readPhases(phases, &payload, &draft, body)
        } else if try payload.member("total_act", of: status, body) != nil {
            try readPhases(status, &payload, &draft, body)
        } else if let channels = try channels(of: status, message, &payload, &draft, body) {
            try readChannels(channels, &payload, &draft, body)
        } else if try isChannel(status, &payload, body) {
            try readSingleChannel(status, message, &payload, &draft, body)
        } else if params != nil {
            return
        }
        try payload.append(draft)
    }

    /// Three phases with totals.
    private static func readPhases(
        _ component: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) {
        draft.importWh = try payload.register(["total_act"], of: component, .wattHours, &draft, body)
        draft.exportWh = try payload.register(["total_act_ret"], of: component, .wattHours, &draft, body)
    }

    /// Single-phase channels, summed.
    ///
    /// A register counts only if all of them have it.
    private static func readChannels(
        _ channels: [Int],
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) {
        var imported = RegisterSum()
        var exported = RegisterSum()
        for channel in channels {
            if let node = try payload.member("total_act_energy", of: channel, body) {
                imported.add(try payload.energy(node, "total_act_energy", .wattHours, &draft, body) ?? 0)
            }
            if let node = try payload.member("total_act_ret_energy", of: channel, body) {
                exported.add(try payload.energy(node, "total_act_ret_energy", .wattHours, &draft, body) ?? 0)
            }
        }
        if imported.count % channels.count != 0 || exported.count % channels.count != 0 {
            draft.refuse(.badSchema, "em1data", at: draft.begin, "a channel lacks a register that others have")
        }
        draft.importWh = imported.wattHours("total_act_energy", at: draft.begin, &draft)
        draft.exportWh = exported.wattHours("total_act_ret_energy", at: draft.begin, &draft)
    }

    /// Whether an object has a register of a single-phase channel.
    private static func isChannel(
        _ object: Int,
        _ payload: inout Payload,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Bool {
        if try payload.member("total_act_energy", of: object, body) != nil { return true }
        return try payload.member("total_act_ret_energy", of: object, body) != nil
    }

    /// A channel by itself, which is the meter only if the sender's model has no other.
    private static func readSingleChannel(
        _ channel: Int,
        _ message: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) {
        guard try channelCount(message, &payload, body) == 1 else {
            draft.refuse(
                .badSchema,
                "em1data",
                at: draft.begin,
                "this is one channel, and the device may have others; send Shelly.GetStatus, or its notifications"
            )
            return
        }
        try readChannels([channel], &payload, &draft, body)
    }

    private static func time(
        of status: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> ReadingDraft.Time {
        if let node = try payload.member("ts", of: status, body) {
            return try payload.epochTime(node, "ts", &draft, body)
        }
        guard let system = try payload.object("sys", of: status, body),
            let node = try payload.member("unixtime", of: system, body)
        else { return .none }
        return try payload.epochTime(node, "unixtime", &draft, body)
    }

    /// The nodes of the channels, all of which have to be there; `nil` if none is.
    private static func channels(
        of status: Int,
        _ message: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> [Int]? {
        let names: [StaticString] = ["em1data:0", "em1data:1", "em1data:2"]
        var channels: [Int] = []
        var hasGap = false
        for (place, name) in names.enumerated() {
            guard let channel = try payload.object(name, of: status, body) else { continue }
            hasGap = hasGap || channels.count < place
            channels.append(channel)
        }
        guard !channels.isEmpty else { return nil }
        let count = try channelCount(message, &payload, body) ?? channels.count
        if hasGap || count != channels.count {
            draft.refuse(
                .badSchema,
                "em1data",
                at: payload.buffer.tree.place(channels[0]),
                "not all channels of the device are here; set its profile to triphase, or send Shelly.GetStatus"
            )
        }
        return channels
    }

    /// How many single-phase channels the sender has, by its model's name; `nil` if that does not say.
    private static func channelCount(
        _ message: Int,
        _ payload: inout Payload,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int? {
        guard let source = try payload.member("src", of: message, body) else { return nil }
        let count = try payload.buffer.tree.withString(source, body) { name -> Int? in
            if name.begins(with: "shellypro3em") || name.begins(with: "shelly3em") { return 3 }
            if name.begins(with: "shellyproem") || name.begins(with: "shellyemg3") { return 2 }
            if name.begins(with: "shellyemminig4") { return 1 }
            return nil
        }
        return count ?? nil
    }
}
