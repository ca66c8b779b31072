import CommunityRegistry
import EnergySharing
import MeterReadings
import Settlement

@testable import PostgresStore

/// A hand-made interval with every element: an exchange, a reading set aside, one by hand, parts, shares by the hour, a correction.
///
/// 2016-08-01T01:00Z to 02:00Z of three meters, `A-own` first in tie order.
final class ExplanationFixture: SettlementReadings {
    /// 2016-08-01T00:00:00Z.
    static let start: Int64 = 1_470_009_600_000_000
    static let minute: Int64 = 60_000_000

    static func at(_ minutes: Int64) -> Int64 { start + minutes * minute }

    private static func reading(_ minutes: Int64, _ importWh: Int64, _ exportWh: Int64) -> RegisterReading {
        RegisterReading(time: at(minutes), importWh: importWh, exportWh: exportWh)
    }

    /// The own meter's registers: 1000 Wh at 0:50, exchanged at 1:10 (1090 to 0), 210 Wh at 1:20, 30 minutes, 510 Wh at 2:10.
    private static let own = [
        reading(50, 1_000, 500), reading(80, 210, 500), reading(90, 9_999, 500), reading(100, 310, 530),
        reading(130, 510, 551),
    ]

    private static let meters: [Int32: CommunityTerms.Meter] = [
        1: .init(
            hubDeviceID: "A-own",
            epochs: [MeterEpoch(validFrom: at(70), importOffsetWh: 1_090)],
            decisions: [at(90): .setAside]
        ),
        2: .init(hubDeviceID: "B-neighbour"), 3: .init(hubDeviceID: "c-producer"),
    ]

    func readings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [RegisterReading]) -> Void
    ) throws(SettlementFailure) {
        if meters.contains(1) { body(1, Self.own) }
        if meters.contains(2) { body(2, [Self.reading(60, 0, 0), Self.reading(120, 700, 0)]) }
        if meters.contains(3) { body(3, [Self.reading(60, 0, 0), Self.reading(120, 0, 1_000)]) }
    }

    func intervalReadings(
        ofMeters meters: [Int32],
        from: Int64,
        until: Int64,
        _ body: (_ meter: Int32, _ readings: [IntervalReading]) -> Void
    ) throws(SettlementFailure) {}

    func hourlyShares(
        ofCommunity community: Int32,
        from: Int64,
        until: Int64
    ) throws(SettlementFailure) -> [ShareSlice] {
        [ShareSlice(from: Self.at(0), count: 2, shares: [1: [0, 333_333], 2: [0, 500_000]])]
    }

    /// The terms: a fixed-share rule since midnight; six tenths of the own meter here, a quarter elsewhere.
    private static func terms(_ key: SharingKey) -> CommunityTerms {
        CommunityTerms(
            communityID: 1,
            rules: [
                SettlementRule(
                    validFrom: at(0),
                    interval: 60 * minute,
                    sharing: SharingRule(key: key),
                    grace: 0,
                    finality: .after(0)
                )
            ],
            participations: [
                Participation(deviceID: 1, from: at(0), participationPPM: 600_000, sharePPM: 1, priority: 2),
                Participation(deviceID: 2, from: at(0)), Participation(deviceID: 3, from: at(0)),
            ],
            elsewhere: [PartElsewhere(deviceID: 1, communityID: 2, from: at(0), participationPPM: 250_000)],
            meters: meters
        )
    }

    private static func evidence() -> MeterEvidence {
        let meter = meters[1] ?? .init(hubDeviceID: "")
        let series = RegisterSeries(
            readings: own,
            limits: meter.limits,
            epochs: meter.epochs,
            decisions: meter.decisions
        )
        func entry(_ reading: RegisterReading, _ flags: ReadingFlags) -> HistoryEntry {
            HistoryEntry(
                measuredAt: reading.time,
                state: .stored,
                importWh: reading.importWh,
                exportWh: reading.exportWh,
                quality: "M",
                flags: flags.rawValue,
                receivedAt: reading.time + 5_000_000,
                broughtBy: flags.contains(.imported) ? .init(name: "Ada", reason: "the log\u{7}") : nil
            )
        }
        return MeterEvidence(
            energy: .registers(series.explain(from: at(60), interval: 60 * minute)),
            readings: own.enumerated().map { place, reading in
                .init(
                    entry: entry(reading, place == 1 ? .imported : place == 3 ? [.late, .hubTime] : []),
                    use: place == 2 ? .setAside : .counts,
                    decidedBy: place == 2 ? .init(name: "Bob", reason: "a typo") : nil
                )
            },
            exchanges: [RegistryMeterSwap(at: at(70), imported: .init(finalWh: 1_090, startWh: 0), exported: nil)],
            findings: [ReadingFinding(kind: .rollover, from: at(80), to: at(100), detail: "Something is odd.")]
        )
    }

    /// The explanation of the own meter's interval.
    func explanation(key: SharingKey = .static) throws -> IntervalExplanation {
        let inputs = try IntervalInputs.read(at: Self.at(60), Self.terms(key), from: self)
        guard let inputs else { throw SettlementFailure(isRetriable: false, "no interval") }
        let computed = CommunityExplanation.Computed(
            evidence: Self.evidence(),
            participation: Self.terms(key).participations[0],
            elsewhere: [.init(community: "lodge", participationPPM: 250_000)],
            profile: .init(from: Self.at(0), until: Self.at(120), hour: 1, source: "shares.csv"),
            inputs: inputs,
            trace: EnergySplit.explain(inputs.members, by: inputs.rule.sharing),
            names: ["A-own", "B-neighbour", "c-producer"],
            place: 0
        )
        var old = computed.row
        old?.importWh -= 10
        old?.communityWh -= 10
        let community = CommunityExplanation(
            community: "crest",
            name: "Sierra Crest",
            timeZone: "Europe/Berlin",
            start: Self.at(60),
            end: Self.at(120),
            startLabel: "2016-08-01 03:00+02:00",
            endLabel: "2016-08-01 04:00+02:00",
            status: .init(
                state: "corrected",
                revision: 1,
                cause: "late",
                settledAt: Self.at(600),
                finalAt: Self.at(500),
                expected: 4,
                received: 3,
                missing: ["d-silent"]
            ),
            computed: computed,
            sealedUntil: nil,
            stored: computed.row,
            due: .init(),
            revisions: [
                .init(number: 1, isKnown: true, cause: "late", settledAt: Self.at(600), row: computed.row),
                .init(number: 0, isKnown: true, cause: nil, settledAt: Self.at(200), row: old),
            ]
        )
        return IntervalExplanation(
            hubDeviceID: "A-own",
            kind: .register,
            member: .init(code: "home-01", name: "Home\u{1b} 01"),
            home: "crest",
            communities: [community],
            waiting: ["community lodge: not settled yet"]
        )
    }
}
