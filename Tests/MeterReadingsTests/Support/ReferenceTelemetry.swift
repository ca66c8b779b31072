import MeterReadings

/// Telemetry v1, read from a tree in the plainest way.
///
/// The twin of `TelemetryV1Parser`.
///
/// Where a record has several faults it holds all of their reasons; the decoder must name one of them.
struct ReferenceTelemetry {
    /// A reading, or the reasons for which it is refused.
    enum Reading {
        case taken(MeterReading)
        case refused(Set<RefusalReason>)
    }

    /// Why the record is refused; empty: it is not.
    private(set) var faults: Set<RefusalReason> = []
    /// Its readings.
    private(set) var readings: [Reading] = []
    private var deviceID: String?
    private let hubDeviceID: String?
    /// The length of the device's intervals in seconds; `nil` for registers.
    private let intervalSeconds: Int32?

    private static let ofMessages: Set = ["v", "device", "seq", "boot", "readings"]
    private static let ofReadings: Set = [
        "t", "q", "import_wh", "import_kwh", "import_t", "export_wh", "export_kwh", "export_t",
    ]
    private static let ofDeviceIDs = Set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+%_#*?!(),:;=@$'".utf8
    )
    private static let ofBoth: Set = ["kind", "interval_s"]

    /// Reads a body.
    init(_ body: [UInt8], hubDeviceID: String?, maxReadings: Int, profile: DeviceProfile = .init()) {
        self.hubDeviceID = hubDeviceID
        intervalSeconds = profile.kind == .register ? nil : profile.intervalSeconds ?? 900
        guard let tree = ReferenceJSON(body) else {
            faults = [.badJSON]
            return
        }
        switch tree {
        case .object(let members): message(members)
        case .array(let elements):
            if elements.isEmpty { faults.insert(.badSchema) }
            for element in elements {
                if case .object(let members) = element { message(members) } else { faults.insert(.badSchema) }
            }
        default: faults.insert(.badSchema)
        }
        if readings.count > maxReadings { faults.insert(.tooLarge) }
        // The JSON is judged before what it means.
        if faults.contains(.badJSON) { faults = [.badJSON] }
    }

    /// The known members that are not null.
    ///
    /// Notes repeated ones.
    private mutating func known(
        _ members: [(name: [UInt16], value: ReferenceJSON)],
        _ names: Set<String>
    ) -> [String: ReferenceJSON] {
        var known: [String: ReferenceJSON] = [:]
        for (units, value) in members {
            guard let name = String(validating: units, as: UTF16.self), names.contains(name) else { continue }
            if known.updateValue(value, forKey: name) != nil { faults.insert(.badJSON) }
        }
        return known.filter { $0.value != .null }
    }

    /// The content of a string that is used; `nil` if it is none.
    private mutating func text(_ value: ReferenceJSON) -> String? {
        guard case .string = value else { return nil }
        if value.text == nil { faults.insert(.badJSON) }
        return value.text
    }

    private func number(_ value: ReferenceJSON?, power: Int = 0) -> ReferenceDecimal? {
        guard case .number(let text) = value else { return nil }
        return ReferenceDecimal(text, power: power)
    }

    private mutating func message(_ members: [(name: [UInt16], value: ReferenceJSON)]) {
        let known = known(members, Self.ofMessages.union(Self.ofReadings).union(Self.ofBoth))
        if number(known["v"]) != ReferenceDecimal("1", power: 0) { faults.insert(.badSchema) }
        for name in ["seq", "boot"] {
            guard let value = known[name] else { continue }
            let count = number(value)
            if count?.magnitude == nil || count?.isWhole == false || count?.isNegative == true {
                faults.insert(.badSchema)
            }
        }
        if let device = known["device"] { note(device) }
        if let kind = known["kind"] {
            if let fault = fault(of: kind) { faults.insert(fault) }
        } else if intervalSeconds != nil {
            faults.insert(.wrongKind)
        }
        if let length = known["interval_s"] {
            if let fault = fault(ofLength: length) { faults.insert(fault) }
        } else if intervalSeconds != nil {
            faults.insert(.badSchema)
        }
        let inline = known.filter { Self.ofReadings.contains($0.key) }
        switch known["readings"] {
        case nil:
            if inline.isEmpty { faults.insert(.badSchema) } else { readings.append(reading(inline)) }
        case .array(let elements):
            if elements.isEmpty || !inline.isEmpty { faults.insert(.badSchema) }
            for element in elements {
                if case .object(let members) = element {
                    readings.append(reading(self.known(members, Self.ofReadings.union(Self.ofBoth))))
                } else {
                    readings.append(.refused([.badSchema]))
                }
            }
            if !inline.isEmpty { _ = reading(inline) }
        default:
            faults.insert(.badSchema)
            if !inline.isEmpty { _ = reading(inline) }
        }
    }

    private mutating func note(_ device: ReferenceJSON) {
        guard let name = text(device) else {
            faults.insert(.badSchema)
            return
        }
        if let hubDeviceID {
            if name != hubDeviceID { faults.insert(.deviceMismatch) }
        } else if !(1...128).contains(name.utf8.count) || !name.utf8.allSatisfy(Self.ofDeviceIDs.contains) {
            faults.insert(.badSchema)
        } else {
            if let deviceID, deviceID != name { faults.insert(.deviceMismatch) }
            deviceID = deviceID ?? name
        }
    }

    private mutating func fault(of kind: ReferenceJSON) -> RefusalReason? {
        switch text(kind) {
        case "register": intervalSeconds == nil ? nil : .wrongKind
        case "interval": intervalSeconds == nil ? .wrongKind : nil
        default: .badSchema
        }
    }

    private func fault(ofLength value: ReferenceJSON) -> RefusalReason? {
        guard let intervalSeconds else { return .wrongKind }
        guard let seconds = number(value), seconds.isWhole, !seconds.isNegative, let magnitude = seconds.magnitude
        else {
            return .badSchema
        }
        return magnitude == UInt64(intervalSeconds) ? nil : .wrongKind
    }

    /// Moves an interval's start to the nearest edge of its grid, if that is near enough.
    private func align(_ reading: inout MeterReading, _ faults: inout Set<RefusalReason>) {
        guard let intervalSeconds else { return }
        reading.intervalSeconds = intervalSeconds
        let length = Int64(intervalSeconds) * 1_000_000
        // Far from half a length, so that the rounding of a Double does not matter.
        let nearest = Int64((Double(reading.measuredAt) / Double(length)).rounded()) * length
        let distance = abs(reading.measuredAt - nearest)
        if distance > 30_000_000 {
            faults.insert(.timeUnaligned)
        } else if distance > 0 {
            reading.flags.insert(.snapped)
        }
        reading.measuredAt = nearest
    }

    private mutating func reading(_ known: [String: ReferenceJSON]) -> Reading {
        var faults: Set<RefusalReason> = []
        var reading = MeterReading(measuredAt: 0, importWh: nil, exportWh: nil)
        switch known["t"] {
        case let value? where text(value) != nil:
            let bytes = Array((text(value) ?? "").utf8)
            if let instant = UTCTime.parse(bytes.span) {
                reading.measuredAt = instant
            } else {
                faults.insert(UTCTime.parse((bytes + [0x5A]).span) == nil ? .badSchema : .timeNoZone)
            }
        case .number(let text)?:
            let milliseconds = ReferenceDecimal(text, power: 0)
            if !milliseconds.isWhole {
                faults.insert(.badSchema)
            } else if let magnitude = milliseconds.magnitude,
                magnitude <= (milliseconds.isNegative ? 62_167_219_200_000 : 253_402_300_799_999)
            {
                reading.measuredAt = Int64(magnitude) * (milliseconds.isNegative ? -1000 : 1000)
            } else {
                faults.insert(.outOfRange)
            }
        default: faults.insert(.badSchema)
        }
        if let value = known["q"] {
            if let letter = text(value), letter.utf8.count == 1,
                let quality = letter.utf8.first.flatMap(ReadingQuality.init)
            {
                reading.quality = quality
            } else {
                faults.insert(.badSchema)
            }
        }
        if let kind = known["kind"], let fault = fault(of: kind) { faults.insert(fault) }
        if let length = known["interval_s"], let fault = fault(ofLength: length) { faults.insert(fault) }
        align(&reading, &faults)
        reading.importWh = register(known, "import", &faults)
        reading.exportWh = register(known, "export", &faults)
        if !known.keys.contains(where: { $0.hasPrefix("import") || $0.hasPrefix("export") }) {
            faults.insert(.badSchema)
        }
        return faults.isEmpty ? .taken(reading) : .refused(faults)
    }

    private mutating func register(
        _ known: [String: ReferenceJSON],
        _ name: String,
        _ faults: inout Set<RefusalReason>
    ) -> Int64? {
        var sums: [Int64?] = []
        if let value = known["\(name)_wh"] { sums.append(energy(number(value), needsWhole: true, &faults)) }
        if let value = known["\(name)_kwh"] {
            if let text = text(value) {
                let isNumber = (try? /-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?/.wholeMatch(in: text)) != nil
                sums.append(energy(isNumber ? ReferenceDecimal(text, power: 3) : nil, needsWhole: false, &faults))
            } else {
                sums.append(energy(number(value, power: 3), needsWhole: false, &faults))
            }
        }
        if let value = known["\(name)_t"] {
            if case .array(let parts) = value, !parts.isEmpty {
                var sum: Int64 = 0
                for part in parts { sum += energy(number(part), needsWhole: true, &faults) ?? 0 }
                if sum > 1_000_000_000_000 { faults.insert(.outOfRange) }
                sums.append(sum)
            } else {
                faults.insert(.badSchema)
            }
        }
        if sums.count > 1 { faults.insert(.badSchema) }
        return sums.first ?? nil
    }

    private func energy(
        _ number: ReferenceDecimal?,
        needsWhole: Bool,
        _ faults: inout Set<RefusalReason>
    ) -> Int64? {
        guard let number else {
            faults.insert(.badSchema)
            return nil
        }
        if number.isNegative {
            faults.insert(.negativeValue)
        } else if let magnitude = number.magnitude, magnitude <= 1_000_000_000_000 {
            if needsWhole, !number.isWhole { faults.insert(.badSchema) }
            return Int64(magnitude)
        } else {
            faults.insert(.outOfRange)
        }
        return nil
    }
}
