import CommunityRegistry
import Testing

@Suite struct RegistryRulesTests {
    /// The faults of the example with these rules, one per line, instead of the direct ones.
    private func faults(_ rules: String...) -> [String] {
        let list = rules.map { "      - { interval_minutes: 60, sharing_key: static, \($0) }\n" }.joined()
        return Example.faults(
            ("    interval_minutes: 60\n    sharing_key: static\n    grace: 2h\n", with: "    rules:\n" + list)
        )
    }

    @Test func `rules that follow each other are sound`() {
        #expect(faults("to: 2017-01-01T00:00:00Z", "from: 2017-01-01T00:00:00Z, to: 2018-01-01T00:00:00Z") == [])
    }

    @Test(arguments: [
        ("to: 2017-01-01T00:00:00Z", "from: 2017-01-01T01:00:00Z", "leaves a hole after the rule before it"),
        ("to: 2017-01-01T00:00:00Z", "from: 2016-12-31T23:00:00Z", "overlaps the rule before it: must be 2017-01-01"),
        ("from: 2016-01-01T00:00:00Z", "from: 2017-01-01T00:00:00Z", "which has no end"),
        ("to: 2017-01-01T00:00:00Z", "to: 2018-01-01T00:00:00Z", "only the first rule may begin at no given time"),
        ("to: 2017-01-01T00:30:00Z", "from: 2017-01-01T00:30:00Z", "must lie on the interval grid of 60 minutes"),
        ("from: 2017-01-01T00:00:00Z, to: 2016-01-01T00:00:00Z", "from: 2016-01-01T00:00:00Z", "must be after `from`"),
    ])
    func `rules that do not follow each other are faults`(first: String, second: String, expected: String) {
        let faults = faults(first, second)
        #expect(faults.contains { $0.contains(expected) && $0.contains("communities[0].rules[") }, "\(faults)")
    }

    @Test func `a participation lies on the grid of the rule at its time`() {
        let rules = """
                rules:
                  - { to: 2017-01-01T00:00:00Z, interval_minutes: 60, sharing_key: static }
                  - { from: 2017-01-01T00:00:00Z, interval_minutes: 15, sharing_key: static }

            """
        let direct = "    interval_minutes: 60\n    sharing_key: static\n    grace: 2h\n"
        #expect(
            Example.faults(
                (direct, with: rules),
                ("2017-01-01T00:00:00Z, share_ppm: 3", with: "2017-01-01T01:15:00Z, share_ppm: 3")
            ) == []
        )
        #expect(
            Example.faults((direct, with: rules), ("2016-08-01T00:00:00Z", with: "2016-08-01T00:15:00Z")).count == 1
        )
    }

    @Test func `shares sum to a million ppm at every instant`() {
        #expect(Example.faults(("share_ppm: 400000", with: "share_ppm: 400001")).count == 1)
        // 600,000 + 400,000 until 2017, 600,000 + 300,000 after it: no instant has 1,300,000.
        #expect(Example.faults() == [])
        let later = Example.faults(("share_ppm: 300000", with: "share_ppm: 500000"))
        #expect(later.count == 1)
        #expect(later.first?.contains("24:") == true)
        #expect(later.first?.contains("sum to 1100000 from 2017-01-01T00:00:00Z on") == true, "\(later)")
    }

    @Test func `shares do not matter to keys that have none`() {
        let replaced = ("share_ppm: 400000", with: "share_ppm: 900000")
        #expect(Example.faults(replaced, ("sharing_key: static", with: "sharing_key: proportional")) == [])
        #expect(Example.faults(replaced, ("sharing_key: static", with: "sharing_key: hybrid")).count == 1)
    }

    @Test func `shares matter from where a rule that uses them begins`() {
        let rules = """
                rules:
                  - { to: 2018-01-01T00:00:00Z, interval_minutes: 60, sharing_key: equal }
                  - { from: 2018-01-01T00:00:00Z, interval_minutes: 60, sharing_key: static }

            """
        let direct = "    interval_minutes: 60\n    sharing_key: static\n    grace: 2h\n"
        let early = Example.faults((direct, with: rules), ("share_ppm: 400000", with: "share_ppm: 900000"))
        let late = Example.faults((direct, with: rules), ("share_ppm: 300000", with: "share_ppm: 900000"))
        #expect(early == [])
        #expect(late.count == 1 && late.first?.contains("from 2018-01-01T00:00:00Z on") == true, "\(late)")
    }

    @Test func `a device is in one community at a time`() {
        let other = """
              - { code: other, time_zone: Europe/Vienna, interval_minutes: 60, sharing_key: equal }

            """
        func faults(_ participation: String) -> [String] {
            Example.faults(
                ("communities:\n", with: "communities:\n" + other),
                ("{ from: 2017-01-01T00:00:00Z, share_ppm: 300000 }", with: participation)
            )
        }
        #expect(faults("{ community: other, from: 2017-01-01T00:00:00Z }") == [])
        let both = faults("{ community: other, from: 2016-12-31T23:00:00Z }")
        #expect(both.count == 1)
        #expect(both.first?.contains("does not support a meter in two communities at a time") == true, "\(both)")
    }
}
