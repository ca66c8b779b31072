/// Tasmota with a Smart Meter Interface script (an infrared head on an SML or D0 meter): `tele/…/SENSOR`, or `StatusSNS` as the command
/// `Status 8` or `Status 10` answers.
///
/// Source: https://tasmota.github.io/docs/Smart-Meter-Interface/, and an answer:
/// ```json
/// {"StatusSNS":{"Time":"2022-07-07T13:01:11","SML":{"Total_in":34507.4761,"Total_out":14737.1422,"Power_curr":-894,
///  "Meter_number":"0901454d48000000000"}}}
/// ```
/// - Registers, in kWh, usually with four decimals. The script names them, and the object that they are in (`SML`, `MT175`, `DTZ` …). Known:
///   `Total_in`, `total_in`, `E_in`, `1_8_0` for import, `Total_out`, `total_out`, `E_out`, `2_8_0` for export; in any one object, each
///   register once. The script has to give kWh (`@1000` in its line of the register).
/// - Time: `Epoch`, seconds since 1970, if the reader sends it; else `Time`, what the reader's clock shows, without a zone: the registry's
///   `time_zone` makes an instant of it, flagged ``ReadingFlags/localTime`` (see ``Payload/resolveLocalTimes()``). Numbers in `Time` are
///   seconds since 1970.
/// - After a restart, readers send zeros until the meter's first telegram. A reading whose registers are all 0 has the quality
///   ``ReadingQuality/missing``: it is kept, and takes no part.
enum TasmotaSMLAdapter: JSONAdapter {
    private static let importNames: [StaticString] = ["Total_in", "total_in", "E_in", "1_8_0"]
    private static let exportNames: [StaticString] = ["Total_out", "total_out", "E_out", "2_8_0"]

    static func read(_ message: Int, _ payload: inout Payload, _ body: Span<UInt8>) throws(Refusal) {
        let status = try payload.object("StatusSNS", of: message, body) ?? message
        var draft = ReadingDraft(begin: payload.buffer.tree.place(message))
        draft.time = try time(of: status, &payload, &draft, body)
        var sensor = payload.buffer.tree.first(in: status)
        while sensor < payload.buffer.tree.end(of: status) {
            if payload.buffer.tree.kind(sensor) == .object {
                let imported = try register(importNames, of: sensor, &payload, &draft, body)
                let exported = try register(exportNames, of: sensor, &payload, &draft, body)
                if imported != nil && draft.importWh != nil || exported != nil && draft.exportWh != nil {
                    let at = payload.buffer.tree.place(sensor)
                    draft.refuse(.badSchema, at: at, "the registers of two meters are here; one device has one meter")
                }
                draft.importWh = imported ?? draft.importWh
                draft.exportWh = exported ?? draft.exportWh
            }
            sensor = payload.buffer.tree.next(after: sensor)
        }
        if isZero(draft.importWh, draft.exportWh, payload.profile.registers) { draft.quality = .missing }
        try payload.append(draft)
    }

    /// A register by any of its names, in Wh.
    private static func register(
        _ names: [StaticString],
        of sensor: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> Int64? {
        var register: Int64?
        for name in names {
            guard let node = try payload.member(name, of: sensor, body) else { continue }
            if register != nil {
                let at = payload.buffer.tree.place(node)
                draft.refuse(.badSchema, name, at: at, "the register is given twice, by different names")
            }
            register = try payload.energy(node, name, .kilowattHours, &draft, body).map { $0 / 1_000_000 }
        }
        return register
    }

    /// Whether all registers that the meter has are there and 0.
    private static func isZero(_ importWh: Int64?, _ exportWh: Int64?, _ registers: MeterRegisters) -> Bool {
        switch registers {
        case .both: importWh == 0 && exportWh == 0
        case .import: importWh == 0
        case .export: exportWh == 0
        }
    }

    private static func time(
        of status: Int,
        _ payload: inout Payload,
        _ draft: inout ReadingDraft,
        _ body: Span<UInt8>
    ) throws(Refusal) -> ReadingDraft.Time {
        if let node = try payload.member("Epoch", of: status, body) {
            return try payload.epochTime(node, "Epoch", &draft, body)
        }
        guard let node = try payload.member("Time", of: status, body) else { return .none }
        guard payload.buffer.tree.kind(node) == .string else {
            return try payload.epochTime(node, "Time", &draft, body)
        }
        return try payload.wallClock(node, "Time", &draft, body)
    }
}
