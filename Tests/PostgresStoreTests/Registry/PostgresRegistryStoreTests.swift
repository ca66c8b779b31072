import CommunityRegistry
import EnergySharing
import MeterReadings
import PostgresStore
import Testing

@Suite(.needsPostgres) struct PostgresRegistryStoreTests {
    let fixture: RegistryFixture

    init() throws { fixture = try RegistryFixture() }

    @Test func `what was applied is what is exported, and again changes nothing`() throws {
        let document = RegistryFixture.document()
        #expect(try fixture.apply(document).changes.count == 10)
        #expect(try fixture.store.export().document == document)
        #expect(try fixture.version() == 1)
        #expect(try fixture.apply(document).changes.isEmpty)
        #expect(try fixture.version() == 1)
        let settlement = try fixture.connection.query(
            "select settled_until, next_due_at from energy.community_settlement"
        )
        #expect(settlement.rowCount == 1 && settlement.isNull(0, 0) && settlement.text(0, 1) == "-infinity")
    }

    @Test func `a plan changes nothing`() throws {
        let plan = try fixture.store.plan(RegistryFixture.document(), prune: false, now: RegistryFixture.now)
        #expect(plan.changes.count == 10)
        #expect(try fixture.store.export().document == RegistryDocument())
        #expect(try fixture.version() == 0)
    }

    @Test func `every field reaches the database and comes back`() throws {
        var document = RegistryFixture.document()
        document.communities[0].rules = [
            RegistryRule(
                until: RegistryFixture.start,
                intervalMinutes: 15,
                sharing: SharingRule(key: .equal, rounds: .many, remainder: .surplus),
                grace: 0,
                finality: .after(90_000_000),
                corrections: 90_000_000
            ),
            RegistryRule(
                from: RegistryFixture.start,
                intervalMinutes: 30,
                sharing: SharingRule(key: .priority),
                finality: .monthly(day: 5, second: 6 * 3600 + 30)
            ),
        ]
        document.communities[0].members[1].kind = .public
        document.communities[0].members[1].devices[0] = RegistryDevice(
            hubDeviceID: "Zähler 'zwei' \\ \"2\"",
            adapter: .tasmotaSML,
            timeZone: "Europe/Vienna",
            inverterWatts: 0,
            registerDigits: 6,
            registers: .export,
            status: .disabled,
            generationID: "6361",
            meterSwaps: [
                RegistryMeterSwap(at: 5_000_001, exported: .init(finalWh: 1_000_000_000_000, startWh: 0)),
                RegistryMeterSwap(at: RegistryFixture.start),
            ],
            participations: [
                RegistryParticipation(
                    community: "sierra-crest",
                    from: RegistryFixture.start,
                    until: RegistryFixture.start + RegistryFixture.hour,
                    participationPPM: 1,
                    priority: -3
                )
            ]
        )
        document.communities[0].members[0].devices[0].kind = .interval
        document.communities[0].members[0].devices[0].intervalSeconds = 1800
        try fixture.apply(document)
        #expect(try fixture.store.export().document == document)
        #expect(try fixture.apply(document).changes.isEmpty)
    }

    @Test func `random registries, one after the other, become what the plan says`() throws {
        var applied = 0
        for round in 0..<40 {
            let document = Self.randomDocument()
            let prune = Bool.random()
            let before = try fixture.version()
            let held = try fixture.store.export().document
            let plan: RegistryPlan
            do {
                plan = try fixture.apply(document, prune: prune)
            } catch let failure as RegistryStoreFailure where failure.kind == .refused {
                // A meter that the file moves, without an end of what it took part in before.
                #expect(failure.description.contains("the parts of a device must sum to 1000000 at most"))
                #expect(try fixture.store.export().document == held)
                continue
            }
            applied += 1
            let exported = try fixture.store.export().document
            #expect(sorted(exported) == sorted(plan.merged), "round \(round)")
            #expect(try fixture.version() == (before ?? 0) + (plan.changes.isEmpty ? 0 : 1))
            #expect(try fixture.apply(document, prune: prune).changes.isEmpty, "round \(round): not idempotent")
        }
        #expect(applied > 0)
    }

    @Test func `only what was settled becomes due again`() throws {
        var document = RegistryFixture.document()
        let start = RegistryFixture.start
        let hour = RegistryFixture.hour
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == [])
        try fixture.pretendSettled(until: start + 10 * hour)
        document.communities[0].members[0].devices[0].participations[0].until = start + 5 * hour
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == ["5 inf registry"])
        document.communities[0].members[0].devices[0].participations[0].until = start + 20 * hour
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == ["5 20 registry", "5 inf registry"])
        document.communities[0].members[0].devices[0].participations[0].until = start + 30 * hour
        try fixture.apply(document)
        #expect(try fixture.dueSpans().count == 2, "nothing is settled beyond hour 10")
        let due = try fixture.connection.query("select next_due_at from energy.community_settlement")
        #expect(due.text(0, 0) == "-infinity")
    }

    @Test func `a time zone or a name makes nothing due again, a rule does`() throws {
        var document = RegistryFixture.document()
        try fixture.apply(document)
        try fixture.pretendSettled(until: RegistryFixture.start + 10 * RegistryFixture.hour)
        document.communities[0].timeZone = "Europe/Vienna"
        document.communities[0].members[0].name = "Somebody"
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == [])
        #expect(try fixture.version() == 2)
        document.communities[0].rules[0].sharing.key = .equal
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == ["-inf inf registry"])
    }

    @Test func `a new connection limit makes the device's participation due again`() throws {
        var document = RegistryFixture.document()
        try fixture.apply(document)
        try fixture.pretendSettled(until: RegistryFixture.start + 10 * RegistryFixture.hour)
        document.communities[0].members[0].devices[0].connectionWatts = 11_000
        try fixture.apply(document)
        #expect(try fixture.dueSpans() == ["0 inf registry"])
    }

    @Test func `the length of settled intervals cannot change, that of later ones can`() throws {
        var document = RegistryFixture.document()
        let edge = RegistryFixture.start + 10 * RegistryFixture.hour
        try fixture.apply(document)
        try fixture.pretendSettled(until: edge)
        let rule = document.communities[0].rules[0]
        document.communities[0].rules[0].intervalMinutes = 15
        #expect {
            try fixture.apply(document)
        } throws: {
            ($0 as? RegistryStoreFailure)?.kind == .refused && "\($0)".contains("2016-08-01T10:00:00Z or later")
        }
        #expect(throws: RegistryStoreFailure.self) {
            try fixture.store.plan(document, prune: false, now: RegistryFixture.now)
        }
        document.communities[0].rules = [rule, rule]
        document.communities[0].rules[0].until = edge
        document.communities[0].rules[1].from = edge
        document.communities[0].rules[1].intervalMinutes = 15
        try fixture.apply(document)
        #expect(try fixture.store.export().document == document)
        #expect(try fixture.dueSpans() == [])
    }

    @Test func `a meter's registers are fixed once it has readings`() throws {
        var document = RegistryFixture.document()
        try fixture.apply(document)
        document.communities[0].members[0].devices[0].registers = .import
        try fixture.apply(document)
        try fixture.connection.run(
            """
            select energy.ensure_partition('reading', '2016-08-01', 'month');
            insert into energy.reading (device_id, measured_at, received_at, import_wh, quality)
            select device_id, '2016-08-01 00:00+00', '2016-08-01 00:00+00', 1, 'M' from energy.device where hub_device_id = 'meter-1'
            """
        )
        #expect(try fixture.apply(document).changes.isEmpty)
        document.communities[0].members[0].devices[0].registers = .both
        for attempt in [fixture.store.apply, fixture.store.plan] {
            #expect {
                try attempt(document, false, RegistryFixture.now)
            } throws: {
                ($0 as? RegistryStoreFailure)?.kind == .refused && "\($0)".contains("there are readings of meter-1")
            }
        }
        #expect(try fixture.store.export().document.communities[0].members[0].devices[0].registers == .import)
    }

    @Test func `kind and interval length are fixed once there are readings, of either table`() throws {
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0].kind = .interval
        document.communities[0].members[0].devices[0].intervalSeconds = 900
        try fixture.apply(document)
        document.communities[0].members[0].devices[0].intervalSeconds = 300
        try fixture.apply(document)
        try fixture.connection.run(
            """
            select energy.ensure_partition('interval_reading', '2016-08-01', 'month');
            insert into energy.interval_reading (device_id, interval_start, received_at, import_wh, seconds, quality)
            select device_id, '2016-08-01 00:00+00', '2016-08-01 00:00+00', 1, 300, 'M' from energy.device where hub_device_id = 'meter-1'
            """
        )
        document.communities[0].members[0].devices[0].intervalSeconds = 900
        #expect { try fixture.apply(document) } throws: {
            "\($0)".hasPrefix("interval_seconds: cannot change any more")
        }
        document.communities[0].members[0].devices[0].kind = .register
        document.communities[0].members[0].devices[0].intervalSeconds = nil
        #expect { try fixture.apply(document) } throws: { "\($0)".hasPrefix("kind: cannot change any more") }
    }

    @Test func `prune ends the participations of devices that the file does not name`() throws {
        try fixture.apply(RegistryFixture.document(homes: 3))
        let smaller = RegistryFixture.document(homes: 1)
        let kept = try fixture.apply(smaller)
        #expect(kept.changes.isEmpty && kept.notNamed.count == 2)
        let pruned = try fixture.apply(smaller, prune: true)
        #expect(pruned.changes.map(\.verb) == [.end, .end])
        let devices = try fixture.store.export().document.communities[0].members.flatMap(\.devices)
        #expect(devices.count == 3)
        #expect(devices[1].participations.map(\.until) == [RegistryFixture.now + 50 * 60_000_000])
        #expect(try fixture.apply(smaller, prune: true).changes.isEmpty)
    }

    @Test func `a file that is sound by itself is refused if the whole is not`() throws {
        try fixture.apply(RegistryFixture.document(homes: 2, share: 400_000))
        var document = RegistryFixture.document(homes: 3, share: 400_000)
        document.communities[0].members.removeFirst(2)
        #expect {
            try fixture.apply(document)
        } throws: {
            "\($0)".contains("the shares of the community 'sierra-crest'") && "\($0)".contains("sum to 1200000")
        }
        #expect(try fixture.version() == 1)
        #expect(try fixture.store.export().document.communities[0].members.count == 2)
    }

    @Test func `a zone that PostgreSQL does not know is refused`() throws {
        var document = RegistryFixture.document()
        document.communities[0].timeZone = "Mars/Base"
        #expect {
            try fixture.apply(document)
        } throws: {
            "\($0)".contains("PostgreSQL knows no time zone of this name: Mars/Base")
        }
    }

    @Test func `a batch that is under way is waited for, but not for ever`() throws {
        let batch = try fixture.database.connect()
        try batch.run("begin")
        try batch.run(BatchGate.enterShared)
        #expect {
            try fixture.apply(RegistryFixture.document())
        } throws: {
            ($0 as? RegistryStoreFailure)?.kind == .busy
        }
        try batch.commit()
        #expect(try fixture.apply(RegistryFixture.document()).changes.isEmpty == false)
    }

    @Test func `terms do not change under a settlement that is under way, and the gate stays free`() throws {
        try fixture.apply(RegistryFixture.document())
        let settlement = try fixture.database.connect()
        try settlement.run("begin; select from energy.community_settlement for update")
        #expect {
            try fixture.apply(RegistryFixture.document(share: 1))
        } throws: {
            ($0 as? RegistryStoreFailure)?.kind == .busy
        }
        // What settlement cannot see may change.
        var renamed = RegistryFixture.document()
        renamed.communities[0].name = "Crest"
        #expect(try fixture.apply(renamed).changes.count == 1)
        settlement.rollback()
        #expect(try fixture.apply(RegistryFixture.document(share: 1)).changes.isEmpty == false)
    }

    @Test func `a device that no member has is taken in and listed`() throws {
        try fixture.apply(RegistryFixture.document(homes: 2))
        try fixture.connection.run("update energy.device set member_id = null where hub_device_id = 'meter-2'")
        #expect(try fixture.store.export().unassigned.map(\.hubDeviceID) == ["meter-2"])
        try fixture.apply(RegistryFixture.document(homes: 2))
        #expect(try fixture.store.export().document == RegistryFixture.document(homes: 2))
    }

    @Test func `a database without the schema is told apart`() throws {
        let empty = try TestDatabase()
        let store = PostgresRegistryStore(try empty.connect())
        #expect {
            try store.export()
        } throws: {
            "\($0)".contains("wattsource migrate")
        }
    }

    // MARK: Random registries

    private static func randomDocument() -> RegistryDocument {
        let start = RegistryFixture.start
        let hour = RegistryFixture.hour
        let codes = ["a", "b", "c"].filter { _ in Int.random(in: 0..<4) > 0 }
        var meters = Array(0..<8).shuffled()[...]
        return RegistryDocument(
            communities: codes.map { code in
                RegistryCommunity(
                    code: code,
                    name: "Community \(code) \(Int.random(in: 0..<3))",
                    timeZone: ["UTC", "Europe/Vienna"].randomElement() ?? "UTC",
                    rules: [
                        RegistryRule(
                            intervalMinutes: 60,
                            sharing: SharingRule(key: SharingKey.allCases.randomElement() ?? .pool)
                        )
                    ],
                    members: (0..<Int.random(in: 0..<3)).map { member in
                        RegistryMember(
                            code: "m\(member)",
                            name: "Member \(Int.random(in: 0..<3))",
                            kind: MemberKind.allCases.randomElement() ?? .household,
                            devices: (0..<Int.random(in: 0..<3)).compactMap { _ in
                                meters.popFirst().map { meter in
                                    RegistryDevice(
                                        hubDeviceID: "meter-\(meter)",
                                        connectionWatts: [nil, 1, 2].randomElement() ?? nil,
                                        meterSwaps: (0..<Int.random(in: 0..<3)).map {
                                            RegistryMeterSwap(
                                                at: start + Int64($0) * hour,
                                                imported: .init(finalWh: .random(in: 0...2), startWh: 0)
                                            )
                                        },
                                        participations: (0..<Int.random(in: 0..<3)).map { part in
                                            RegistryParticipation(
                                                community: code,
                                                from: start + Int64(meter * 10_000 + part * 20) * hour,
                                                until: start
                                                    + Int64(meter * 10_000 + part * 20 + Int.random(in: 1...20)) * hour,
                                                sharePPM: Int.random(in: 0...1_000)
                                            )
                                        }
                                    )
                                }
                            }
                        )
                    }
                )
            }
        )
    }

    /// The same registry in one order, to compare.
    private func sorted(_ document: RegistryDocument) -> RegistryDocument {
        var document = document
        document.communities.sort { $0.code < $1.code }
        for community in document.communities.indices {
            document.communities[community].members.sort { $0.code < $1.code }
            for member in document.communities[community].members.indices {
                document.communities[community].members[member].devices.sort { $0.hubDeviceID < $1.hubDeviceID }
            }
        }
        return document
    }
}
