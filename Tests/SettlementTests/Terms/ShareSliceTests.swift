import EnergySharing
import Testing

@testable import Settlement

@Suite("Fixed shares by the hour")
struct ShareSliceTests {
    private static let quarter: Int64 = 900_000_000

    /// A plain profile: from when, and each meter's shares.
    private struct PlainProfile {
        var from: Int64
        var shares: [Int32: [Int64]]

        func share(of meter: Int32, at instant: Int64) -> Int64? {
            guard let hours = shares.values.first?.count, instant >= from, instant < from + Int64(hours) * 4 * quarter
            else { return nil }
            guard let mine = shares[meter] else { return 0 }
            for (hour, share) in mine.enumerated() where instant < from + Int64(hour + 1) * 4 * quarter { return share }
            return nil
        }
    }

    @Test("In a profile's hours its shares count, else the participation's", arguments: 0..<60 as Range<UInt64>)
    func shares(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let interval = [1, 2, 4].randomElement(using: &random) ?? 1
        let count = Int.random(in: 1...60, using: &random)
        let key = SharingKey.allCases.filter(\.usesShares).randomElement(using: &random) ?? .static
        let rule = SettlementRule(
            interval: Int64(interval) * Self.quarter,
            sharing: SharingRule(key: key),
            grace: 0,
            finality: .after(0)
        )
        let meters: [Int32] = [9, 4, 7, 2]
        let terms = CommunityTerms(
            communityID: 1,
            rules: [rule],
            participations: meters.map { Participation(deviceID: $0, from: 0, sharePPM: Int64($0) * 1_000) },
            meters: Dictionary(uniqueKeysWithValues: meters.map { ($0, .init(hubDeviceID: "m\(9 - $0)")) })
        )
        let profiles = Self.profiles(meters, &random)
        let span = PlannedSpan(
            from: 0,
            until: Int64(count * interval) * Self.quarter,
            rule: rule,
            isAgain: false,
            cause: ""
        )
        var settlement = SpanSettlement(span, terms)
        for profile in profiles {
            let hours = profile.shares.values.first?.count ?? 0
            settlement.take(ShareSlice(from: profile.from, count: hours, shares: profile.shares))
        }
        var inputs = IntervalInputs(start: 0, rule: rule)
        var cursor = settlement.cursor
        for place in 0..<count {
            settlement.fill(&inputs, interval: place, &cursor)
            let start = Int64(place * interval) * Self.quarter
            let expected = [9, 7, 4, 2].map { (meter: Int32) in
                profiles.compactMap { $0.share(of: meter, at: start) }.first ?? Int64(meter) * 1_000
            }
            #expect(inputs.members.map(\.sharePPM) == expected)
        }
    }

    /// Up to three profiles that do not overlap, each of some of the meters.
    private static func profiles(_ meters: [Int32], _ random: inout SeededGenerator) -> [PlainProfile] {
        var profiles: [PlainProfile] = []
        var from = Int64.random(in: -20...20, using: &random) * quarter
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let hours = Int.random(in: 1...6, using: &random)
            let named = meters.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random))
            var shares: [Int32: [Int64]] = [:]
            for meter in named {
                shares[meter] = (0..<hours).map { _ in Int64.random(in: 0...250_000, using: &random) }
            }
            profiles.append(PlainProfile(from: from, shares: shares))
            from += Int64(hours * 4) * quarter + Int64.random(in: 0...9, using: &random) * quarter
        }
        return profiles
    }
}
