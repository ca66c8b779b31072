internal import EnergySharing

extension RegistryRule {
    /// The rule in a few words, for people.
    var summary: String {
        var text = span.summary.map { $0 + " " } ?? ""
        text += "\(intervalMinutes) min, \(sharing.key.rawValue)"
        if sharing.rounds != .one { text += ", rounds \(sharing.rounds.rawValue)" }
        if sharing.remainder != .largestRemainder { text += ", remainder \(sharing.remainder.rawValue)" }
        text += ", grace \(DurationText.format(grace)), finality "
        switch finality {
        case .after(let time): text += DurationText.format(time)
        case .monthly(let day, let second): text += "on day \(day) at \(LocalTimeText.format(second))"
        }
        return text + (corrections.map { ", corrections \(DurationText.format($0))" } ?? "")
    }
}

extension RegistryMeterSwap {
    /// The registers in a few words, for people.
    var summary: String {
        let registers = [("import", imported), ("export", exported)].compactMap { name, exchange in
            exchange.map { "\(name) \($0.finalWh) Wh -> \($0.startWh) Wh" }
        }
        return registers.isEmpty ? "registers not known" : registers.joined(separator: ", ")
    }
}

extension RegistryParticipation {
    /// The participation in a few words, for people.
    var summary: String {
        var text = span.summary ?? ""
        if participationPPM != Self.wholePPM { text += " \(participationPPM) ppm" }
        if let sharePPM { text += " share \(sharePPM) ppm" }
        if let priority { text += " priority \(priority)" }
        return text
    }
}

extension TimeSpan {
    /// The bounds that it has, for people.
    var summary: String? {
        let words = [
            from == .min ? nil : "from \(InstantText.format(from))",
            until == .max ? nil : "to \(InstantText.format(until))",
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: " ")
    }
}
