import EnergySharing

@testable import Settlement

/// Meters that take part in up to five communities on terms that change, and what each measured: a case for property tests.
struct RandomParts {
    static let interval: Int64 = 900_000_000
    static let count = 12
    static let communities: [Int32] = [3, 4, 7, 20, 21]

    /// What each meter measured in each interval; `nil`: nothing.
    var wholes: [Int32: [IntervalEnergy?]] = [:]
    /// All participations, with their communities.
    var parts: [PartElsewhere] = []
    var rule: SettlementRule

    init(_ random: inout SeededGenerator) {
        rule = SettlementRule(
            interval: Self.interval,
            sharing: SharingRule(
                key: SharingKey.allCases.randomElement(using: &random) ?? .proportional,
                rounds: .many,
                remainder: Bool.random(using: &random) ? .largestRemainder : .surplus
            ),
            grace: 0,
            finality: .after(0)
        )
        for meter in 1...Int32.random(in: 1...6, using: &random) {
            let most = [3, 1_000, 1_000_000].randomElement(using: &random) ?? 3
            let last = Bool.random(using: &random) ? Self.count : Int.random(in: 1...Self.count, using: &random)
            wholes[meter] = (0..<Self.count).map { interval in
                interval >= last
                    ? nil
                    : IntervalEnergy(
                        importWh: Int64.random(in: 0...Int64(most), using: &random),
                        exportWh: Int64.random(in: 0...Int64(most), using: &random)
                    )
            }
            addParts(ofMeter: meter, &random)
        }
    }

    private mutating func addParts(ofMeter meter: Int32, _ random: inout SeededGenerator) {
        var from = Int64.random(in: -2...4, using: &random)
        while from < Int64(Self.count) {
            let until =
                Bool.random(using: &random) ? Int64(Self.count) + 3 : from + Int64.random(in: 1...6, using: &random)
            var left = ParticipationPart.wholePPM
            for community in Self.communities.shuffled(using: &random).prefix(Int.random(in: 0...5, using: &random))
            where left > 0 {
                let factor =
                    Int.random(in: 0..<4, using: &random) == 0 ? left : Int64.random(in: 1...left, using: &random)
                left -= factor
                parts.append(
                    PartElsewhere(
                        deviceID: meter,
                        communityID: community,
                        from: from * Self.interval,
                        until: until > Int64(Self.count) ? .max : until * Self.interval,
                        participationPPM: factor
                    )
                )
            }
            from = until
        }
    }

    /// The terms of one community.
    func terms(_ community: Int32) -> CommunityTerms {
        let here = parts.filter { $0.communityID == community }
        let meters = Set(here.map(\.deviceID))
        return CommunityTerms(
            communityID: community,
            rules: [rule],
            participations: here.map {
                Participation(
                    deviceID: $0.deviceID,
                    from: $0.from,
                    until: $0.until,
                    participationPPM: $0.participationPPM,
                    sharePPM: 100_000,
                    priority: $0.deviceID
                )
            },
            elsewhere: parts.filter { $0.communityID != community && meters.contains($0.deviceID) },
            meters: Dictionary(
                uniqueKeysWithValues: meters.map { ($0, meter($0)) }
            )
        )
    }

    /// A meter whose connection carries whatever it measured; the larger its number, the smaller its name.
    private func meter(_ number: Int32) -> CommunityTerms.Meter {
        CommunityTerms.Meter(
            hubDeviceID: "meter-\(9 - number)",
            limits: ConnectionLimits(connectionWatts: 1_000_000_000)
        )
    }

    /// Settles one community.
    func settle(_ community: Int32) -> SettledSpan {
        let span = PlannedSpan(
            from: 0,
            until: Int64(Self.count) * Self.interval,
            rule: rule,
            isAgain: false,
            cause: ""
        )
        var settlement = SpanSettlement(span, terms(community))
        for meter in settlement.wantedMeters(.register) { settlement.take(registers(meter), ofMeter: meter) }
        return settlement.settle(firstIntervalAt: -1)
    }

    /// The registers that say what a meter measured, at each edge.
    func registers(_ meter: Int32) -> [RegisterReading] {
        var reading = RegisterReading(time: 0, importWh: 5, exportWh: 0)
        var readings = [reading]
        for energy in wholes[meter] ?? [] {
            guard let energy else { break }
            reading.time += Self.interval
            reading.importWh = reading.importWh.map { $0 + energy.importWh }
            reading.exportWh = reading.exportWh.map { $0 + energy.exportWh }
            readings.append(reading)
        }
        return readings
    }

    /// A meter's factors in an interval, by community.
    func factors(_ meter: Int32, _ interval: Int) -> [Int32: Int64] {
        let start = Int64(interval) * Self.interval
        var factors: [Int32: Int64] = [:]
        for part in parts where part.deviceID == meter && part.from <= start && start < part.until {
            factors[part.communityID] = part.participationPPM
        }
        return factors
    }
}
