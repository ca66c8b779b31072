import CommunityRegistry
import EnergySharing
import MeterReadings
import Testing

@Suite struct RegistryWriterTests {
    @Test func `what was written reads the same`() throws {
        let document = try Example.read(Example.text)
        let text = RegistryWriter.write(document)
        #expect(try Example.read(text) == document)
        #expect(RegistryWriter.write(try Example.read(text)) == text)
        #expect(RegistryWriter.write(RegistryDocument()) == "communities: []\n")
    }

    @Test(arguments: [
        "null", "~", "no", "12", "1e3", "- a", "a: b", "a #b", "#", "Zoë's \"home\" \\ 7", " lead", "trail ",
        "x\u{85}y",
        "é", "🏡", "{a}", "[", "@x", "%", "!t", "&a", "*a", "'", "a\u{2028}b", "a,b", "a\u{FEFF}x",
    ])
    func `any name survives`(name: String) throws {
        let rule = RegistryRule(intervalMinutes: 60, sharing: SharingRule())
        let document = RegistryDocument(communities: [
            RegistryCommunity(
                code: "null",
                name: name,
                timeZone: "Europe/Vienna",
                rules: [rule],
                members: [RegistryMember(code: "0", name: name, devices: [RegistryDevice(hubDeviceID: name)])]
            )
        ])
        guard !name.unicodeScalars.contains(where: { $0.value < 0x20 }) else { return }
        #expect(try Example.read(RegistryWriter.write(document)) == document)
    }

    @Test func `random documents survive`() throws {
        for _ in 0..<200 {
            let document = Self.randomDocument()
            #expect(try Example.read(RegistryWriter.write(document)) == document)
        }
    }

    private static func randomSwaps() -> [RegistryMeterSwap] {
        func exchange() -> RegistryMeterSwap.Exchange? {
            Bool.random() ? .init(finalWh: .random(in: 0...1_000_000_000_000), startWh: .random(in: 0...9)) : nil
        }
        return (0..<Int.random(in: 0...2)).map {
            RegistryMeterSwap(at: Int64($0 + 1) * 1_234_567_890_123, imported: exchange(), exported: exchange())
        }
    }

    /// A sound document with about every option.
    private static func randomDocument() -> RegistryDocument {
        let hour: Int64 = 3_600_000_000
        func some<Value>(_ value: Value) -> Value? { Bool.random() ? value : nil }
        return RegistryDocument(
            communities: (0..<Int.random(in: 0...3)).map { community in
                let code = "community-\(community)"
                let edge = Int64.random(in: 400_000...420_000) * hour
                let split = Bool.random()
                func rule(_ from: Int64?, _ until: Int64?) -> RegistryRule {
                    let finality: RegistryFinality =
                        Bool.random()
                        ? .after(Int64.random(in: 7_200...9_000_000) * 1_000_000)
                        : .monthly(day: Int.random(in: 2...28), second: Int.random(in: 0..<86_400))
                    return RegistryRule(
                        from: from,
                        until: until,
                        intervalMinutes: [15, 30, 60].randomElement() ?? 60,
                        sharing: SharingRule(
                            key: SharingKey.allCases.randomElement() ?? .pool,
                            rounds: SharingRounds.allCases.randomElement() ?? .one,
                            remainder: SharingRemainder.allCases.randomElement() ?? .surplus
                        ),
                        grace: Int64.random(in: 0...7_200) * 1_000_000,
                        finality: finality,
                        corrections: some(finality.longest + Int64.random(in: 0...9_000_000) * 1_000_000)
                    )
                }
                return RegistryCommunity(
                    code: code,
                    name: "Community \(community)",
                    timeZone: "Europe/Vienna",
                    rules: split ? [rule(some(edge - 100 * hour), edge), rule(edge, nil)] : [rule(nil, nil)],
                    members: (0..<Int.random(in: 0...3)).map { member in
                        RegistryMember(
                            code: "m\(member)",
                            name: "Member \(member)",
                            kind: MemberKind.allCases.randomElement() ?? .public,
                            devices: (0..<Int.random(in: 0...2)).map { device in
                                let isInterval = Bool.random()
                                return RegistryDevice(
                                    hubDeviceID: "\(code)/\(member)/\(device)",
                                    adapter: isInterval ? .v1 : TelemetryAdapter.allCases.randomElement() ?? .v1,
                                    kind: isInterval ? .interval : .register,
                                    intervalSeconds: isInterval ? [300, 900, 1800, 3600].randomElement() : nil,
                                    timeZone: some("America/Los_Angeles"),
                                    connectionWatts: some(Int.random(in: 1...100_000)),
                                    inverterWatts: some(Int.random(in: 0...100_000)),
                                    registerDigits: some(Int.random(in: 1...9)),
                                    registers: isInterval ? MeterRegisters.allCases.randomElement() ?? .both : .both,
                                    status: Bool.random() ? .enabled : .disabled,
                                    generationID: some("123"),
                                    meterSwaps: isInterval ? [] : randomSwaps(),
                                    participations: (0..<Int.random(in: 0...2)).map { part in
                                        RegistryParticipation(
                                            community: code,
                                            from: edge + Int64(part) * 100 * hour,
                                            until: part == 0 ? edge + 100 * hour : some(edge + 500 * hour),
                                            sharePPM: some(Int.random(in: 0...100_000)),
                                            priority: some(Int.random(in: -5...5))
                                        )
                                    }
                                )
                            }
                        )
                    }
                )
            }
        )
    }
}
