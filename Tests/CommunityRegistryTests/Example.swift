import CommunityRegistry

/// A registry text to change in tests, and how to read it.
enum Example {
    /// A small sound registry: one community, two members, each with a device.
    static let text = """
        communities:
          - code: sierra-crest
            name: Sierra Crest
            time_zone: America/Los_Angeles
            interval_minutes: 60
            sharing_key: static
            grace: 2h
            members:
              - code: home-01
                name: Home 01
                kind: household
                devices:
                  - hub_device_id: sierra-crest-home-01
                    adapter: v1
                    connection_watts: 17250
                    inverter_watts: 5000
                    participation:
                      - { from: 2016-08-01T00:00:00Z, to: null, participation_ppm: 1000000, share_ppm: 600000, priority: 1 }
              - code: home-02
                devices:
                  - hub_device_id: sierra-crest-home-02
                    participation:
                      - { from: 2016-08-01T02:00:00+02:00, to: 2017-01-01T00:00:00Z, share_ppm: 400000 }
                      - { from: 2017-01-01T00:00:00Z, share_ppm: 300000 }

        """

    /// 2016-08-01T00:00:00Z.
    static let august2016: Int64 = 1_470_009_600_000_000
    /// 2017-01-01T00:00:00Z.
    static let january2017: Int64 = 1_483_228_800_000_000

    /// Reads a text; the zones of this machine do not matter.
    static func read(_ text: String) throws(RegistryFaults) -> RegistryDocument {
        try RegistryReader(file: "registry.yaml") { ["America/Los_Angeles", "Europe/Vienna"].contains($0) }.read(text)
    }

    /// The faults of the example with some text replaced, one line each; empty if it is sound.
    static func faults(_ replacements: (String, with: String)...) -> [String] {
        var text = text
        for (old, new) in replacements {
            precondition(text.contains(old), "the example does not hold '\(old)'")
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        do throws(RegistryFaults) {
            _ = try read(text)
            return []
        } catch {
            return error.description.split(separator: "\n").map(String.init)
        }
    }
}
