import EnergySharing
import Foundation
import Testing

/// The year of 17 real homes in `data/sierra-crest`: split, flows, money and carbon.
///
/// The expected sums were computed apart from this code, with exact fractions in Python, from the same file.
@Suite("A year of Sierra Crest")
struct SierraCrestYearTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../data/sierra-crest/hourly.csv")
    private static let homes = 17

    @Test("sums of energy, flows, money and carbon")
    func year() throws {
        let bytes = Array(try Data(contentsOf: Self.path))
        let tariff = Tariff(
            grid: .series(
                try RateSeries.read(bytes, timeColumn: "interval_start", valueColumn: "price_usd_per_kwh")
            ),
            community: TariffRate("0.15").map { .constant($0) },
            feedIn: TariffRate("0.08").map { .constant($0) },
            carbon: .series(try RateSeries.read(bytes, timeColumn: "interval_start", valueColumn: "co2_g_per_kwh"))
        )
        var statements = [EnergyStatement](repeating: EnergyStatement(), count: Self.homes)
        var flows = NeighbourFlowTotals(members: Self.homes, scope: .all)
        var start = Zones.at("2016-08-01T07:00Z")
        for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let fields = line.split(separator: UInt8(ascii: ",")).dropFirst(3)
            let numbers = fields.map { $0.reduce(0) { $0 * 10 + Int64($1) - 48 } }
            let members = stride(from: 0, to: 2 * Self.homes, by: 2).map { place in
                let net = numbers[place] - numbers[place + 1]
                return SharingMember(needWh: max(net, 0), offerWh: max(-net, 0))
            }
            let split = EnergySplit.split(members, by: SharingRule())
            try flows.add(communityWh: split.communityWh, sharedWh: split.sharedWh)
            let rates = tariff.rates(at: start, length: 3_600_000_000)
            for (home, member) in members.enumerated() {
                statements[home].add(
                    EnergyBySource(
                        communityWh: split.communityWh[home],
                        gridWh: member.needWh - split.communityWh[home],
                        sharedWh: split.sharedWh[home],
                        surplusWh: member.offerWh - split.sharedWh[home]
                    ),
                    at: rates
                )
            }
            start += 3_600_000_000
        }
        var all = EnergyStatement()
        for statement in statements { all.add(statement) }
        #expect(all.energy.communityWh == 17_695_663 && all.energy.sharedWh == 17_695_663)
        #expect(all.energy.importWh == 112_120_902 && all.energy.exportWh == 45_902_535)
        #expect(all.rowsWithoutCost + all.rowsWithoutEarnings + all.rowsWithoutCarbon == 0)

        #expect(all.cost.nano == 31_571_277_930_000)
        #expect(all.costFromGridAlone.nano == 33_394_724_500_000)
        #expect(all.earned.nano == 4_910_899_210_000)
        #expect(all.earnedFromFeedInAlone.nano == 3_672_202_800_000)
        #expect(all.carbon.nano == 14_874_400_314_000_000)
        #expect(all.carbonAvoided.nano == 2_995_697_231_500_000)
        #expect(statements[0].saved.nano == 47_605_140_000 && statements[1].saved.nano == 48_145_420_000)
        #expect(statements[0].gained.nano == 102_466_000_000 && statements[1].gained.nano == 63_671_230_000)

        for home in 0..<Self.homes {
            let got = (0..<Self.homes).reduce(0) { $0 + flows.wh(from: $1, to: home) }
            let gave = (0..<Self.homes).reduce(0) { $0 + flows.wh(from: home, to: $1) }
            #expect(got == statements[home].energy.communityWh)
            #expect(gave == statements[home].energy.sharedWh)
        }
    }
}
