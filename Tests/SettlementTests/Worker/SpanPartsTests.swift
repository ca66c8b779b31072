import EnergySharing
import Testing

@testable import Settlement

@Suite("Meters in several communities")
struct SpanPartsTests {
    @Test(
        "Parts and what takes part in none sum to the whole, in whatever communities",
        arguments: 0..<400 as Range<UInt64>
    )
    func wholes(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let parts = RandomParts(&random)
        var rows: [Place: [Int32: AttributionRow]] = [:]
        for community in RandomParts.communities {
            let span = parts.settle(community)
            for row in span.rows {
                rows[Place(meter: row.deviceID, start: row.intervalStart), default: [:]][community] = row
                #expect(row.communityWh + row.gridWh == row.importWh && row.communityWh >= 0 && row.gridWh >= 0)
                #expect(row.sharedWh + row.surplusWh == row.exportWh && row.sharedWh >= 0 && row.surplusWh >= 0)
            }
            for start in span.intervals.map(\.start) {
                let of = span.rows.filter { $0.intervalStart == start }
                #expect(of.reduce(0) { $0 + $1.communityWh } == of.reduce(0) { $0 + $1.sharedWh })
            }
        }
        for (meter, wholes) in parts.wholes {
            for (interval, whole) in wholes.enumerated() {
                let place = Place(meter: meter, start: Int64(interval) * RandomParts.interval)
                let factors = parts.factors(meter, interval)
                let found = rows[place] ?? [:]
                guard let whole else {
                    #expect(found.isEmpty)
                    continue
                }
                expect(found, of: whole, factors)
            }
        }
    }

    /// The plain rule: floored parts, and the rest in the first community's row.
    private func expect(_ found: [Int32: AttributionRow], of whole: IntervalEnergy, _ factors: [Int32: Int64]) {
        #expect(Set(found.keys) == Set(factors.keys))
        var rest = (imported: whole.importWh, exported: whole.exportWh)
        for (community, factor) in factors {
            let part = (imported: whole.importWh * factor / 1_000_000, exported: whole.exportWh * factor / 1_000_000)
            rest = (rest.imported - part.imported, rest.exported - part.exported)
            #expect(found[community]?.importWh == part.imported)
            #expect(found[community]?.exportWh == part.exported)
        }
        let isNothing = rest == (0, 0)
        for (community, row) in found {
            let tells = community == factors.keys.min() && !isNothing
            #expect(row.unsharedImportWh == (tells ? rest.imported : nil))
            #expect(row.unsharedExportWh == (tells ? rest.exported : nil))
        }
    }

    private struct Place: Hashable {
        var meter: Int32
        var start: Int64
    }

    @Test("What explains an interval is what settled it", arguments: 1_000..<1_050 as Range<UInt64>)
    func inputs(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let parts = RandomParts(&random)
        for community in RandomParts.communities {
            let span = parts.settle(community)
            for interval in span.intervals {
                let store = StoredParts(parts)
                let inputs = try #require(
                    try IntervalInputs.read(at: interval.start, parts.terms(community), from: store)
                )
                let trace = EnergySplit.explain(inputs.members, by: inputs.rule.sharing)
                let rows = span.rows.filter { $0.intervalStart == interval.start }
                let explained = inputs.meters.indices.filter { inputs.meters[$0].whole != nil }
                #expect(rows.map(\.deviceID) == explained.map { inputs.meters[$0].deviceID })
                #expect(rows.map(\.importWh) == explained.map { inputs.members[$0].needWh })
                #expect(rows.map(\.communityWh) == explained.map { trace.result.communityWh[$0] })
                #expect(rows.map(\.sharedWh) == explained.map { trace.result.sharedWh[$0] })
                #expect(rows.map(\.unsharedImportWh) == explained.map { inputs.meters[$0].unsharedImportWh })
                #expect(inputs.expected == interval.expected && inputs.received == interval.received)
            }
            #expect(try IntervalInputs.read(at: 1, parts.terms(community), from: StoredParts(parts)) == nil)
        }
    }

    /// The readings of a case, as a store has them.
    private final class StoredParts: SettlementReadings {
        private let parts: RandomParts

        init(_ parts: RandomParts) { self.parts = parts }

        func readings(
            ofMeters meters: [Int32],
            from: Int64,
            until: Int64,
            _ body: (_ meter: Int32, _ readings: [RegisterReading]) -> Void
        ) { for meter in meters { body(meter, parts.registers(meter)) } }

        func intervalReadings(
            ofMeters meters: [Int32],
            from: Int64,
            until: Int64,
            _ body: (_ meter: Int32, _ readings: [IntervalReading]) -> Void
        ) {}

        func hourlyShares(ofCommunity community: Int32, from: Int64, until: Int64) -> [ShareSlice] { [] }
    }
}
