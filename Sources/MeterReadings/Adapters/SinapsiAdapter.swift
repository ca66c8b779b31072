/// Sinapsi Alfa, the user device (DU) for Italian second-generation meters.
///
/// Source: the messages that the device's cloud sends by MQTT, as in
/// https://github.com/eddie-energy/eddie (`SinapsiAlfaEntryJsonTest`):
/// ```json
/// [{"du":"DU12345678","pod":"IT00123456789A","data":[{"ts":"1757506202","1-0:1.7.0.255_3,0_2":"59"}]}]
/// ```
/// - Registers, in Wh: `1-0:1.8.0.255_3,0_2` and `1-0:2.8.0.255_3,0_2` (OBIS code, COSEM class 3, attribute 2). Numbers come as strings.
/// - Each element of `data` that has one is a reading. The others (power, every few seconds) are passed over.
/// - Time: `ts`, seconds since 1970; missing: the hub's.
enum SinapsiAdapter: JSONAdapter {
    static var takesArrays: Bool { true }

    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        guard payload.buffer.tree.kind(message) == .array else {
            try readDevice(message, &payload, body)
            return
        }
        var device = payload.buffer.tree.first(in: message)
        while device < payload.buffer.tree.end(of: message) {
            try readDevice(device, &payload, body)
            device = payload.buffer.tree.next(after: device)
        }
    }

    private static func readDevice(_ device: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        guard let data = try payload.member("data", of: device, body), payload.buffer.tree.kind(data) == .array else {
            let at = payload.buffer.tree.place(device)
            throw Refusal(.badSchema, field: "data", at: at, "an object with an array \"data\" is expected")
        }
        var entry = payload.buffer.tree.first(in: data)
        while entry < payload.buffer.tree.end(of: data) {
            try readEntry(entry, &payload, body)
            entry = payload.buffer.tree.next(after: entry)
        }
    }

    private static func readEntry(_ entry: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        var draft = ReadingDraft(begin: payload.buffer.tree.place(entry))
        draft.importWh = try payload.register(["1-0:1.8.0.255_3,0_2"], of: entry, .wattHours, &draft, body)
        draft.exportWh = try payload.register(["1-0:2.8.0.255_3,0_2"], of: entry, .wattHours, &draft, body)
        guard draft.importWh != nil || draft.exportWh != nil || draft.refusal != nil else { return }
        if let node = try payload.member("ts", of: entry, body) {
            draft.time = try payload.epochTime(node, "ts", &draft, body)
        }
        try payload.append(draft)
    }
}
