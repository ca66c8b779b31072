import EnergySharing

/// Random intervals: members with amounts and shares, and rules to split them by.
enum RandomIntervals {
    /// From a few watt-hours, where ties abound, to the most that an interval can hold.
    enum Scale: CaseIterable {
        case tiny, everyday, large, mixed, nearOverflow
    }

    /// Members whose needs sum to less than 2⁶³, and so do their offers.
    static func members(_ count: Int, using generator: inout SeededGenerator) -> [SharingMember] {
        let needScale = scale(using: &generator)
        let offerScale = scale(using: &generator)
        let shareKind = generator.below(4)
        // Now and then the community has only its part of each meter.
        let hasParts = generator.below(8) == 0
        var shareLeft: Int64 = 1_000_000
        var members: [SharingMember] = []
        members.reserveCapacity(count)
        for _ in 0..<count {
            let share: Int64
            switch shareKind {
            case 0: share = 1_000_000 / Int64(count)
            case 1: share = generator.below(4)
            case 2: share = generator.below(1_000_001)  // sums to more than the whole now and then
            default: share = generator.below(UInt64(shareLeft) + 1)
            }
            shareLeft = max(shareLeft - share, 0)
            var need = amount(needScale, of: count, using: &generator)
            var offer = generator.below(2) == 0 ? 0 : amount(offerScale, of: count, using: &generator)
            if hasParts {
                let ppm = generator.below(1_000_001)
                need = ParticipationPart.of(need, ppm: ppm)
                offer = ParticipationPart.of(offer, ppm: ppm)
            }
            members.append(
                SharingMember(
                    needWh: need,
                    offerWh: offer,
                    sharePPM: share,
                    priority: generator.below(3) == 0 ? nil : Int32(generator.below(4)) - 1
                )
            )
        }
        return members
    }

    static func rule(using generator: inout SeededGenerator) -> SharingRule {
        let keys = SharingKey.allCases
        return SharingRule(
            key: keys[Int(generator.below(UInt64(keys.count)))],
            rounds: generator.below(2) == 0 ? .one : .many,
            remainder: generator.below(4) == 0 ? .surplus : .largestRemainder
        )
    }

    /// The scales that real intervals have come most often.
    private static func scale(using generator: inout SeededGenerator) -> Scale {
        switch generator.below(8) {
        case 0...2: .tiny
        case 3...4: .everyday
        case 5: .large
        case 6: .mixed
        default: .nearOverflow
        }
    }

    private static func amount(_ scale: Scale, of count: Int, using generator: inout SeededGenerator) -> Int64 {
        switch scale {
        case .tiny: return generator.below(5)
        case .everyday: return generator.below(3) == 0 ? 0 : generator.below(5_001)
        case .large: return 999_999_990_000 + generator.below(10_001)
        case .mixed: return generator.below(1_000_000_000_001) >> generator.below(41)
        case .nearOverflow: return Int64.max / Int64(count) - generator.below(3)
        }
    }
}
