internal import EnergySharing
internal import MeterReadings

/// Writes a registry as the file that ``RegistryReader`` reads: keys in a fixed order, what is the default left out.
///
/// Reading what was written gives the same document. Comments of a file that was read are not kept.
public struct RegistryWriter {
    private var text = ""

    /// Writes a whole document.
    public static func write(_ document: RegistryDocument) -> String {
        var writer = RegistryWriter()
        guard !document.communities.isEmpty else { return "communities: []\n" }
        writer.text = "communities:\n"
        for community in document.communities { writer.community(community) }
        return writer.text
    }

    private mutating func community(_ community: RegistryCommunity) {
        line(1, "- code: \(scalar(community.code))")
        line(2, "name: \(scalar(community.name))")
        line(2, "time_zone: \(scalar(community.timeZone))")
        if let rule = community.rules.first, community.rules.count == 1, rule.from == nil, rule.until == nil {
            for field in fields(of: rule) { line(2, field) }
        } else {
            line(2, community.rules.isEmpty ? "rules: []" : "rules:")
            for rule in community.rules {
                let bounds = [
                    rule.from.map { "from: \(InstantText.format($0))" },
                    rule.until.map { "to: \(InstantText.format($0))" },
                ]
                let all = bounds.compactMap(\.self) + fields(of: rule)
                for (index, field) in all.enumerated() { line(3, (index == 0 ? "- " : "  ") + field) }
            }
        }
        if !community.members.isEmpty { line(2, "members:") }
        for member in community.members { self.member(member, of: community) }
    }

    private func fields(of rule: RegistryRule) -> [String] {
        var fields = ["interval_minutes: \(rule.intervalMinutes)", "sharing_key: \(rule.sharing.key.rawValue)"]
        if rule.sharing.rounds != .one { fields.append("rounds: \(rule.sharing.rounds.rawValue)") }
        if rule.sharing.remainder != .largestRemainder {
            fields.append("remainder: \(rule.sharing.remainder.rawValue)")
        }
        fields.append("grace: \(DurationText.format(rule.grace))")
        if rule.finality != .usual { fields.append("finality: \(finality(rule.finality))") }
        if let corrections = rule.corrections { fields.append("corrections: \(DurationText.format(corrections))") }
        return fields
    }

    private func finality(_ finality: RegistryFinality) -> String {
        switch finality {
        case .after(let time): DurationText.format(time)
        // In quotes: without them some readers of YAML take a time for a number to the base of 60.
        case .monthly(let day, let second): "{ day: \(day), time: \"\(LocalTimeText.format(second))\" }"
        }
    }

    private mutating func member(_ member: RegistryMember, of community: RegistryCommunity) {
        line(3, "- code: \(scalar(member.code))")
        line(4, "name: \(scalar(member.name))")
        line(4, "kind: \(member.kind.rawValue)")
        if !member.devices.isEmpty { line(4, "devices:") }
        for device in member.devices { self.device(device, of: community) }
    }

    private mutating func device(_ device: RegistryDevice, of community: RegistryCommunity) {
        line(5, "- hub_device_id: \(scalar(device.hubDeviceID))")
        if device.adapter != .v1 { line(6, "adapter: \(device.adapter.rawValue)") }
        if device.kind != .register { line(6, "kind: \(device.kind.rawValue)") }
        if let seconds = device.intervalSeconds, seconds != RegistryDevice.defaultIntervalSeconds {
            line(6, "interval_seconds: \(seconds)")
        }
        if let zone = device.timeZone { line(6, "time_zone: \(scalar(zone))") }
        if let watts = device.connectionWatts { line(6, "connection_watts: \(watts)") }
        if let watts = device.inverterWatts { line(6, "inverter_watts: \(watts)") }
        if let digits = device.registerDigits { line(6, "register_digits: \(digits)") }
        if device.registers != .both { line(6, "registers: \(device.registers.rawValue)") }
        if device.status != .enabled { line(6, "status: \(device.status.rawValue)") }
        if let generation = device.generationID { line(6, "generation_id: \(scalar(generation))") }
        if !device.meterSwaps.isEmpty { line(6, "meter_swaps:") }
        for swap in device.meterSwaps { line(7, "- { \(fields(of: swap).joined(separator: ", ")) }") }
        if !device.participations.isEmpty { line(6, "participation:") }
        for participation in device.participations {
            line(7, "- { \(fields(of: participation, in: community).joined(separator: ", ")) }")
        }
    }

    private func fields(of swap: RegistryMeterSwap) -> [String] {
        let registers = [("import", swap.imported), ("export", swap.exported)]
        return ["at: \(InstantText.format(swap.at))"]
            + registers.compactMap { name, exchange in
                exchange.map { "\(name): { final_wh: \($0.finalWh), start_wh: \($0.startWh) }" }
            }
    }

    private func fields(of participation: RegistryParticipation, in community: RegistryCommunity) -> [String] {
        var fields: [String] = []
        if participation.community != community.code { fields.append("community: \(scalar(participation.community))") }
        fields.append("from: \(InstantText.format(participation.from))")
        if let until = participation.until { fields.append("to: \(InstantText.format(until))") }
        if participation.participationPPM != RegistryParticipation.wholePPM {
            fields.append("participation_ppm: \(participation.participationPPM)")
        }
        if let share = participation.sharePPM { fields.append("share_ppm: \(share)") }
        if let priority = participation.priority { fields.append("priority: \(priority)") }
        return fields
    }

    private mutating func line(_ depth: Int, _ content: String) {
        text += String(repeating: "  ", count: depth) + content + "\n"
    }

    /// A text as a YAML scalar: plain where no reader could take it for anything else, or else in double quotes.
    private func scalar(_ text: String) -> String {
        if Self.isPlain(text) { return text }
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            default:
                // Control characters, and the breaks and the mark that YAML does not take as they are.
                if scalar.value < 0x20 || (0x7F...0xA0).contains(scalar.value)
                    || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
                {
                    let digits = String(scalar.value, radix: 16)
                    quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }

    private static let words: Set<String> = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"]

    private static func isPlain(_ text: String) -> Bool {
        guard let first = text.utf8.first, isLetter(first), text.utf8.last != 0x20, !words.contains(text.lowercased())
        else { return false }
        return text.utf8.allSatisfy { byte in
            isLetter(byte) || (0x30...0x39).contains(byte) || [0x20, 0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) }
}
