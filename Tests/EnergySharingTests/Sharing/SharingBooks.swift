import EnergySharing

/// Whether a result keeps the books of an interval, whatever the key.
enum SharingBooks {
    /// What is wrong with a result, in words; empty if nothing.
    static func faults(_ members: [SharingMember], _ result: SharingResult, _ rule: SharingRule) -> [String] {
        guard result.communityWh.count == members.count, result.sharedWh.count == members.count else {
            return ["not one amount per member"]
        }
        var faults: [String] = []
        let offered = members.map(\.offerWh).reduce(0, +)
        let needed = members.map(\.needWh).reduce(0, +)
        let given = result.communityWh.reduce(0, +)
        for (index, member) in members.enumerated() {
            if !(0...member.needWh).contains(result.communityWh[index]) { faults.append("a_\(index) is not in 0...C") }
            if !(0...member.offerWh).contains(result.sharedWh[index]) {
                faults.append("shared_\(index) is not in 0...G")
            }
        }
        if result.sharedWh.reduce(0, +) != given { faults.append("shared does not sum to community") }
        if given > min(offered, needed) { faults.append("more is shared than there is") }
        if let total = fullTotal(members, rule, offered: offered, needed: needed), given != total {
            faults.append("\(given) Wh are shared, not all of \(total) Wh")
        }
        return faults
    }

    /// What the members get in all, for the keys that share all they can; `nil` for the others.
    private static func fullTotal(
        _ members: [SharingMember],
        _ rule: SharingRule,
        offered: Int64,
        needed: Int64
    ) -> Int64? {
        let most = min(offered, needed)
        switch rule.key {
        case .priority: return most
        case .proportional, .pool, .hybrid: return rule.remainder == .largestRemainder ? most : nil
        case .equal: return rule.remainder == .largestRemainder && rule.rounds == .many ? most : nil
        case .staticMultiRound:
            let reachable = members.filter { $0.sharePPM > 0 }.map(\.needWh).reduce(0, +)
            return rule.remainder == .largestRemainder ? min(offered, reachable) : nil
        case .static: return nil
        }
    }
}
