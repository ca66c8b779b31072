/// The members that telemetry v1 knows.
///
/// All others are passed over.
enum TelemetryMember: UInt8, CaseIterable {
    case version, device, sequence, boot, readings
    case kind, intervalSeconds
    case time, quality, importWh, importKwh, importTariffs, exportWh, exportKwh, exportTariffs

    /// How it is spelled in JSON.
    var spelling: StaticString {
        switch self {
        case .version: "v"
        case .device: "device"
        case .sequence: "seq"
        case .boot: "boot"
        case .readings: "readings"
        case .kind: "kind"
        case .intervalSeconds: "interval_s"
        case .time: "t"
        case .quality: "q"
        case .importWh: "import_wh"
        case .importKwh: "import_kwh"
        case .importTariffs: "import_t"
        case .exportWh: "export_wh"
        case .exportKwh: "export_kwh"
        case .exportTariffs: "export_t"
        }
    }

    /// Whether it belongs to a message; `readings` never hold it.
    var isOfMessage: Bool { rawValue <= Self.readings.rawValue }
    /// Whether it belongs to a reading, and so makes a message that has it a reading of its own.
    var isOfReading: Bool { rawValue >= Self.time.rawValue }
    /// Whether it says something about the export register.
    var isOfExport: Bool { rawValue >= Self.exportWh.rawValue }

    /// Finds the member of this name.
    init?(_ name: Span<UInt8>) {
        guard name.count > 0 else { return nil }
        // Length and first letter leave one candidate.
        let candidate: TelemetryMember
        switch (name.count, name[0]) {
        case (1, UInt8(ascii: "t")): candidate = .time
        case (1, UInt8(ascii: "q")): candidate = .quality
        case (1, UInt8(ascii: "v")): candidate = .version
        case (3, UInt8(ascii: "s")): candidate = .sequence
        case (4, UInt8(ascii: "b")): candidate = .boot
        case (4, UInt8(ascii: "k")): candidate = .kind
        case (6, UInt8(ascii: "d")): candidate = .device
        case (8, UInt8(ascii: "r")): candidate = .readings
        case (8, UInt8(ascii: "i")): candidate = .importTariffs
        case (8, UInt8(ascii: "e")): candidate = .exportTariffs
        case (9, UInt8(ascii: "i")): candidate = .importWh
        case (9, UInt8(ascii: "e")): candidate = .exportWh
        case (10, UInt8(ascii: "i")): candidate = name[1] == UInt8(ascii: "m") ? .importKwh : .intervalSeconds
        case (10, UInt8(ascii: "e")): candidate = .exportKwh
        default: return nil
        }
        guard name.equals(candidate.spelling) else { return nil }
        self = candidate
    }
}
