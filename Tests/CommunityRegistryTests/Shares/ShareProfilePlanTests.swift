import CommunityRegistry
import EnergySharing
import Testing

@Suite struct ShareProfilePlanTests {
    private static let start = Example.august2016
    private static let hour: Int64 = 3_600_000_000
    private static let quarter: Int64 = 900_000_000

    private func at(_ hours: Int64) -> Int64 { Self.start + hours * Self.hour }

    /// A table of shares: for each device its hours, the first one at `from`.
    private func file(_ shares: [String: [Int32]], from: Int64, name: String = "folder/new.csv") throws -> ShareFile {
        var text = "device,hour_start,share_ppm\n"
        for (device, row) in shares.sorted(by: { $0.key < $1.key }) {
            for (hour, share) in row.enumerated() {
                text += "\(device),\(InstantText.format(from + Int64(hour) * Self.hour)),\(share)\n"
            }
        }
        return try ShareFile(name: name, table: Array(text.utf8))
    }

    /// Two meters in `c` with a fixed share each, one that is in `other`, and one that is in nothing.
    private func registry(
        key: SharingKey = .static,
        minutes: Int = 60,
        until: Int64? = nil
    ) -> RegistryDocument {
        func member(_ id: String, _ parts: [RegistryParticipation]) -> RegistryMember {
            RegistryMember(
                code: "of-\(id)",
                name: id,
                devices: [RegistryDevice(hubDeviceID: id, participations: parts)]
            )
        }
        func community(_ code: String, _ members: [RegistryMember]) -> RegistryCommunity {
            let rule = RegistryRule(intervalMinutes: minutes, sharing: SharingRule(key: key))
            return RegistryCommunity(code: code, name: code, timeZone: "UTC", rules: [rule], members: members)
        }
        return RegistryDocument(communities: [
            community(
                "c",
                [
                    member("m1", [RegistryParticipation(community: "c", from: at(0), until: until, sharePPM: 100_000)]),
                    member("m2", [RegistryParticipation(community: "c", from: at(0), sharePPM: 200_000)]),
                ]
            ),
            community(
                "other",
                [member("o", [RegistryParticipation(community: "other", from: at(0))]), member("n", [])]
            ),
        ])
    }

    private func plan(
        _ file: ShareFile,
        _ registry: RegistryDocument? = nil,
        stored: [HourlyShares] = []
    ) throws(ShareRefusal) -> ShareProfilePlan {
        try ShareProfilePlan(file, for: "c", registry: registry ?? self.registry(), stored: stored)
    }

    private func stored(_ shares: [String: [Int32]], from: Int64) -> HourlyShares {
        let hours = Int64(shares.values.first?.count ?? 0)
        return HourlyShares(
            span: TimeSpan(from: from, until: from + hours * Self.hour),
            shares: shares,
            source: "old.csv"
        )
    }

    private func hours(_ plan: ShareProfilePlan) -> [String] {
        plan.touched.map { "\(($0.span.from - Self.start) / Self.hour) \(($0.span.until - Self.start) / Self.hour)" }
    }

    @Test func `hours in which a share differs from the participation's are touched, merged`() throws {
        let file = try file(
            ["m1": [100_000, 100_000, 1, 100_000, 1, 1], "m2": [200_000, 200_000, 200_000, 7, 200_000, 200_000]],
            from: at(2)
        )
        let plan = try plan(file)
        #expect(hours(plan) == ["4 8"])
        #expect(
            plan.changes.map(\.description) == [
                "add shares by the hour of c from 2016-08-01T02:00:00Z to 2016-08-01T08:00:00Z: 6 hours of 2 meters, by new.csv"
            ]
        )
        #expect(plan.warnings.isEmpty)
    }

    @Test func `a meter that takes part and is not named has no share, and that is told`() throws {
        let plan = try plan(try file(["m1": [100_000]], from: at(2)))
        #expect(hours(plan) == ["2 3"])
        #expect(plan.warnings == ["device m2 takes part in c in this time and is not named: it has no share"])
    }

    @Test func `shares count while a meter takes part, and where the key uses them`() throws {
        let file = try file(["m1": [1, 1, 1], "m2": [200_000, 200_000, 200_000]], from: at(2))
        #expect(hours(try plan(file, registry(until: at(3)))) == ["2 3"])
        let gone = try plan(file, registry(until: at(1)))
        #expect(gone.touched.isEmpty && !gone.changes.isEmpty)
        #expect(gone.warnings == ["device m1 takes part in c at other times only: its shares decide nothing"])
        let equal = try plan(file, registry(key: .equal))
        #expect(
            equal.touched.isEmpty && equal.warnings == ["no rule of c uses shares in this time: they decide nothing"]
        )
    }

    @Test func `what is stored counts, not the participation's share, and is said to be replaced`() throws {
        let old = stored(["m1": [5, 6, 7, 8]], from: at(1))
        let plan = try plan(try file(["m1": [6, 6, 100_000], "m2": [0, 0, 200_000]], from: at(2)), stored: [old])
        #expect(hours(plan) == ["3 5"], "hour 4 is still stored: 8, and nothing for m2")
        #expect(
            plan.changes.last?.description
                == "remove shares by the hour of c from 2016-08-01T02:00:00Z to 2016-08-01T05:00:00Z: by old.csv"
        )
    }

    @Test func `the same again changes nothing, a share of 0 is none`() throws {
        let old = stored(["m1": [5, 6, 7, 8], "m2": [0, 0, 0, 0]], from: at(1))
        #expect(try plan(try file(["m1": [6, 7]], from: at(2)), stored: [old]).changes.isEmpty)
        let halves = [stored(["m1": [5, 6]], from: at(1)), stored(["m1": [7, 8]], from: at(3))]
        #expect(
            try plan(try file(["m1": [5, 6, 7, 8], "m2": [0, 0, 0, 0]], from: at(1)), stored: halves).changes.isEmpty
        )
        #expect(!(try plan(try file(["m1": [5, 6, 7, 8, 9]], from: at(1)), stored: halves).changes.isEmpty))
        let gap = [stored(["m1": [5]], from: at(1)), stored(["m1": [8]], from: at(3))]
        #expect(
            !(try plan(try file(["m1": [5, 0, 8]], from: at(1)), stored: gap).changes.isEmpty),
            "hour 2 is not stored"
        )
    }

    @Test func `devices that do not fit are told by line`() throws {
        let text = """
            hour_start,device,share
            2016-08-01T00:00Z,m1,0.1
            2016-08-01T01:00Z,x,0.1
            2016-08-01T01:00Z,m1,0.1
            2016-08-01T00:00Z,x,0.1
            2016-08-01T00:00Z,o,0.1
            2016-08-01T01:00Z,o,0.1
            """
        let file = try ShareFile(name: "a.csv", table: Array(text.utf8))
        #expect(throws: ShareRefusal.self) { try plan(file) }
        do throws(ShareRefusal) {
            _ = try plan(file)
        } catch {
            #expect(
                error.description
                    == "a.csv:3: there is no device 'x' in the registry\na.csv:6: device 'o' never takes part in c"
            )
        }
    }

    @Test func `a community that is not there, and hours off the grid, are refused`() throws {
        let off = try file(["m1": [1]], from: at(2) + Self.quarter)
        #expect { try plan(off) } throws: { "\($0)".contains("not on the interval grid of c, 60 minutes (UTC)") }
        #expect(try hours(plan(off, registry(minutes: 15))).count == 1)
        #expect {
            try ShareProfilePlan(off, for: "x", registry: registry(), stored: [])
        } throws: {
            "\($0)".contains("there is no community 'x'")
        }
    }

    @Test func `a profile is not cut within an hour`() throws {
        let quarters = registry(minutes: 15)
        let old = stored(["m1": [5, 6, 7]], from: at(1))
        let off = try file(["m1": [1]], from: at(2) + Self.quarter)
        #expect {
            try plan(off, quarters, stored: [old])
        } throws: {
            "\($0)".contains("between those of the shares by old.csv")
        }
        // All of it is covered: nothing has to be cut.
        let all = try plan(try file(["m1": [5, 5, 6, 7]], from: at(0) + Self.quarter), quarters, stored: [old])
        let slots = all.touched.map {
            "\(($0.span.from - at(0)) / Self.quarter) \(($0.span.until - at(0)) / Self.quarter)"
        }
        // Before and after the old profile the participations' shares counted; in it m1 has the next share a quarter-hour later.
        #expect(slots == ["1 4", "8 9", "12 13", "16 17"], "\(slots)")
    }

    @Test func `touched is exactly what a plain look at every interval finds`() throws {
        var generator = SeededNumbers(seed: 12)
        var (changed, same) = (0, 0)
        for round in 0..<400 {
            let minutes = [15, 60].randomElement(using: &generator) ?? 60
            let registry = randomRegistry(minutes, &generator)
            let offset = minutes == 15 ? Int64.random(in: 0..<4, using: &generator) * Self.quarter : 0
            func row(_ count: Int) -> [Int32] { (0..<count).map { _ in Int32.random(in: 0...1, using: &generator) } }
            var olds: [HourlyShares] = []
            var next: Int64 = 0
            while next < 20, Int.random(in: 0..<4, using: &generator) > 0 {
                let begin = next + Int64.random(in: 0...4, using: &generator)
                let count = Int.random(in: 1...6, using: &generator)
                let named = ["m0", "m1", "m2"].filter { _ in Bool.random(using: &generator) }
                if !named.isEmpty {
                    olds.append(
                        stored(
                            Dictionary(uniqueKeysWithValues: named.map { ($0, row(count)) }),
                            from: at(begin) + offset
                        )
                    )
                }
                next = begin + Int64(count)
            }
            let from = at(Int64.random(in: 0..<16, using: &generator)) + offset
            let count = Int.random(in: 1...6, using: &generator)
            let named = ["m0", "m1", "m2"].filter { _ in Bool.random(using: &generator) }
            let shares = Dictionary(uniqueKeysWithValues: (named.isEmpty ? ["m0"] : named).map { ($0, row(count)) })
            let plan = try self.plan(try file(shares, from: from), registry, stored: olds)

            func share(_ id: String, _ instant: Int64, _ profiles: [HourlyShares]) -> Int32? {
                guard let profile = profiles.first(where: { $0.span.contains(instant) }) else { return nil }
                return profile.shares[id]?[Int((instant - profile.span.from) / Self.hour)] ?? 0
            }
            let new = stored(shares, from: from)
            let community = registry.communities[0]
            let devices = community.members.flatMap(\.devices)
            var isSame = true
            for slot in 0..<(32 * 60 / minutes) {
                let instant = at(0) + Int64(slot * minutes) * 60_000_000
                let isInside = new.span.contains(instant)
                let rule = community.rules.first { $0.span.contains(instant) }
                var differs = false
                for device in devices {
                    let after = share(device.hubDeviceID, instant, [new] + olds)
                    let before = share(device.hubDeviceID, instant, olds)
                    if isInside, before != after { isSame = false }
                    guard let part = device.participations.first(where: { $0.span.contains(instant) }) else { continue }
                    let own = Int32(part.sharePPM ?? 0)
                    if rule?.sharing.key == .static, (before ?? own) != (after ?? own) { differs = true }
                }
                let isTouched = plan.touched.contains { $0.span.contains(instant) }
                #expect(isTouched == differs, "round \(round), interval \(slot)")
            }
            #expect(plan.changes.isEmpty == isSame, "round \(round)")
            if isSame { same += 1 } else { changed += 1 }
        }
        #expect(changed > 100 && same > 3, "\(changed) changed, \(same) the same")
    }

    /// Three meters that come and go, and rules with and without shares.
    private func randomRegistry(_ minutes: Int, _ generator: inout SeededNumbers) -> RegistryDocument {
        let edge = at(Int64.random(in: 1..<20, using: &generator))
        func rule(_ from: Int64?, _ until: Int64?) -> RegistryRule {
            RegistryRule(
                from: from,
                until: until,
                intervalMinutes: minutes,
                sharing: SharingRule(key: Int.random(in: 0..<3, using: &generator) > 0 ? .static : .priority)
            )
        }
        let rules = [rule(nil, edge), rule(edge, nil)]
        let members = (0..<3).map { index in
            let from = at(Int64.random(in: 0..<12, using: &generator))
            let until =
                Bool.random(using: &generator) ? nil : from + Int64.random(in: 1..<9, using: &generator) * Self.hour
            let part = RegistryParticipation(
                community: "c",
                from: from,
                until: until,
                sharePPM: [nil, 0, 1].randomElement(using: &generator) ?? nil
            )
            let device = RegistryDevice(hubDeviceID: "m\(index)", participations: [part])
            return RegistryMember(code: "m\(index)", name: "M", devices: [device])
        }
        return RegistryDocument(communities: [
            RegistryCommunity(code: "c", name: "C", timeZone: "UTC", rules: rules, members: members)
        ])
    }
}
