import EnergySharing

/// The sharing keys once more, as plainly as they can be written: fractions of Int128, one watt-hour handed out at a
/// time.
///
/// Nothing is shared with the code under test but the types of its interface.
enum PlainSplit {
    static func split(_ members: [SharingMember], by rule: SharingRule) -> SharingResult {
        let offered = members.map { Int128($0.offerWh) }
        let total = offered.reduce(0, +)
        let floorOnly = rule.remainder == .surplus
        var given = [Int128](repeating: 0, count: members.count)

        switch rule.key {
        case .proportional, .pool:
            proportional(total, members, &given, floorOnly)
        case .static:
            _ = fixed(total, members, &given, floorOnly)
        case .staticMultiRound:
            let left = fixed(total, members, &given, floorOnly)
            rounds(left, members, &given, floorOnly, most: .max) { Int128($0.sharePPM) }
        case .hybrid:
            let left = fixed(total, members, &given, floorOnly)
            proportional(left, members, &given, floorOnly)
        case .equal:
            rounds(total, members, &given, floorOnly, most: rule.rounds == .one ? 1 : .max) { _ in 1 }
        case .priority:
            // One watt-hour's way: to the best-ranked member that still needs something.
            var left = total
            var waiting = Array(members.indices)
            while left > 0, let best = waiting.min(by: { isServedBefore(members, $0, $1) }) {
                given[best] = min(Int128(members[best].needWh), left)
                left -= given[best]
                waiting.removeAll { $0 == best }
            }
        }
        let shared = divide(given.reduce(0, +), offered, floorOnly: false)
        return SharingResult(communityWh: given.map { Int64($0) }, sharedWh: shared.map { Int64($0) })
    }

    private static func isServedBefore(_ members: [SharingMember], _ left: Int, _ right: Int) -> Bool {
        switch (members[left].priority, members[right].priority) {
        case (nil, nil): left < right
        case (nil, .some): false
        case (.some, nil): true
        case (.some(let first), .some(let second)): first == second ? left < right : first < second
        }
    }

    /// Parts of a total on weights; the leftover by picking the best remainder again and again.
    static func divide(_ total: Int128, _ weights: [Int128], floorOnly: Bool) -> [Int128] {
        let sum = weights.reduce(0, +)
        guard sum > 0 else { return weights.map { _ in 0 } }
        var parts = weights.map { total * $0 / sum }
        // What each part lacks to its quota, as a numerator over the sum.
        var lacks = zip(weights, parts).map { total * $0 - $1 * sum }
        while !floorOnly, parts.reduce(0, +) < total, let most = lacks.max(), let index = lacks.firstIndex(of: most) {
            parts[index] += 1
            lacks[index] = -1
        }
        return parts
    }

    private static func proportional(
        _ left: Int128,
        _ members: [SharingMember],
        _ given: inout [Int128],
        _ floorOnly: Bool
    ) {
        let open = members.indices.map { Int128(members[$0].needWh) - given[$0] }
        let parts = divide(min(left, open.reduce(0, +)), open, floorOnly: floorOnly)
        for index in parts.indices { given[index] += parts[index] }
    }

    /// The fixed shares once; what may be shared again.
    private static func fixed(
        _ total: Int128,
        _ members: [SharingMember],
        _ given: inout [Int128],
        _ floorOnly: Bool
    ) -> Int128 {
        let shares = members.map { Int128($0.sharePPM) }
        let sum = shares.reduce(0, +)
        let whole = max(sum, 1_000_000)
        let divided = total * sum / whole
        let parts = floorOnly ? shares.map { total * $0 / whole } : divide(divided, shares, floorOnly: false)
        for index in parts.indices { given[index] = min(parts[index], Int128(members[index].needWh)) }
        return total - given.reduce(0, +) - (divided - parts.reduce(0, +))
    }

    /// Rounds among those that still need something.
    private static func rounds(
        _ total: Int128,
        _ members: [SharingMember],
        _ given: inout [Int128],
        _ floorOnly: Bool,
        most: Int,
        weight: (SharingMember) -> Int128
    ) {
        var left = total
        var round = 0
        while left > 0, round < most {
            round += 1
            let weights = members.indices.map { given[$0] < Int128(members[$0].needWh) ? weight(members[$0]) : 0 }
            if weights.allSatisfy({ $0 == 0 }) { return }
            let parts = divide(left, weights, floorOnly: floorOnly)
            var unused: Int128 = 0
            for index in parts.indices {
                let need = Int128(members[index].needWh) - given[index]
                given[index] += min(parts[index], need)
                unused += max(parts[index] - need, 0)
            }
            left = unused
        }
    }
}
