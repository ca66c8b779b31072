import CommunityRegistry
import EnergySharing
import Testing

/// What a change of one community's participation touches in the device's other communities: exactly that, and no more.
@Suite struct TouchedElsewhereTests {
    private static let hour: Int64 = 3_600_000_000
    private static let start = Example.august2016

    private func at(_ hours: Int64) -> Int64 { Self.start + hours * Self.hour }

    private func part(_ code: String, _ from: Int64, _ until: Int64?, _ ppm: Int = 200_000, share: Int? = nil)
        -> RegistryParticipation
    {
        RegistryParticipation(
            community: code,
            from: at(from),
            until: until.map(at),
            participationPPM: ppm,
            sharePPM: share
        )
    }

    /// Four communities; the first one's member has a meter with these parts, and another one that is in `a` alone.
    private func document(_ parts: [RegistryParticipation], codes: [String] = ["a", "b", "c", "d"]) -> RegistryDocument
    {
        var document = RegistryDocument(
            communities: codes.map {
                RegistryCommunity(
                    code: $0,
                    name: $0,
                    timeZone: "UTC",
                    rules: [RegistryRule(intervalMinutes: 60, sharing: SharingRule(key: .static))]
                )
            }
        )
        document.communities[0].members = [
            RegistryMember(
                code: "ada",
                name: "Ada",
                devices: [RegistryDevice(hubDeviceID: "m1", participations: parts)]
            ),
            RegistryMember(
                code: "bob",
                name: "Bob",
                devices: [RegistryDevice(hubDeviceID: "m2", participations: [part("a", 0, nil)])]
            ),
        ]
        return document
    }

    /// What is touched, as `code from until`, in hours since the start.
    private func touched(_ plan: RegistryPlan) -> [String] {
        plan.touched.map {
            "\($0.community) \(($0.span.from - Self.start) / Self.hour) "
                + ($0.span.until == .max ? "inf" : "\(($0.span.until - Self.start) / Self.hour)")
        }
    }

    private func touched(_ old: [RegistryParticipation], _ new: [RegistryParticipation]) -> [String] {
        touched(RegistryPlan(current: document(old), desired: document(new), prune: false, now: at(0)))
    }

    @Test func `another factor touches the others where both hold`() {
        let others = [part("b", 2, 6), part("c", 8, nil), part("d", 20, nil)]
        #expect(
            touched([part("a", 0, 10)] + others, [part("a", 0, 10, 300_000)] + others) == ["a 0 10", "b 2 6", "c 8 10"]
        )
    }

    @Test func `another span touches the others where it differs`() {
        let others = [part("b", 2, 6), part("c", 8, nil)]
        #expect(touched([part("a", 0, 10)] + others, [part("a", 0, 5)] + others) == ["a 5 10", "b 5 6", "c 8 10"])
        #expect(touched([part("a", 0, 10)] + others, [part("a", 0, nil)] + others) == ["a 10 inf", "c 10 inf"])
        #expect(touched(others, [part("a", 3, 4)] + others) == ["a 3 4", "b 3 4"])
    }

    @Test func `another share touches its own community alone`() {
        let other = [part("b", 0, nil)]
        #expect(touched([part("a", 0, 10)] + other, [part("a", 0, 10, share: 5)] + other) == ["a 0 10"])
    }

    @Test func `a community that is new has nothing settled, its device's others may have`() {
        let old = document([part("a", 0, nil)], codes: ["a", "c", "d"])
        let new = document([part("a", 0, nil), part("b", 4, 9)])
        #expect(touched(RegistryPlan(current: old, desired: new, prune: false, now: at(0))) == ["a 4 9"])
    }

    @Test func `a participation that is pruned in one community touches the others`() {
        let old = document([part("a", 0, nil), part("b", 0, nil)])
        var new = document([part("a", 0, nil)])
        new.communities[0].members.removeLast()
        let plan = RegistryPlan(current: old, desired: new, prune: true, now: at(7))
        #expect(touched(plan) == ["a 7 inf", "b 7 inf"])
    }

    @Test func `what is touched is where a plain comparison of every hour differs`() {
        let hours: Int64 = 12
        let codes = ["a", "b", "c", "d"]
        func random() -> [RegistryParticipation] {
            codes.flatMap { code in
                var at = Int64.random(in: 0..<6)
                var parts: [RegistryParticipation] = []
                while at < hours, Int.random(in: 0..<3) > 0 {
                    let end = min(hours, at + Int64.random(in: 1...5))
                    parts.append(
                        part(
                            code,
                            at,
                            end,
                            [100_000, 200_000].randomElement() ?? 1,
                            share: [nil, 1].randomElement() ?? nil
                        )
                    )
                    at = end + Int64.random(in: 0...2)
                }
                return parts
            }
        }
        func value(_ parts: [RegistryParticipation], _ code: String, _ hour: Int64) -> RegistryParticipation? {
            let found = parts.first { $0.community == code && $0.span.contains(at(hour)) }
            return found.map { part(code, 0, 1, $0.participationPPM, share: $0.sharePPM) }
        }
        for _ in 0..<400 {
            let old = random()
            // What the new file does not name of a device would stay, so it names the same communities.
            let named = Set(old.map(\.community))
            let new = random().filter { named.contains($0.community) }
            guard Set(new.map(\.community)) == named else { continue }
            let plan = RegistryPlan(current: document(old), desired: document(new), prune: false, now: at(0))
            for code in codes {
                for hour in 0..<hours {
                    let isOwn = value(old, code, hour) != value(new, code, hour)
                    let isElsewhere =
                        value(old, code, hour) != nil
                        && codes.contains {
                            $0 != code
                                && value(old, $0, hour)?.participationPPM != value(new, $0, hour)?.participationPPM
                        }
                    let isTouched = plan.touched.contains { $0.community == code && $0.span.contains(at(hour)) }
                    #expect(isTouched == (isOwn || isElsewhere), "\(code) \(hour): \(old) -> \(new)")
                }
            }
        }
    }

    @Test func `what becomes due is told with who takes part and whose participation is the cause`() {
        let old = [part("a", 0, nil), part("b", 0, nil)]
        var plan = RegistryPlan(
            current: document(old),
            desired: document([part("a", 0, nil), part("b", 0, nil, 300_000)]),
            prune: false,
            now: at(0)
        )
        func due(_ code: String) -> DueAgain {
            DueAgain(
                span: CommunitySpan(community: code, span: TimeSpan(from: at(0), until: at(2))),
                intervals: 2,
                final: 1,
                sealed: 3
            )
        }
        plan.noteDue([due("a"), due("b")])
        let tail = "by the participation of"
        #expect(
            plan.dueAgain.map(\.description) == [
                "2 settled intervals of a, from 2016-08-01T00:00:00Z to 2016-08-01T02:00:00Z (1 final); 2 meters of 2 members: "
                    + "ada, bob; \(tail) ada; 3 more are sealed and do not change: retention has dropped their readings",
                "2 settled intervals of b, from 2016-08-01T00:00:00Z to 2016-08-01T02:00:00Z (1 final); 1 meter of 1 member: "
                    + "a/ada; \(tail) a/ada; 3 more are sealed and do not change: retention has dropped their readings",
            ]
        )
    }

    @Test func `more than ten members are counted`() {
        let names = (1...11).map { "home-\($0)" }
        var due = DueAgain(
            span: CommunitySpan(community: "a", span: TimeSpan(from: at(0), until: at(1))),
            intervals: 1,
            final: 0,
            meters: 12,
            members: names
        )
        #expect(due.description.hasSuffix("; 12 meters of 11 members: home-1 and 10 others"))
        due.members.removeLast()
        #expect(due.description.hasSuffix("home-9, home-10"))
        (due.intervals, due.sealed) = (0, 1)
        #expect(
            due.description
                == "nothing of a, from 2016-08-01T00:00:00Z to 2016-08-01T01:00:00Z: 1 settled interval there is sealed "
                + "and does not change: retention has dropped their readings"
        )
    }
}
