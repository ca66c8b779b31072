import EnergySharing

/// The sharing keys once more, as plainly as they can be written, in whole numbers of any size.
///
/// Nothing is shared with the code under test but the types of its interface. Plain loops, because a million intervals
/// go through here in a build that is not optimised.
enum PlainSplit {
    static let none = Natural(0)
    static let million = Natural(1_000_000)

    static func split(_ members: [SharingMember], by rule: SharingRule) -> SharingResult? {
        var offered: [Natural] = []
        var total = none
        for member in members {
            offered.append(Natural(member.offerWh))
            total = total + Natural(member.offerWh)
        }
        let floorOnly = rule.remainder == .surplus
        var given = [Natural](repeating: none, count: members.count)

        switch rule.key {
        case .proportional, .pool:
            proportional(total, members, &given, floorOnly)
        case .static:
            _ = fixed(total, members, &given, floorOnly)
        case .staticMultiRound:
            let left = fixed(total, members, &given, floorOnly)
            rounds(left, members, &given, floorOnly, most: .max) { Natural($0.sharePPM) }
        case .hybrid:
            let left = fixed(total, members, &given, floorOnly)
            proportional(left, members, &given, floorOnly)
        case .equal:
            rounds(total, members, &given, floorOnly, most: rule.rounds == .one ? 1 : .max) { _ in Natural(1) }
        case .priority:
            inOrder(total, members, &given)
        }
        let shared = divide(sum(given), offered, floorOnly: false)
        let (community, delivered) = (given.compactMap(\.int64), shared.compactMap(\.int64))
        guard community.count == members.count, delivered.count == members.count else { return nil }
        return SharingResult(communityWh: community, sharedWh: delivered)
    }

    /// Parts of a total on weights: rounded down, then one each to what lacks most, the first among equals.
    static func divide(_ total: Natural, _ weights: [Natural], floorOnly: Bool) -> [Natural] {
        let whole = sum(weights)
        var parts: [Natural] = []
        var lacks: [(lack: Natural, index: Int)] = []
        for index in weights.indices {
            guard whole != none else {
                parts.append(none)
                continue
            }
            let (part, lack) = (total * weights[index]).divided(by: whole)
            parts.append(part)
            lacks.append((lack, index))
        }
        if floorOnly || whole == none { return parts }
        guard let missing = (total - sum(parts)).int64, missing > 0 else { return parts }
        lacks.sort { $1.lack < $0.lack || ($0.lack == $1.lack && $0.index < $1.index) }
        for place in 0..<Int(missing) {
            parts[lacks[place].index] = parts[lacks[place].index] + Natural(1)
        }
        return parts
    }

    static func sum(_ numbers: [Natural]) -> Natural {
        var sum = none
        for number in numbers { sum = sum + number }
        return sum
    }

    private static func smaller(_ left: Natural, _ right: Natural) -> Natural { left < right ? left : right }

    /// To the best-ranked member that was not served yet, until nothing is left.
    private static func inOrder(_ total: Natural, _ members: [SharingMember], _ given: inout [Natural]) {
        var left = total
        var waiting = Array(members.indices)
        waiting.sort { isServedBefore(members, $0, $1) }
        for index in waiting {
            given[index] = smaller(Natural(members[index].needWh), left)
            left = left - given[index]
        }
    }

    private static func isServedBefore(_ members: [SharingMember], _ left: Int, _ right: Int) -> Bool {
        switch (members[left].priority, members[right].priority) {
        case (nil, nil): left < right
        case (nil, .some): false
        case (.some, nil): true
        case (.some(let first), .some(let second)): first == second ? left < right : first < second
        }
    }

    private static func proportional(
        _ left: Natural,
        _ members: [SharingMember],
        _ given: inout [Natural],
        _ floorOnly: Bool
    ) {
        var open: [Natural] = []
        for index in members.indices { open.append(Natural(members[index].needWh) - given[index]) }
        let parts = divide(smaller(left, sum(open)), open, floorOnly: floorOnly)
        for index in parts.indices { given[index] = given[index] + parts[index] }
    }

    /// The fixed shares once; what may be shared again.
    private static func fixed(
        _ total: Natural,
        _ members: [SharingMember],
        _ given: inout [Natural],
        _ floorOnly: Bool
    ) -> Natural {
        var shares: [Natural] = []
        for member in members { shares.append(Natural(member.sharePPM)) }
        let shareSum = sum(shares)
        let whole = shareSum < million ? million : shareSum
        let divided = (total * shareSum).divided(by: whole).quotient
        var parts: [Natural] = []
        if floorOnly {
            for share in shares { parts.append((total * share).divided(by: whole).quotient) }
        } else {
            parts = divide(divided, shares, floorOnly: false)
        }
        for index in parts.indices { given[index] = smaller(parts[index], Natural(members[index].needWh)) }
        return total - sum(given) - (divided - sum(parts))
    }

    /// Rounds among those that still need something.
    private static func rounds(
        _ total: Natural,
        _ members: [SharingMember],
        _ given: inout [Natural],
        _ floorOnly: Bool,
        most: Int,
        weight: (SharingMember) -> Natural
    ) {
        var left = total
        var round = 0
        while left != none, round < most {
            round += 1
            var weights: [Natural] = []
            for index in members.indices {
                weights.append(given[index] < Natural(members[index].needWh) ? weight(members[index]) : none)
            }
            if sum(weights) == none { return }
            let parts = divide(left, weights, floorOnly: floorOnly)
            var unused = none
            for index in parts.indices {
                let need = Natural(members[index].needWh) - given[index]
                let use = smaller(parts[index], need)
                given[index] = given[index] + use
                unused = unused + (parts[index] - use)
            }
            left = unused
        }
    }
}
