/// What goes wrong on purpose: `duplicates=1%,shuffle=30m,reset=home05@2016-08-03T12:00:00Z`.
///
/// Shares are of the records that would be sent without faults, in parts per million.
struct InjectedFaults: Sendable, Equatable {
    /// Records that are sent twice.
    var duplicatesPerMillion = 0
    /// How long a record may be on its way, in microseconds: each takes a random part of it.
    ///
    /// 0: none is delayed.
    var shuffleWindow: Int64 = 0
    /// Records that are followed by one with other values for the same times.
    var conflictsPerMillion = 0
    /// Records of which a copy comes whose body breaks off in the middle.
    var badJSONPerMillion = 0
    /// Records of which a copy comes from a device that no registry knows.
    var unknownDevicePerMillion = 0
    /// Records that are followed by one with a reading dated a day ahead.
    var futurePerMillion = 0
    /// Records that are never sent.
    var dropPerMillion = 0
    /// Records that arrive later by ``lateDelay``.
    var latePerMillion = 0
    /// In microseconds.
    var lateDelay: Int64 = 0
    /// What single meters do wrong.
    var meters: [MeterFault] = []

    /// The names of all faults, as the option takes them.
    static let names =
        ["duplicates", "shuffle", "conflicts", "bad-json", "unknown-device", "future", "drop", "late"]
        + MeterFault.Kind.allCases.map(\.rawValue)

    /// No fault.
    init() {}

    /// Reads the option's text.
    ///
    /// - Throws: what is wrong with it.
    init(_ text: String) throws(ValueFault) {
        var seen: Set<String> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let pieces = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard pieces.count == 2 else {
                throw ValueFault("\(part) is not a fault such as duplicates=1% or shuffle=30m")
            }
            if let kind = MeterFault.Kind(rawValue: pieces[0]) {
                meters.append(try Self.meterFault(kind, pieces[1]))
                continue
            }
            guard seen.insert(pieces[0]).inserted else { throw ValueFault("\(pieces[0]) is given twice") }
            try read(pieces[0], pieces[1])
        }
    }

    private mutating func read(_ name: String, _ value: String) throws(ValueFault) {
        switch name {
        case "duplicates": duplicatesPerMillion = try Self.share(name, value)
        case "conflicts": conflictsPerMillion = try Self.share(name, value)
        case "bad-json": badJSONPerMillion = try Self.share(name, value)
        case "unknown-device": unknownDevicePerMillion = try Self.share(name, value)
        case "future": futurePerMillion = try Self.share(name, value)
        case "drop": dropPerMillion = try Self.share(name, value)
        case "shuffle":
            guard let window = Self.duration(value), window >= 2_000_000 else {
                throw ValueFault("shuffle=\(value) is not a duration from 2s to 366d such as 90s, 30m or 2h")
            }
            shuffleWindow = window
        case "late":
            let pieces = value.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
            guard pieces.count == 2, let share = Self.partsPerMillion(pieces[0]),
                let delay = Self.duration(pieces[1]), delay >= 1_000_000
            else {
                throw ValueFault("late=\(value) is not a percentage and a duration, such as late=1%+2d")
            }
            (latePerMillion, lateDelay) = (share, delay)
        default:
            throw ValueFault("there is no fault \(name); known are \(Self.names.joined(separator: ", "))")
        }
    }

    private static func meterFault(_ kind: MeterFault.Kind, _ value: String) throws(ValueFault) -> MeterFault {
        let example = "\(kind)=home05@2016-08-03T12:00:00Z" + (kind == .stuck ? "+6h" : "")
        let fault = ValueFault(
            "\(kind)=\(value) is not a device and a time" + (kind == .stuck ? " and a duration" : "")
                + ", such as \(example)"
        )
        // A device id may hold an @ itself; a time does not.
        guard let at = value.lastIndex(of: "@"), at > value.startIndex else { throw fault }
        let rest = value[value.index(after: at)...].split(separator: "+", omittingEmptySubsequences: false)
        guard let first = rest.first, let time = InstantText.parse(String(first)) else { throw fault }
        var result = MeterFault(kind: kind, device: String(value[..<at]), time: time)
        guard rest.count == (kind == .stuck ? 2 : 1) else { throw fault }
        if kind == .stuck {
            guard let duration = duration(String(rest[1])), duration > 0 else { throw fault }
            result.duration = duration
        }
        return result
    }

    /// In microseconds, up to 366 days.
    private static func duration(_ text: String) -> Int64? {
        guard let duration = DurationText.parse(text), duration <= .seconds(366 * 86_400) else { return nil }
        return duration.components.seconds * 1_000_000
    }

    private static func share(_ name: String, _ value: String) throws(ValueFault) -> Int {
        guard let parts = partsPerMillion(value) else {
            throw ValueFault("\(name)=\(value) is not a percentage from 0% to 100% such as 1% or 0.5%")
        }
        return parts
    }

    /// A percentage with up to four decimals, exactly.
    private static func partsPerMillion(_ text: String) -> Int? {
        guard text.hasSuffix("%") else { return nil }
        let pieces = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard pieces.count <= 2, pieces.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (48...57).contains($0) } })
        else {
            return nil
        }
        let decimals = pieces.count == 2 ? pieces[1] : ""
        guard pieces[0].count <= 3, decimals.count <= 4 else { return nil }
        let digits = pieces[0] + decimals + String(repeating: "0", count: 4 - decimals.count)
        guard let parts = Int(digits), parts <= 1_000_000 else { return nil }
        return parts
    }
}
