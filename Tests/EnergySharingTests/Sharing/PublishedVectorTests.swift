import EnergySharing
import Testing

/// Numbers that operators, laws and libraries publish, small ones worked out by hand where a source gives a rule only.
///
/// Each is named for its source. Where the source publishes the rule but no numbers (Sibelga's rounds, D.315-6), the
/// numbers are ours: 4 homes with needs of 1, 2, 3 and 6 kWh and 10 kWh to share.
@Suite("Published sharing examples")
struct PublishedVectorTests {
    /// One example: G, needs, the key, and what must come out.
    struct Example: CustomTestStringConvertible, Sendable {
        var source: String
        var offered: Int64
        var needs: [Int64]
        var shares: [Int64] = []
        var priorities: [Int32] = []
        var rule: SharingRule
        var community: [Int64]
        var surplus: Int64

        var testDescription: String { source }

        /// The consumers, and after them one producer that offers it all.
        var members: [SharingMember] {
            needs.indices.map { index in
                SharingMember(
                    needWh: needs[index],
                    sharePPM: shares.isEmpty ? 0 : shares[index],
                    priority: priorities.isEmpty ? nil : priorities[index]
                )
            } + [SharingMember(needWh: 0, offerWh: offered)]
        }
    }

    static let homes: [Int64] = [1_000, 2_000, 3_000, 6_000]
    static let quarters = [Int64](repeating: 250_000, count: 4)

    static let examples: [Example] = [
        Example(
            source: "BDEW Solarpaket 1, Beispiel 1, konstant 10/90 %",
            offered: 10_000,
            needs: [5_000, 20_000],
            shares: [100_000, 900_000],
            rule: SharingRule(key: .static),
            community: [1_000, 9_000],
            surplus: 0
        ),
        Example(
            source: "BDEW Solarpaket 1, konstant, capped by consumption",
            offered: 10_000,
            needs: [2_000],
            shares: [900_000],
            rule: SharingRule(key: .static),
            community: [2_000],
            surplus: 8_000
        ),
        Example(
            source: "BDEW Solarpaket 1, Beispiel 3, proportional",
            offered: 10_000,
            needs: [2_000, 8_000],
            rule: SharingRule(key: .proportional),
            community: [2_000, 8_000],
            surplus: 0
        ),
        Example(
            source: "BDEW Solarpaket 1, nobody consumes",
            offered: 3_500,
            needs: [0, 0],
            rule: SharingRule(key: .proportional),
            community: [0, 0],
            surplus: 3_500
        ),
        Example(
            source: "doc.plein-soleil.org, B before C",
            offered: 1_000,
            needs: [400, 800],
            priorities: [1, 2],
            rule: SharingRule(key: .priority),
            community: [400, 600],
            surplus: 0
        ),
        Example(
            source: "Sibelga, 4 homes at 25 % each, one round, as the key equal",
            offered: 10_000,
            needs: homes,
            rule: SharingRule(key: .equal, rounds: .one),
            community: [1_000, 2_000, 2_500, 2_500],
            surplus: 2_000
        ),
        Example(
            source: "Sibelga, 4 homes at 25 % each, many rounds, as the key equal",
            offered: 10_000,
            needs: homes,
            rule: SharingRule(key: .equal, rounds: .many),
            community: [1_000, 2_000, 3_000, 4_000],
            surplus: 0
        ),
        Example(
            source: "Code de l'énergie D.315-6, 4 homes, pro rata of consumption",
            offered: 10_000,
            needs: homes,
            rule: SharingRule(key: .proportional),
            community: [833, 1_667, 2_500, 5_000],
            surplus: 0
        ),
        Example(
            source: "Sibelga, 4 homes at 25 % each, hybrid",
            offered: 10_000,
            needs: homes,
            shares: quarters,
            rule: SharingRule(key: .hybrid),
            community: [1_000, 2_000, 2_750, 4_250],
            surplus: 0
        ),
        Example(
            source: "Sibelga, 4 homes at 25 % each, one round, as fixed shares",
            offered: 10_000,
            needs: homes,
            shares: quarters,
            rule: SharingRule(key: .static),
            community: [1_000, 2_000, 2_500, 2_500],
            surplus: 2_000
        ),
        Example(
            source: "Sibelga, 4 homes at 25 % each, many rounds, as fixed shares",
            offered: 10_000,
            needs: homes,
            shares: quarters,
            rule: SharingRule(key: .staticMultiRound),
            community: [1_000, 2_000, 3_000, 4_000],
            surplus: 0
        ),
        Example(
            source: "Largest remainder (Hare-Niemeyer), a tie goes to the smallest id",
            offered: 10,
            needs: [7, 7, 7],
            rule: SharingRule(key: .proportional),
            community: [4, 3, 3],
            surplus: 0
        ),
        Example(
            source: "Rounded down, as Octo Mesh (Austria) and the metering library (Germany) do it",
            offered: 10,
            needs: [7, 7, 7],
            rule: SharingRule(key: .proportional, remainder: .surplus),
            community: [3, 3, 3],
            surplus: 1
        ),
        Example(
            source: "RD 244/2019, β = 0.3 is 30 % of the generation",
            offered: 10_000,
            needs: [50_000, 50_000],
            shares: [300_000, 700_000],
            rule: SharingRule(key: .static),
            community: [3_000, 7_000],
            surplus: 0
        ),
        Example(
            source: "RD 244/2019, what one does not use is not shared again",
            offered: 10_000,
            needs: [1_200, 50_000],
            shares: [300_000, 700_000],
            rule: SharingRule(key: .static),
            community: [1_200, 7_000],
            surplus: 1_800
        ),
        Example(
            source: "ILR (Luxembourg), plant 500 Wh, 200 used behind the meter, 300 shared",
            offered: 300,
            needs: [200, 250],
            rule: SharingRule(key: .proportional),
            community: [133, 167],
            surplus: 0
        ),
        Example(
            source: "energiegemeinschaften.gv.at, static: what a share cannot use is fed in, dynamic would use it",
            offered: 1_000,
            needs: [100, 900],
            shares: [500_000, 500_000],
            rule: SharingRule(key: .static),
            community: [100, 500],
            surplus: 400
        ),
        Example(
            source: "energiegemeinschaften.gv.at, dynamic: in relation to what is drawn",
            offered: 1_000,
            needs: [100, 900],
            shares: [500_000, 500_000],
            rule: SharingRule(key: .proportional),
            community: [100, 900],
            surplus: 0
        ),
        Example(
            source: "§ 42b (5) EnWG, all that is generated where more is consumed",
            offered: 700,
            needs: [900, 300],
            rule: SharingRule(key: .proportional),
            community: [525, 175],
            surplus: 0
        ),
        Example(
            source: "§ 42b (5) EnWG, all that is consumed where more is generated",
            offered: 5_000,
            needs: [900, 300],
            rule: SharingRule(key: .proportional),
            community: [900, 300],
            surplus: 3_800
        ),
        Example(
            source: "D.Lgs. 199/2021, the smaller of injected and withdrawn",
            offered: 1_200,
            needs: [300, 600],
            rule: SharingRule(key: .pool),
            community: [300, 600],
            surplus: 300
        ),
        Example(
            source: "Sibelga, several rounds, 50/30/20 %, worked by hand",
            offered: 10_000,
            needs: [1_000, 4_000, 9_000],
            shares: [500_000, 300_000, 200_000],
            rule: SharingRule(key: .staticMultiRound),
            community: [1_000, 4_000, 5_000],
            surplus: 0
        ),
        Example(
            source: "ElWOG § 16e, static with a reserve of a fifth, worked by hand",
            offered: 1_001,
            needs: [9_000, 9_000],
            shares: [500_000, 300_000],
            rule: SharingRule(key: .static),
            community: [500, 300],
            surplus: 201
        ),
        Example(
            source: "Worked by hand: multi-round hands a reserve out in the second round",
            offered: 1_000,
            needs: [9_000, 9_000],
            shares: [500_000, 300_000],
            rule: SharingRule(key: .staticMultiRound),
            community: [625, 375],
            surplus: 0
        ),
        Example(
            source: "Worked by hand: static divides the rounded total, 5 Wh at 30/25 % of 10",
            offered: 10,
            needs: [9, 9],
            shares: [300_000, 250_000],
            rule: SharingRule(key: .static),
            community: [3, 2],
            surplus: 5
        ),
        Example(
            source: "Worked by hand: static rounds each share down for an operator, 9 Wh at 30/25 %",
            offered: 9,
            needs: [9, 9],
            shares: [300_000, 250_000],
            rule: SharingRule(key: .static, remainder: .surplus),
            community: [2, 2],
            surplus: 5
        ),
        Example(
            source: "Elhub EquallyDistributed, those without need do not count",
            offered: 900,
            needs: [0, 600, 0, 300],
            rule: SharingRule(key: .equal, rounds: .one),
            community: [0, 450, 0, 300],
            surplus: 150
        ),
        Example(
            source: "Worked by hand: priority, ties by order, those without one last",
            offered: 100,
            needs: [50, 40, 40, 40],
            priorities: [2, 1, 1, 1],
            rule: SharingRule(key: .priority),
            community: [0, 40, 40, 20],
            surplus: 0
        ),
    ]

    @Test("gives the published amounts", arguments: examples)
    func example(_ example: Example) {
        let result = EnergySplit.split(example.members, by: example.rule)
        #expect(result.communityWh == example.community + [0])
        #expect(example.offered - result.communityWh.reduce(0, +) == example.surplus)
        #expect(
            result.sharedWh == [Int64](repeating: 0, count: example.needs.count) + [example.offered - example.surplus]
        )
    }

    @Test("BDEW Solarpaket 1, konstant: what is left from the grid is max(0, C − β · G)")
    func restFromGrid() {
        for need in [0, 999, 1_000, 1_001, 20_000] as [Int64] {
            let members = [SharingMember(needWh: need, sharePPM: 100_000), SharingMember(needWh: 0, offerWh: 10_000)]
            let result = EnergySplit.split(members, by: SharingRule(key: .static))
            #expect(need - result.communityWh[0] == max(0, need - 1_000))
        }
    }

    @Test("Creos: the members' draw falls by what is shared, 300 Wh")
    func drawFalls() {
        let needs: [Int64] = [200, 250]
        let members = needs.map { SharingMember(needWh: $0) } + [SharingMember(needWh: 0, offerWh: 300)]
        let result = EnergySplit.split(members, by: SharingRule(key: .proportional))
        #expect(zip(needs, result.communityWh).map { $0 - $1 }.reduce(0, +) == 450 - 300)
    }

    @Test("Austria: what a producer keeps is G.01T less its part of all that is covered")
    func austrianIdentity() {
        // Three producers of 6,000, 3,000 and 1,000 Wh, of which 5,000 are covered: P.01T = 6,000 − 5,000 · 6/10, and
        // so on.
        let members = [
            SharingMember(needWh: 0, offerWh: 6_000), SharingMember(needWh: 2_000, offerWh: 3_000),
            SharingMember(needWh: 3_000, offerWh: 1_000),
        ]
        let result = EnergySplit.split(members, by: SharingRule(key: .proportional))
        #expect(result.communityWh == [0, 2_000, 3_000])
        #expect(zip(members, result.sharedWh).map { $0.offerWh - $1 } == [3_000, 1_500, 500])
    }

    @Test("a member without a priority comes after every one that has")
    func missingPriority() {
        let members = [
            SharingMember(needWh: 10, priority: nil), SharingMember(needWh: 10, priority: .max),
            SharingMember(needWh: 10, offerWh: 25, priority: .min),
        ]
        #expect(EnergySplit.split(members, by: SharingRule(key: .priority)).communityWh == [5, 10, 10])
    }

    @Test("nobody, or nothing to share", arguments: SharingKey.allCases)
    func nothing(_ key: SharingKey) {
        let rule = SharingRule(key: key, rounds: .many)
        #expect(EnergySplit.split([], by: rule) == SharingResult(communityWh: [], sharedWh: []))
        let idle = [SharingMember(needWh: 0, sharePPM: 500_000), SharingMember(needWh: 7, sharePPM: 500_000)]
        #expect(EnergySplit.split(idle, by: rule) == SharingResult(communityWh: [0, 0], sharedWh: [0, 0]))
    }

    @Test("a home's own export may return to it", arguments: SharingKey.allCases)
    func ownExport(_ key: SharingKey) {
        let home = [SharingMember(needWh: 70, offerWh: 100, sharePPM: 1_000_000)]
        let result = EnergySplit.split(home, by: SharingRule(key: key))
        #expect(result == SharingResult(communityWh: [70], sharedWh: [70]))
    }

    @Test("shares that sum to more than the whole never divide more than there is")
    func tooManyShares() {
        let members = [
            SharingMember(needWh: 900, offerWh: 100, sharePPM: 900_000), SharingMember(needWh: 900, sharePPM: 600_000),
        ]
        #expect(EnergySplit.split(members, by: SharingRule(key: .static)).communityWh == [60, 40])
    }
}
