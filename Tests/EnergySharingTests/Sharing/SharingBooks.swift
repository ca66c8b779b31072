import EnergySharing

/// Whether a result keeps the books of an interval, whatever the key.
enum SharingBooks {
    /// What is wrong with a result, in words; empty if nothing.
    static func faults(_ members: [SharingMember], _ result: SharingResult, _ rule: SharingRule) -> [String] {
        guard result.communityWh.count == members.count, result.sharedWh.count == members.count else {
            return ["not one amount per member"]
        }
        var faults: [String] = []
        var (offered, needed, given, shared): (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        for index in members.indices {
            let (need, offer) = (members[index].needWh, members[index].offerWh)
            let (community, delivered) = (result.communityWh[index], result.sharedWh[index])
            needed += need
            offered += offer
            given += community
            shared += delivered
            if community < 0 || community > need { faults.append("a_\(index) is not in 0...C") }
            if delivered < 0 || delivered > offer { faults.append("shared_\(index) is not in 0...G") }
        }
        if shared != given { faults.append("shared does not sum to community") }
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
