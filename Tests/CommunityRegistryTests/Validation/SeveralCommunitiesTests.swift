import CommunityRegistry
import EnergySharing
import Testing

/// A device in several communities at a time: what must hold at every instant.
@Suite struct SeveralCommunitiesTests {
    private static let start = Example.august2016
    private static let hour: Int64 = 3_600_000_000

    // MARK: In a file

    /// The faults of the example with another community, and these further participations of the first device.
    private func faults(
        _ participations: String...,
        of communities: String = "{ code: other, time_zone: Europe/Vienna, interval_minutes: 60, sharing_key: equal }",
        factor: String = "600000"
    ) -> [String] {
        let lines = participations.map { "              - { \($0) }\n" }.joined()
        let place = "      - code: home-02\n"
        return Example.faults(
            (
                "communities:\n",
                with: "communities:\n" + communities.split(separator: "\n").map { "  - \($0)\n" }.joined()
            ),
            ("participation_ppm: 1000000", with: "participation_ppm: \(factor)"),
            (place, with: lines + place)
        )
    }

    @Test func `a part in each of two communities is sound, whole or not`() {
        #expect(faults("community: other, from: 2016-08-01T00:00:00Z, participation_ppm: 400000") == [])
        #expect(faults("community: other, from: 2016-08-01T00:00:00Z, participation_ppm: 1", factor: "999999") == [])
    }

    @Test func `factors that sum to more are told with the instant, the sum and the parts`() {
        let two = faults(
            "community: other, from: 2016-09-01T00:00:00Z, to: 2016-10-01T00:00:00Z, participation_ppm: 400000",
            "community: other, from: 2016-10-01T00:00:00Z, participation_ppm: 400001"
        )
        #expect(two.count == 1)
        #expect(
            two.first?.contains("communities[1].members[0].devices[0].participation[2].participation_ppm: ") == true
                && two.first?.hasSuffix(
                    "must sum to 1000000 at most, sum to 1000001 from 2016-10-01T00:00:00Z on: sierra-crest 600000, other 400001"
                ) == true,
            "\(two)"
        )
    }

    @Test func `factors may not sum to more in the past either`() {
        let past = faults("community: other, from: 2016-09-01T00:00:00Z, to: 2016-09-01T01:00:00Z")
        #expect(
            past.count == 1 && past.first?.contains("sum to 1600000 from 2016-09-01T00:00:00Z on") == true,
            "\(past)"
        )
    }

    @Test func `lengths are compared where both hold, rule by rule`() {
        func other(_ first: Int, _ second: Int) -> String {
            """
            { code: other, time_zone: Europe/Vienna, rules: [{ to: 2017-01-01T00:00:00Z, interval_minutes: \(first), sharing_key: \
            equal }, { from: 2017-01-01T00:00:00Z, interval_minutes: \(second), sharing_key: equal }] }
            """
        }
        let part = "community: other, participation_ppm: 1"
        #expect(faults("\(part), from: 2016-08-01T00:00:00Z, to: 2017-01-01T00:00:00Z", of: other(60, 15)) == [])
        #expect(faults("\(part), from: 2017-01-01T00:00:00Z", of: other(15, 60)) == [])
        let later = faults("\(part), from: 2016-08-01T00:00:00Z", of: other(60, 15))
        #expect(
            later.count == 1
                && later.first?.hasSuffix(
                    "have several from 2017-01-01T00:00:00Z on: sierra-crest 60 min, other 15 min"
                ) == true,
            "\(later)"
        )
    }

    @Test func `a part needs a rule of its community at all times, a whole meter does not`() {
        let later = """
            { code: other, time_zone: Europe/Vienna, rules: [{ from: 2016-09-01T00:00:00Z, to: 2017-01-01T00:00:00Z, interval_minutes: 60, \
            sharing_key: equal }] }
            """
        let part = "community: other, participation_ppm: 400000"
        #expect(faults("\(part), from: 2016-09-01T00:00:00Z, to: 2017-01-01T00:00:00Z", of: later) == [])
        let early = faults("\(part), from: 2016-08-01T00:00:00Z, to: 2017-01-01T00:00:00Z", of: later)
        #expect(
            early.count == 1 && early.first?.contains("must not be before 2016-09-01T00:00:00Z") == true,
            "\(early)"
        )
        let long = faults("\(part), from: 2016-09-01T00:00:00Z", of: later)
        #expect(long.count == 1 && long.first?.contains("must not be after 2017-01-01T00:00:00Z") == true, "\(long)")
    }

    @Test func `limits for corrections are compared where both hold`() {
        let other =
            "{ code: other, time_zone: Europe/Vienna, interval_minutes: 60, sharing_key: equal, corrections: 60d }"
        let found = faults("community: other, participation_ppm: 1, from: 2016-09-01T00:00:00Z", of: other)
        #expect(
            found.count == 1
                && found.first?.hasSuffix("have several from 2016-09-01T00:00:00Z on: sierra-crest none, other 60d")
                    == true,
            "\(found)"
        )
    }

    @Test func `a sixth community at a time is one too many`() {
        let others = (1...5).map {
            "{ code: c\($0), time_zone: Europe/Vienna, interval_minutes: 60, sharing_key: equal }"
        }
        .joined(separator: "\n")
        func parts(_ last: String) -> [String] {
            (1...5).map {
                "community: c\($0), from: \($0 == 5 ? last : "2016-08-01T00:00:00Z"), participation_ppm: 1000"
                    + ($0 == 1 ? ", to: 2017-01-01T00:00:00Z" : "")
            }
        }
        func faults(_ last: String) -> [String] {
            let all = parts(last)
            return self.faults(all[0], all[1], all[2], all[3], all[4], of: others)
        }
        #expect(faults("2017-01-01T00:00:00Z") == [])
        let six = faults("2016-12-31T23:00:00Z")
        #expect(
            six.count == 1 && six.first?.contains("is in 6 from 2016-12-31T23:00:00Z on") == true
                && six.first?.contains("devices[0].participation[5]: ") == true,
            "\(six)"
        )
    }

    @Test func `in one community participations do not overlap, however small they are`() {
        let overlap = faults("from: 2018-01-01T00:00:00Z, participation_ppm: 1", factor: "1")
        #expect(
            overlap.count == 1
                && overlap.first?.contains("overlaps participation[0] of the same device in the same community")
                    == true,
            "\(overlap)"
        )
    }

    @Test func `shares count per community`() {
        let other = "{ code: other, time_zone: Europe/Vienna, interval_minutes: 60, sharing_key: static }"
        let part = "community: other, from: 2016-08-01T00:00:00Z, participation_ppm: 400000, share_ppm:"
        #expect(faults("\(part) 1000000", of: other) == [])
    }

    // MARK: Against a plain check of every instant

    @Test func `the sweep finds what a look at every instant finds`() {
        var generator = SeededNumbers(seed: 4_711)
        var found = [0, 0, 0, 0, 0, 0]
        for round in 0..<600 {
            let document = Self.randomDocument(&generator)
            let faults = RegistryValidator { _ in true }.faults(of: document).map(\.message)
            let device = document.communities[0].members[0].devices[0]
            let parts = device.participations
            let byCode = Dictionary(uniqueKeysWithValues: document.communities.map { ($0.code, $0) })
            var expected: [String] = []
            func first(_ kind: Int, _ message: (_ active: [RegistryParticipation], _ instant: Int64) -> String?) {
                for slot in 0..<16 {
                    let instant = Self.start + Int64(slot) * Self.hour
                    if let text = message(parts.filter { $0.span.contains(instant) }, instant) {
                        expected.append(text + " from \(InstantText.format(instant)) on")
                        found[kind] += 1
                        return
                    }
                }
            }
            first(0) { active, _ in
                let sum = active.map(\.participationPPM).reduce(0, +)
                return sum > 1_000_000 ? "sum to 1000000 at most, sum to \(sum)" : nil
            }
            first(1) { active, _ in active.count > 5 ? "is in \(active.count)" : nil }
            first(2) { active, instant in
                let lengths = active.compactMap { part in
                    byCode[part.community]?.rules.first { $0.span.contains(instant) }?.intervalMinutes
                }
                return Set(lengths).count > 1 ? "of one length, have several" : nil
            }
            first(4) { active, instant in
                let limits = active.compactMap { part in
                    byCode[part.community]?.rules.first { $0.span.contains(instant) }.map { $0.corrections ?? -1 }
                }
                return Set(limits).count > 1 ? "for `corrections`, have several" : nil
            }
            for part in parts where part.participationPPM < 1_000_000 {
                if let begin = byCode[part.community]?.rules.first?.from, part.from < begin {
                    expected.append("must not be before \(InstantText.format(begin))")
                    found[5] += 1
                }
            }
            for community in document.communities {
                first(3) { active, instant in
                    guard let rule = community.rules.first(where: { $0.span.contains(instant) }),
                        rule.sharing.key == .static
                    else { return nil }
                    let sum =
                        active.filter { $0.community == community.code }.compactMap(\.sharePPM).reduce(0, +)
                        + Self.fixedShare
                    return sum > 1_000_000 ? "'\(community.code)' must sum to 1000000 at most, sum to \(sum)" : nil
                }
            }
            #expect(faults.count == expected.count, "round \(round): \(faults), expected \(expected)")
            for text in expected {
                #expect(faults.contains { $0.contains(text) }, "round \(round): \(faults) has not: \(text)")
            }
        }
        #expect(found.allSatisfy { $0 > 20 }, "every kind of fault occurs: \(found)")
    }

    /// What a second device has in every community, from the beginning on.
    private static let fixedShare = 500_000

    /// Seven communities with dated rules, and a device with participations in some of them.
    private static func randomDocument(_ generator: inout SeededNumbers) -> RegistryDocument {
        let codes = ["a", "b", "c", "d", "e", "f", "g"]
        let minutes = [60, 60, 60, 15]
        var communities = codes.map { code in
            let edge = start + Int64.random(in: 1..<15, using: &generator) * hour
            func rule(_ from: Int64?, _ until: Int64?) -> RegistryRule {
                RegistryRule(
                    from: from,
                    until: until,
                    intervalMinutes: minutes.randomElement(using: &generator) ?? 60,
                    sharing: SharingRule(key: Bool.random(using: &generator) ? .static : .equal),
                    corrections: Int.random(in: 0..<8, using: &generator) == 0 ? 100 * 24 * hour : nil
                )
            }
            let rules =
                Int.random(in: 0..<3, using: &generator) == 0
                ? [rule(nil, edge), rule(edge, nil)] : [rule(edge > start + 12 * hour ? start + hour : nil, nil)]
            return RegistryCommunity(code: code, name: code, timeZone: "UTC", rules: rules)
        }
        var parts: [RegistryParticipation] = []
        for code in codes where Int.random(in: 0..<10, using: &generator) > 0 {
            var at = Int64.random(in: 0..<12, using: &generator)
            while at < 12, Int.random(in: 0..<4, using: &generator) > 0 {
                let end = at + Int64.random(in: 1...4, using: &generator)
                parts.append(
                    RegistryParticipation(
                        community: code,
                        from: start + at * hour,
                        until: Int.random(in: 0..<8, using: &generator) == 0 ? nil : start + end * hour,
                        participationPPM: [50_000, 200_000, 300_000].randomElement(using: &generator) ?? 1,
                        sharePPM: [nil, 400_000, 600_000].randomElement(using: &generator) ?? nil
                    )
                )
                if parts.last?.until == nil { break }
                at = end + Int64.random(in: 0...2, using: &generator)
            }
        }
        parts.shuffle(using: &generator)
        communities[0].members = [
            RegistryMember(code: "m", name: "m", devices: [RegistryDevice(hubDeviceID: "d", participations: parts)])
        ]
        communities[0].members += codes.map { code in
            let part = RegistryParticipation(community: code, from: start, sharePPM: fixedShare)
            let device = RegistryDevice(hubDeviceID: "fixed-\(code)", participations: [part])
            return RegistryMember(code: "fixed-\(code)", name: code, devices: [device])
        }
        return RegistryDocument(communities: communities)
    }
}
