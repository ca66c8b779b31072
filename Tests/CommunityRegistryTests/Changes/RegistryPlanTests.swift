import CommunityRegistry
import EnergySharing
import MeterReadings
import Testing

@Suite struct RegistryPlanTests {
    /// 2017-06-01T00:10:00Z.
    private let now: Int64 = 1_496_275_800_000_000
    /// 2017-06-01T01:00:00Z, the next edge of hours.
    private let nextEdge: Int64 = 1_496_278_800_000_000

    private func plan(_ desired: (inout RegistryDocument) -> Void, prune: Bool = false) throws -> RegistryPlan {
        let current = try Example.read(Example.text)
        var changed = current
        desired(&changed)
        return RegistryPlan(current: current, desired: changed, prune: prune, now: now)
    }

    private func span(_ from: Int64, _ until: Int64) -> [CommunitySpan] {
        [CommunitySpan(community: "sierra-crest", span: TimeSpan(from: from, until: until))]
    }

    @Test func `the same document changes nothing`() throws {
        let plan = try plan { _ in }
        #expect(plan.changes.isEmpty && plan.notNamed.isEmpty && plan.touched.isEmpty && plan.resized.isEmpty)
        #expect(plan.merged == (try Example.read(Example.text)))
    }

    @Test func `a new registry is all additions, and makes nothing due again`() throws {
        let document = try Example.read(Example.text)
        let plan = RegistryPlan(current: RegistryDocument(), desired: document, prune: true, now: now)
        #expect(plan.changes.map(\.verb) == Array(repeating: .add, count: 7))
        #expect(plan.merged == document && plan.touched.isEmpty && plan.changedPairs.count == 2)
    }

    @Test func `a name or a zone makes nothing due again`() throws {
        let plan = try plan {
            $0.communities[0].name = "Crest"
            $0.communities[0].timeZone = "Europe/Vienna"
            $0.communities[0].members[0].kind = .business
        }
        #expect(
            plan.changes.map(\.description) == [
                "change community sierra-crest: name Sierra Crest -> Crest; time_zone America/Los_Angeles -> Europe/Vienna",
                "change member sierra-crest/home-01: kind household -> business",
            ]
        )
        #expect(plan.touched.isEmpty)
    }

    @Test func `a changed share makes exactly its span due again`() throws {
        let plan = try plan { $0.communities[0].members[1].devices[0].participations[0].sharePPM = 1 }
        #expect(plan.touched == span(Example.august2016, Example.january2017))
        #expect(plan.changedPairs == [DevicePair(hubDeviceID: "sierra-crest-home-02", community: "sierra-crest")])
        #expect(plan.changes.map(\.verb) == [.change])
    }

    @Test func `a moved end makes only what moved due again`() throws {
        let plan = try plan { $0.communities[0].members[0].devices[0].participations[0].until = Example.january2017 }
        #expect(plan.touched == span(Example.january2017, .max))
        #expect(plan.changes.map(\.verb) == [.end])
    }

    @Test func `a changed limit makes all participations of the device due again`() throws {
        let plan = try plan { $0.communities[0].members[1].devices[0].inverterWatts = 10 }
        #expect(plan.touched == span(Example.august2016, .max))
        #expect(
            plan.changes.map(\.description) == ["change device sierra-crest-home-02: inverter_watts none -> 10"]
        )
    }

    @Test func `a changed key makes its rule's span due again, a changed grace nothing`() throws {
        let split = try plan {
            let rule = $0.communities[0].rules[0]
            $0.communities[0].rules = [rule, rule]
            $0.communities[0].rules[0].until = Example.january2017
            $0.communities[0].rules[1].from = Example.january2017
            $0.communities[0].rules[1].sharing.key = .equal
            $0.communities[0].rules[0].grace = 0
        }
        #expect(split.touched == span(Example.january2017, .max))
        #expect(split.resized.isEmpty && split.changedRules == ["sierra-crest"])
        let grace = try plan {
            $0.communities[0].rules[0].grace = 0
            $0.communities[0].rules[0].corrections = 60 * 86_400_000_000
        }
        #expect(grace.touched.isEmpty && grace.changedRules == ["sierra-crest"])
        #expect(
            grace.changes.map(\.description) == [
                "change community sierra-crest: rules 60 min, static, grace 2h, finality 35d -> "
                    + "60 min, static, grace 0s, finality 35d, corrections 60d"
            ]
        )
    }

    @Test func `another finality touches its rule's span, and where the calendar decides so does another zone`() throws
    {
        let monthly = RegistryFinality.monthly(day: 5, second: 6 * 3600)
        let finality = try plan { $0.communities[0].rules[0].finality = monthly }
        #expect(finality.touched == span(.min, .max))
        #expect(finality.changes.first?.description.hasSuffix("finality on day 5 at 06:00") == true)
        var current = try Example.read(Example.text)
        let rule = current.communities[0].rules[0]
        current.communities[0].rules = [rule, rule]
        current.communities[0].rules[0].until = Example.january2017
        current.communities[0].rules[1].from = Example.january2017
        current.communities[0].rules[1].finality = monthly
        var desired = current
        desired.communities[0].timeZone = "Europe/Vienna"
        let zone = RegistryPlan(current: current, desired: desired, prune: false, now: now)
        #expect(zone.touched == span(Example.january2017, .max))
    }

    @Test func `another interval length, and a rule that goes away, are told apart`() throws {
        let length = try plan { $0.communities[0].rules[0].intervalMinutes = 15 }
        #expect(length.resized == span(.min, .max))
        let bounded = try plan { $0.communities[0].rules[0].from = Example.january2017 }
        #expect(bounded.resized == span(.min, Example.january2017))
    }

    @Test func `what the file does not name stays and is listed`() throws {
        let plan = try plan { $0.communities[0].members.remove(at: 1) }
        #expect(plan.changes.isEmpty && plan.touched.isEmpty)
        #expect(plan.notNamed == ["member sierra-crest/home-02, with 1 device"])
        #expect(plan.merged == (try Example.read(Example.text)))
        let none = try self.plan { $0.communities = [] }
        #expect(none.notNamed == ["community sierra-crest, with 2 members and 2 devices"])
    }

    @Test func `prune ends participations at the next edge, and takes back what had not begun`() throws {
        let current = try Example.read(Example.text)
        var later = current
        later.communities[0].members[1].devices[0].participations[1].from = nextEdge + 3_600_000_000
        var desired = current
        desired.communities[0].members = []
        let plan = RegistryPlan(current: later, desired: desired, prune: true, now: now)
        let devices = plan.merged.communities[0].members.flatMap(\.devices)
        #expect(devices[0].participations.map(\.until) == [nextEdge])
        #expect(devices[1].participations.map(\.until) == [Example.january2017])
        #expect(plan.touched == span(nextEdge, .max))
        #expect(plan.merged.communities[0].members.count == 2)
    }

    @Test func `pruning twice changes nothing the second time`() throws {
        var desired = try Example.read(Example.text)
        let current = desired
        desired.communities[0].members.remove(at: 0)
        let first = RegistryPlan(current: current, desired: desired, prune: true, now: now)
        let second = RegistryPlan(current: first.merged, desired: desired, prune: true, now: nextEdge + 1)
        #expect(!first.changes.isEmpty && second.changes.isEmpty)
    }

    @Test func `a device may change its member and is not doubled`() throws {
        let plan = try plan {
            let device = $0.communities[0].members[1].devices.removeLast()
            $0.communities[0].members[0].devices.append(device)
        }
        #expect(
            plan.changes.map(\.description) == [
                "change device sierra-crest-home-02: member sierra-crest/home-02 -> sierra-crest/home-01"
            ]
        )
        #expect(plan.merged.communities[0].members.map(\.devices.count) == [2, 0])
    }

    @Test func `a participation that the file does not give stays`() throws {
        let plan = try plan { $0.communities[0].members[0].devices[0].participations = [] }
        #expect(plan.changes.isEmpty)
        #expect(plan.notNamed == ["participation of sierra-crest-home-01 in sierra-crest"])
    }

    @Test func `a device that nobody had is taken in`() throws {
        let document = try Example.read(Example.text)
        var current = document
        let device = current.communities[0].members[1].devices.removeLast()
        let plan = RegistryPlan(current: current, unassigned: [device], desired: document, prune: false, now: now)
        #expect(
            plan.changes.map(\.description) == [
                "change device sierra-crest-home-02: member none -> sierra-crest/home-02"
            ]
        )
        #expect(plan.merged == document)
    }

    // MARK: Meter swaps

    private let swap = RegistryMeterSwap(at: Example.january2017, imported: .init(finalWh: 5, startWh: 3))

    private func swapPlan(
        _ before: [RegistryMeterSwap],
        _ after: [RegistryMeterSwap],
        decided: Set<Int64> = [],
        prune: Bool = false
    ) throws -> RegistryPlan {
        var current = try Example.read(Example.text)
        var desired = current
        current.communities[0].members[0].devices[0].meterSwaps = before
        desired.communities[0].members[0].devices[0].meterSwaps = after
        let id = "sierra-crest-home-01"
        return RegistryPlan(
            current: current,
            decidedSwaps: decided.isEmpty ? [:] : [id: decided],
            desired: desired,
            prune: prune,
            now: now
        )
    }

    @Test func `a meter swap is added, changed and taken back, and what it touches is left to the store`() throws {
        let id = "sierra-crest-home-01"
        let added = try swapPlan([], [swap])
        #expect(
            added.changes.map(\.description) == ["add meter swap of \(id) at 2017-01-01T00:00:00Z: import 5 Wh -> 3 Wh"]
        )
        #expect(added.changedSwaps == [ChangedSwap(hubDeviceID: id, at: Example.january2017, swap: swap)])
        #expect(added.touched.isEmpty && added.meterSwaps(of: id) == [swap])
        var other = swap
        other.imported = nil
        #expect(
            try swapPlan([swap], [other]).changes.map(\.description) == [
                "change meter swap of \(id) at 2017-01-01T00:00:00Z: import 5 Wh -> 3 Wh -> registers not known"
            ]
        )
        var later = swap
        later.at += 1
        let moved = try swapPlan([swap], [later])
        #expect(moved.changes.map(\.verb) == [.remove, .add])
        #expect(moved.changedSwaps.map(\.at) == [swap.at, later.at] && moved.meterSwaps(of: id) == [later])
        #expect(try swapPlan([swap], [swap]).changes.isEmpty)
    }

    @Test func `a file that names no swap of a device leaves them, unless pruned`() throws {
        let kept = try swapPlan([swap], [])
        #expect(kept.changes.isEmpty && kept.merged.communities[0].members[0].devices[0].meterSwaps == [swap])
        #expect(kept.notNamed == ["meter swap of sierra-crest-home-01 at 2017-01-01T00:00:00Z"])
        #expect(try swapPlan([swap], [], prune: true).changes.map(\.verb) == [.remove])
    }

    @Test func `a swap that was decided on an anomaly stays until the decision is taken back`() throws {
        var later = swap
        later.at += 1
        for prune in [false, true] {
            let plan = try swapPlan([swap], [later], decided: [swap.at], prune: prune)
            #expect(plan.changes.map(\.verb) == [.add])
            #expect(plan.meterSwaps(of: "sierra-crest-home-01") == [swap, later])
            #expect(
                plan.notNamed == ["meter swap of sierra-crest-home-01 at 2017-01-01T00:00:00Z, decided on an anomaly"]
            )
        }
    }

    @Test func `what readings fix is told by key`() throws {
        let plan = try plan {
            $0.communities[0].members[0].devices[0].kind = .interval
            $0.communities[0].members[0].devices[0].intervalSeconds = 300
            $0.communities[0].members[1].devices[0].registers = .import
        }
        #expect(plan.fixedByReadings.map(\.key) == ["kind", "registers"])
    }

    @Test func `an adapter that reads local time wants a zone`() throws {
        func warnings(_ zone: String?) throws -> [String] {
            try plan {
                $0.communities[0].members[0].devices[0].adapter = .tasmotaSML
                $0.communities[0].members[0].devices[0].timeZone = zone
            }.warnings
        }
        #expect(try warnings("Europe/Vienna").isEmpty)
        #expect(
            try warnings(nil).first?.contains("sierra-crest-home-01: the adapter 'tasmota-sml' reads local times")
                == true
        )
    }

    @Test func `a path is told in names`() throws {
        let document = try Example.read(Example.text)
        let path = RegistryPath()["communities"][0]["members"][1]["devices"][0]["participation"][1]["share_ppm"]
        #expect(
            document.label(of: path)
                == "community sierra-crest, member home-02, device sierra-crest-home-02, participation[1], share_ppm"
        )
    }
}
