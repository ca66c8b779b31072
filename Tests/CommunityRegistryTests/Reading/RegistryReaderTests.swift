import CommunityRegistry
import EnergySharing
import Foundation
import Testing

@Suite struct RegistryReaderTests {
    @Test func `reads every field, and fills in the defaults`() throws {
        let document = try Example.read(Example.text)
        let community = try #require(document.communities.first)
        #expect(community.code == "sierra-crest" && community.name == "Sierra Crest")
        #expect(community.timeZone == "America/Los_Angeles")
        #expect(
            community.rules == [
                RegistryRule(
                    intervalMinutes: 60,
                    sharing: SharingRule(key: .static),
                    grace: 7_200_000_000,
                    finality: .after(35 * 86_400_000_000)
                )
            ]
        )
        let first = try #require(community.members.first)
        #expect(
            first
                == RegistryMember(
                    code: "home-01",
                    name: "Home 01",
                    devices: [
                        RegistryDevice(
                            hubDeviceID: "sierra-crest-home-01",
                            connectionWatts: 17_250,
                            inverterWatts: 5_000,
                            participations: [
                                RegistryParticipation(
                                    community: "sierra-crest",
                                    from: Example.august2016,
                                    sharePPM: 600_000,
                                    priority: 1
                                )
                            ]
                        )
                    ]
                )
        )
        let second = try #require(community.members.last)
        #expect(second.name == "home-02")
        #expect(second.devices.first?.participations.first?.from == Example.august2016)
        #expect(second.devices.first?.participations.first?.until == Example.january2017)
    }

    @Test func `reads dated rules with all options`() throws {
        let text = Example.text.replacing(
            "    interval_minutes: 60\n    sharing_key: static\n    grace: 2h\n",
            with: """
                    rules:
                      - { to: 2017-01-01T00:00:00Z, interval_minutes: 60, sharing_key: equal, rounds: many, grace: PT30M }
                      - from: 2017-01-01T00:00:00Z
                        interval_minutes: 15
                        sharing_key: static-multi-round
                        remainder: surplus
                        finality: 10d

                """
        )
        #expect(
            try Example.read(text).communities.first?.rules == [
                RegistryRule(
                    until: Example.january2017,
                    intervalMinutes: 60,
                    sharing: SharingRule(key: .equal, rounds: .many),
                    grace: 1_800_000_000
                ),
                RegistryRule(
                    from: Example.january2017,
                    intervalMinutes: 15,
                    sharing: SharingRule(key: .staticMultiRound, remainder: .surplus),
                    finality: .after(10 * 86_400_000_000)
                ),
            ]
        )
    }

    @Test func `names line, column and path of a wrong value`() {
        #expect(
            Example.faults(("connection_watts: 17250", with: "connection_watts: abc")) == [
                "registry.yaml:15:31: communities[0].members[0].devices[0].connection_watts: "
                    + "must be a whole number above 0, is 'abc'"
            ]
        )
    }

    @Test func `reports all faults at once, in the order of the file`() {
        let faults = Example.faults(
            ("code: sierra-crest", with: "code: Sierra"),
            ("America/Los_Angeles", with: "America/Los_Angels"),
            ("interval_minutes: 60", with: "interval_minutes: 20"),
            ("grace: 2h", with: "grace: soon"),
            ("kind: household", with: "kind: home"),
            ("adapter: v1", with: "adapter: dsrm"),
            ("inverter_watts: 5000", with: "inverter_wats: 5000"),
            ("from: 2016-08-01T00:00:00Z", with: "from: 2016-08-01"),
            ("share_ppm: 300000", with: "share_ppm: 1.5")
        )
        let lines = faults.map { $0.split(separator: ":")[1] }
        #expect(lines == ["2", "4", "5", "7", "11", "14", "16", "18", "24"], "\(faults)")
        #expect(faults[2].hasSuffix("interval_minutes: must be 15, 30 or 60, is '20'"))
        #expect(faults[6].contains("inverter_wats: unknown key: did you mean 'inverter_watts'?"))
        #expect(faults[7].contains("must be an instant with its offset"))
    }

    @Test(arguments: [
        ("    name: Sierra Crest\n    time_zone", "    time_zone", ""),
        ("    time_zone: America/Los_Angeles\n", "", "communities[0].time_zone: is missing"),
        ("    sharing_key: static\n", "", "communities[0].sharing_key: is missing"),
        ("    interval_minutes: 60\n", "    interval_minutes:\n", "communities[0].interval_minutes: must have a value"),
        ("{ from: 2016-08-01T00:00:00Z, to: null,", "{ to: null,", "participation[0].from: is missing"),
        ("hub_device_id: sierra-crest-home-02", "adapter: v1", "members[1].devices[0].hub_device_id: is missing"),
        ("name: Home 01", "name: [Home]", "members[0].name: must be a text, is a list"),
        ("adapter: v1", "register_digits: 10", "register_digits: must be a whole number from 1 to 9, is '10'"),
        ("adapter: v1", "register_digits: '6'", "register_digits: must be a whole number from 1 to 9, is '6'"),
        ("adapter: v1", "status: off", "status: must be 'enabled' or 'disabled', is 'off'"),
        ("adapter: v1", "kind: interval", ""),
        ("adapter: v1", "kind: interval\n            interval_seconds: 300", ""),
        ("adapter: v1", "adapter: linky", ""),
        (
            "adapter: v1", "adapter: ebix",
            "adapter: must be 'v1', 'homewizard', 'shelly', 'tasmota-sml', 'oesterreichs-energie', 'dsmr', 'sinapsi' or 'linky'"
        ),
        (
            "adapter: v1", "adapter: dsmr\n            kind: interval",
            "kind: must be 'register': the adapter 'dsmr' reads"
        ),
        ("adapter: v1", "interval_seconds: 900", "interval_seconds: is only for meters that report intervals"),
        (
            "adapter: v1", "kind: interval\n            interval_seconds: 600",
            "interval_seconds: must be 300, 900, 1800 or 3600, is '600'"
        ),
        ("adapter: v1", "registers: none", "registers: must be 'both', 'import' or 'export', is 'none'"),
        ("adapter: v1", "hub: x", "hub: unknown key: known here are hub_device_id, adapter"),
        ("adapter: v1", "time_zone: Mars/Base", "devices[0].time_zone: must be the IANA name of a time zone"),
        ("participation_ppm: 1000000", "participation_ppm: 1000001", "must be a whole number from 1 to 1000000"),
        (
            "code: home-02", "code: home-01",
            "must be unique, but 'home-01' is at communities[0].members[0].code already"
        ),
        ("sierra-crest-home-02", "sierra-crest-home-01", "must be unique, but 'sierra-crest-home-01' is at"),
        ("2016-08-01T00:00:00Z", "2016-08-01T00:15:00Z", "must lie on the interval grid of 60 minutes"),
        ("to: 2017-01-01T00:00:00Z", "to: 2017-01-01T01:00:00Z", "participation[1]: overlaps participation[0]"),
        ("to: 2017-01-01T00:00:00Z", "to: 2016-01-01T00:00:00Z", "participation[0].to: must be after `from`"),
        ("grace: 2h", "grace: 2h\n    finality: 1h", "finality: must not be shorter than `grace` (2h), is 1h"),
        ("members:", "rules: []\n    members:", "must stand inside the entries of `rules`"),
        ("priority: 1", "community: elsewhere", "must be the code of a community of this file, is 'elsewhere'"),
        ("  - code: sierra-crest", "  - sierra-crest", "is not YAML"),
        ("name: Home 01", "name: Home 01\n        name: Home 1", "10:9: the key 'name' is given twice in one mapping"),
        ("communities:", "comunities:", "did you mean 'communities'?"),
        ("name: Home 01", "name: \"a\\0b\"", "must not hold control characters"),
        ("name: Home 01", "name: ''", "must not be empty"),
    ])
    func `says what is wrong`(old: String, new: String, expected: String) {
        let faults = Example.faults((old, with: new))
        if expected.isEmpty {
            #expect(faults == [])
        } else {
            #expect(faults.contains { $0.contains(expected) }, "\(faults)")
        }
    }

    @Test func `the example that comes along is sound`() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "../../../deploy/examples/registry.yaml"
        )
        let document = try RegistryReader(file: "registry.yaml").read(String(contentsOf: file, encoding: .utf8))
        #expect(document.communities.map(\.code) == ["maple-street", "dorf-sonne", "tal-wind"])
        #expect(try RegistryReader().read(RegistryWriter.write(document)) == document)
    }

    @Test func `an interval meter's length is a quarter of an hour where the file does not say it`() throws {
        let text = Example.text.replacing("adapter: v1", with: "kind: interval")
        let devices = try Example.read(text).communities[0].members.flatMap(\.devices)
        #expect(devices.map(\.intervalSeconds) == [900, nil])
    }

    @Test func `reads meter swaps, in Wh or in kWh`() throws {
        let text = Example.text.replacing(
            "adapter: v1",
            with: """
                meter_swaps:
                              - at: 2016-09-01T10:00:00+02:00
                                import: { final_wh: 1000, start_kwh: 2714.1289 }
                                export: { final_kwh: 12, start_wh: 0 }
                              - { at: 2016-10-01T00:00:00Z, export: { final_wh: 7, start_wh: 5 } }
                              - { at: 2016-11-01T00:00:00Z }
                """
        )
        #expect(
            try Example.read(text).communities[0].members[0].devices[0].meterSwaps == [
                RegistryMeterSwap(
                    at: 1_472_716_800_000_000,
                    imported: .init(finalWh: 1_000, startWh: 2_714_128),
                    exported: .init(finalWh: 12_000, startWh: 0)
                ),
                RegistryMeterSwap(at: 1_475_280_000_000_000, exported: .init(finalWh: 7, startWh: 5)),
                RegistryMeterSwap(at: 1_477_958_400_000_000),
            ]
        )
    }

    @Test(arguments: [
        ("- { import: { final_wh: 1, start_wh: 1 } }", "meter_swaps[0].at: is missing"),
        (
            "- { at: 2016-09-01, import: { final_wh: 1, start_wh: 1 } }",
            "meter_swaps[0].at: must be an instant with its offset"
        ),
        ("- { at: 2016-09-01T00:00:00Z, import: { final_wh: 1 } }", "meter_swaps[0].import.start_wh: is missing"),
        (
            "- { at: 2016-09-01T00:00:00Z, import: { final_wh: 1000000000001, start_wh: 1 } }",
            "import.final_wh: must be a whole number from 0 to 1000000000000"
        ),
        (
            "- { at: 2016-09-01T00:00:00Z, import: { final_wh: -1, start_wh: 1 } }",
            "import.final_wh: must be a whole number from 0 to 1000000000000, is '-1'"
        ),
        (
            "- { at: 2016-09-01T00:00:00Z, import: { final_kwh: 1e3, start_wh: 1 } }",
            "import.final_kwh: must be a decimal number of kWh from 0 to 1000000000, is '1e3'"
        ),
        (
            "- { at: 2016-09-01T00:00:00Z, import: { final_kwh: 1, final_wh: 1, start_wh: 1 } }",
            "import.final_kwh: is given twice"
        ),
        ("- { at: 2016-09-01T00:00:00Z, imports: { } }", "imports: unknown key: did you mean 'import'?"),
        (
            "- { at: 2016-09-02T00:00:00Z }\n              - { at: 2016-09-01T00:00:00Z }",
            "meter_swaps[1].at: must be after the swap before it, at 2016-09-02T00:00:00Z, is 2016-09-01T00:00:00Z"
        ),
        (
            "- { at: 2016-09-02T00:00:00Z }\n              - { at: 2016-09-02T00:00:00Z }",
            "meter_swaps[1].at: must be another instant than the swap before it"
        ),
        (
            "- { at: 2016-09-02T00:00:00Z, export: { final_wh: 1, start_wh: 1 } }\n            registers: import",
            "meter_swaps[0].export: must be left out: by its `registers`, the device has no export register"
        ),
        (
            "- { at: 2016-09-02T00:00:00Z }\n            kind: interval",
            "meter_swaps: are only for meters that report registers"
        ),
    ])
    func `says what is wrong with a meter swap`(swaps: String, expected: String) {
        let faults = Example.faults(("adapter: v1", with: "meter_swaps:\n              " + swaps))
        #expect(faults.count == 1 && faults.first?.contains(expected) == true, "\(faults)")
    }

    @Test func `one fault does not draw others after it`() {
        #expect(Example.faults(("from: 2016-08-01T00:00:00Z", with: "from: later")).count == 1)
        #expect(Example.faults(("interval_minutes: 60", with: "interval_minutes: x")).count == 1)
        #expect(Example.faults(("code: sierra-crest\n", with: "code: {}\n")).count == 1)
    }

    @Test(arguments: ["", "# nothing\n", "communities:\n", "- 1\n", "3\n"])
    func `an empty or wrong document is a fault, not a crash`(text: String) {
        #expect(throws: RegistryFaults.self) { try Example.read(text) }
    }

    @Test func `an empty list of communities is a registry`() throws {
        #expect(try Example.read("communities: []\n") == RegistryDocument())
    }
}
