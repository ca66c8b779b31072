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

    // MARK: Finality and corrections

    @Test(arguments: [
        ("35d", RegistryFinality.after(35 * 86_400_000_000)),
        ("{ day: 5, time: \"06:00\" }", .monthly(day: 5, second: 6 * 3600)),
        ("{ day: 28, time: 23:59:59 }", .monthly(day: 28, second: 86_399)),
        ("{ day: 1, time: '02:00' }", .monthly(day: 1, second: 7200)),
    ])
    func `finality is a duration, or a day and a time of the next month`(text: String, finality: RegistryFinality)
        throws
    {
        let text = Example.text.replacing("grace: 2h", with: "grace: 2h\n    finality: \(text)\n    corrections: 60d")
        let rule = try Example.read(text).communities[0].rules[0]
        #expect(rule.finality == finality && rule.corrections == 60 * 86_400_000_000)
        #expect(try Example.read(RegistryWriter.write(try Example.read(text))).communities[0].rules == [rule])
    }

    @Test(arguments: [
        ("{ day: 5 }", "finality.time: is missing"),
        ("{ time: \"06:00\" }", "finality.day: is missing"),
        ("{ day: 29, time: \"06:00\" }", "finality.day: must be a whole number from 1 to 28, is '29'"),
        ("{ day: 5, time: \"24:00\" }", "finality.time: must be a local time from \"00:00\" to \"23:59\", is '24:00'"),
        ("{ day: 5, time: \"6:00\" }", "finality.time: must be a local time"),
        ("{ day: 5, time: \"06:00\", zone: UTC }", "finality.zone: unknown key"),
        ("[5]", "finality: must be a duration like"),
        ("{ day: 1, time: \"01:59\" }", "finality: must be later: only 1h59m after a month's last interval"),
    ])
    func `a finality that is none is a fault`(text: String, expected: String) {
        let faults = Example.faults(("grace: 2h", with: "grace: 2h\n    finality: \(text)"))
        #expect(faults.count == 1 && faults.first?.contains(expected) == true, "\(faults)")
    }

    @Test(arguments: [
        ("corrections: 35d", nil),
        ("corrections: 34d23h", "corrections: must not be shorter than `finality` (35d), is 34d23h"),
        ("finality: 3h\n    corrections: 3h", nil),
        ("finality: { day: 5, time: \"06:00\" }\n    corrections: 36d", nil),
        (
            "finality: { day: 5, time: \"06:00\" }\n    corrections: 35d",
            "corrections: must not be shorter than 31 days and the 5 of `finality` (36d), is 35d"
        ),
        ("corrections: never", "corrections: must be a duration"),
    ])
    func `an interval is not closed before it is final`(text: String, expected: String?) {
        let faults = Example.faults(("grace: 2h", with: "grace: 2h\n    \(text)"))
        #expect(faults.count == (expected == nil ? 0 : 1), "\(faults)")
        if let expected { #expect(faults.first?.contains(expected) == true, "\(faults)") }
    }
}
