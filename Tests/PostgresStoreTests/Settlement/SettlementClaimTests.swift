import CommunityRegistry
import EnergySharing
import PostgresStore
import Settlement
import Testing

@Suite(.needsPostgres) struct SettlementClaimTests {
    let fixture: SettlementFixture
    private var store: PostgresSettlementStore { fixture.store }

    init() throws { fixture = try SettlementFixture() }

    private func at(_ hours: Double) -> Int64 { SettlementFixture.at(hours) }

    @Test func `a new community is due, with its terms`() throws {
        let claim = try #require(try store.claim(dueBy: at(0), community: nil))
        #expect(claim.settledUntil == nil && claim.firstReadingAt == nil && claim.firstIntervalAt == nil)
        #expect(claim.dueAgain == [])
        #expect(
            claim.terms.rules == [
                SettlementRule(
                    interval: SettlementFixture.hour,
                    sharing: SharingRule(key: .static),
                    grace: 2 * SettlementFixture.hour,
                    finality: .after(35 * 24 * SettlementFixture.hour)
                )
            ]
        )
        let devices = try (1...3).map { try fixture.device($0) }
        #expect(
            claim.terms.participations.sorted { $0.deviceID < $1.deviceID }
                == devices.map { Participation(deviceID: $0, from: SettlementFixture.start, sharePPM: 100_000) }
        )
        #expect(
            claim.terms.meters
                == Dictionary(
                    uniqueKeysWithValues: devices.enumerated().map {
                        ($0.element, CommunityTerms.Meter(hubDeviceID: "meter-\($0.offset + 1)"))
                    }
                )
        )
    }

    @Test func `terms hold what people decided, and how registers run on across exchanges`() throws {
        let devices = try (1...3).map { try fixture.device($0) }
        try fixture.decide(devices[0], "set-aside", at: 3)
        try fixture.decide(devices[0], "accept", at: 4)
        try fixture.swap(devices[0], at: 5, [100, 7, nil, nil])
        try fixture.swap(devices[0], at: 2, [50, 0, 20, 30])
        try fixture.swap(devices[1], at: 9, [nil, nil, nil, nil])
        try fixture.makeInterval(devices[2])
        let meters = try #require(try store.claim(dueBy: .max, community: nil)).terms.meters
        #expect(meters[devices[0]]?.decisions == [at(3): .setAside, at(4): .accept])
        #expect(
            meters[devices[0]]?.epochs == [
                MeterEpoch(validFrom: at(2), importOffsetWh: 50, exportOffsetWh: -10),
                MeterEpoch(validFrom: at(5), importOffsetWh: 143, exportOffsetWh: -10, exportContinues: false),
            ]
        )
        #expect(
            meters[devices[1]]?.epochs == [
                MeterEpoch(validFrom: at(9), importContinues: false, exportContinues: false)
            ]
        )
        #expect(devices.map { meters[$0]?.kind } == [.register, .register, .interval])
        #expect(meters[devices[2]]?.epochs == [] && meters[devices[2]]?.decisions == [:])
    }

    @Test func `a community begins with the first reading that counts, of the table of the meter's kind`() throws {
        let devices = try (1...3).map { try fixture.device($0) }
        try fixture.makeInterval(devices[2])
        // None of these: set aside, of another kind, of a quality that takes no part.
        try fixture.addReadings(devices[0], at: [3, 8])
        try fixture.decide(devices[0], "set-aside", at: 3)
        try fixture.addReadings(devices[2], at: [2])
        try fixture.addIntervals(devices[1], at: [2])
        try fixture.addIntervals(devices[2], at: [4], quality: "F")
        #expect(try store.claim(dueBy: .max, community: nil)?.firstReadingAt == at(8))
        store.abandon()
        try fixture.addIntervals(devices[2], at: [5, 6])
        #expect(try store.claim(dueBy: .max, community: nil)?.firstReadingAt == at(5))
        store.abandon()
        try fixture.decide(devices[2], "set-aside", at: 5)
        #expect(try store.claim(dueBy: .max, community: nil)?.firstReadingAt == at(6))
        store.abandon()
        try fixture.addIntervals(devices[2], at: [-30])
        #expect(try store.claim(dueBy: .max, community: nil)?.firstReadingAt == at(0))
    }

    @Test func `what retention dropped seals by the tables that hold the community's readings`() throws {
        let device = try fixture.device(1)
        try fixture.addReadings(device, at: [24 * 40])
        try fixture.addIntervals(device, at: [24 * 100])
        try fixture.addDueSpan(0, 1, "late")
        func readingsFrom() throws -> Int64? {
            let claim = try #require(try store.claim(dueBy: .min, community: nil))
            store.abandon()
            return claim.readingsFrom
        }
        try fixture.sql.run("insert into energy.sealed values ('interval_reading', '2016-11-01Z')")
        #expect(try readingsFrom() == nil)
        try fixture.makeInterval(try fixture.device(2))
        #expect(try readingsFrom() == at(24 * 92))
        try fixture.sql.run("delete from energy.sealed; insert into energy.sealed values ('reading', '2016-09-01Z')")
        #expect(try readingsFrom() == at(24 * 31))
        // 2016-10-01: what was dropped stays sealed, though a late reading makes an older partition anew.
        let maintenance = PartitionMaintenance(fixture.sql, width: .month)
        #expect(try maintenance.drop(.reading, before: 17_075, reason: "old").map(\.name) == ["reading_201609"])
        #expect(try readingsFrom() == at(24 * 61))
        try fixture.addReadings(device, at: [1])
        #expect(try readingsFrom() == at(24 * 61))
    }

    @Test func `terms hold all that the registry says`() throws {
        var document = RegistryFixture.document()
        document.communities[0].rules = [
            RegistryRule(
                until: at(0),
                intervalMinutes: 15,
                sharing: SharingRule(key: .pool, remainder: .surplus),
                grace: 0
            ),
            RegistryRule(
                from: at(0),
                until: at(10),
                intervalMinutes: 30,
                sharing: SharingRule(key: .equal, rounds: .many),
                finality: .after(3 * 86_400_000_000)
            ),
        ]
        document.communities[0].members[0].devices[0].connectionWatts = nil
        document.communities[0].members[0].devices[0].inverterWatts = 5
        document.communities[0].members[0].devices[0].registerDigits = 6
        document.communities[0].members[0].devices[0].participations = [
            RegistryParticipation(community: "sierra-crest", from: at(1), until: at(2), priority: 7)
        ]
        try fixture.registry.apply(document)
        let terms = try #require(try store.claim(dueBy: .max, community: nil)).terms
        #expect(
            terms.rules == [
                SettlementRule(
                    validUntil: at(0),
                    interval: 900_000_000,
                    sharing: SharingRule(key: .pool, remainder: .surplus),
                    grace: 0,
                    finality: .after(35 * 86_400_000_000)
                ),
                SettlementRule(
                    validFrom: at(0),
                    validUntil: at(10),
                    interval: 1_800_000_000,
                    sharing: SharingRule(key: .equal, rounds: .many),
                    grace: 7_200_000_000,
                    finality: .after(3 * 86_400_000_000)
                ),
            ]
        )
        let device = try fixture.device(1)
        #expect(
            terms.participations.filter { $0.deviceID == device }
                == [Participation(deviceID: device, from: at(1), until: at(2), priority: 7)]
        )
        #expect(terms.meters[device]?.limits == ConnectionLimits(inverterWatts: 5, registerDigits: 6))
    }

    @Test func `what is not due is not claimed`() throws {
        _ = try #require(try store.claim(dueBy: at(0), community: nil))
        try store.finish(settledUntil: at(5), nextDueAt: at(8), stillDue: [])
        #expect(try store.claim(dueBy: at(7.9), community: nil) == nil)
        #expect(try store.claim(dueBy: at(7.9), community: "sierra-crest") == nil)
        #expect(try store.claim(dueBy: .max, community: "elsewhere") == nil)
        let claim = try #require(try store.claim(dueBy: at(8), community: nil))
        #expect(claim.settledUntil == at(5))
    }

    @Test func `a community without data is claimed once, and again when the watermark has moved`() throws {
        _ = try #require(try store.claim(dueBy: at(0), community: nil))
        try store.finish(settledUntil: nil, nextDueAt: at(0.25), stillDue: [])
        #expect(try store.claim(dueBy: at(0), community: nil) == nil)
        try fixture.addReadings(try fixture.device(1), at: [0.1])
        #expect(try store.claim(dueBy: at(0.25), community: nil)?.firstReadingAt == at(0.1))
    }

    @Test func `the first reading is one that counts, or the participation's beginning after it`() throws {
        func first() throws -> Double? {
            let claim = try #require(try store.claim(dueBy: .max, community: nil))
            store.abandon()
            return claim.firstReadingAt.map { Double($0 - SettlementFixture.start) / Double(SettlementFixture.hour) }
        }
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0].participations[0].from = at(48)
        document.communities[0].members[1].devices[0].participations[0].until = at(2)
        try fixture.registry.apply(document)
        try fixture.addReadings(try fixture.device(2), at: [2, 3])
        try fixture.addReadings(try fixture.device(2), at: [1], quality: "F")
        #expect(try first() == nil)
        try fixture.addReadings(try fixture.device(3), at: [60], quality: "E")
        #expect(try first() == 60)
        try fixture.addReadings(try fixture.device(1), at: [800, 49.5])
        #expect(try first() == 49.5)
        // A reading before the participation gives the register at its beginning.
        try fixture.addReadings(try fixture.device(1), at: [1, 40])
        #expect(try first() == 48)
    }

    @Test func `spans that are due again are given once, merged by cause`() throws {
        _ = try #require(try store.claim(dueBy: at(0), community: nil))
        try store.finish(settledUntil: at(9), nextDueAt: .max, stillDue: [])
        #expect(try store.claim(dueBy: at(100), community: nil) == nil)
        try fixture.addDueSpan(1, 2, "late")
        try fixture.addDueSpan(2, 3, "late")
        try fixture.addDueSpan(5, 6, "late")
        try fixture.addDueSpan(1.5, 4, "registry")
        let claim = try #require(try store.claim(dueBy: at(0), community: nil))
        #expect(
            claim.dueAgain == [
                .init(from: at(1), until: at(3), cause: "late"), .init(from: at(1.5), until: at(4), cause: "registry"),
                .init(from: at(5), until: at(6), cause: "late"),
            ]
        )
        try fixture.addDueSpan(7, 8, "requested")
        try store.finish(settledUntil: at(9), nextDueAt: .max, stillDue: [claim.dueAgain[2]])
        let next = try #require(try store.claim(dueBy: at(0), community: nil))
        #expect(
            next.dueAgain == [
                .init(from: at(5), until: at(6), cause: "late"), .init(from: at(7), until: at(8), cause: "requested"),
            ]
        )
    }

    @Test func `without end is without end`() throws {
        try store.requestSettlement(community: "sierra-crest", from: .min, until: .max)
        let claim = try #require(try store.claim(dueBy: .min, community: nil))
        #expect(claim.dueAgain == [.init(from: .min, until: .max, cause: "requested")])
        store.abandon()
        #expect {
            try store.requestSettlement(community: "elsewhere", from: 0, until: 1)
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == false
        }
    }

    @Test func `what a claim took and wrote is back after abandon`() throws {
        try fixture.addDueSpan(1, 2, "late")
        _ = try #require(try store.claim(dueBy: .max, community: nil))
        _ = try store.write(SettlementFixture.span(0..<1, [SettlementFixture.row(try fixture.device(1), 0, 5)]))
        store.abandon()
        store.abandon()
        #expect(try fixture.texts("select count(*) from energy.attribution") == ["0"])
        #expect(try store.claim(dueBy: .max, community: nil)?.dueAgain.count == 1)
    }

    @Test func `two workers never have the same community`() throws {
        var document = RegistryFixture.document()
        var other = document.communities[0]
        other.code = "other"
        other.members = []
        document.communities.append(other)
        try fixture.registry.apply(document)
        let second = fixture.otherStore()
        defer { second.close() }
        let first = try #require(try store.claim(dueBy: .max, community: nil))
        let another = try #require(try second.claim(dueBy: .max, community: nil))
        #expect(first.terms.communityID != another.terms.communityID)
        let third = fixture.otherStore()
        defer { third.close() }
        #expect(try third.claim(dueBy: .max, community: nil) == nil)
        // By name it waits, and says that it may work later.
        #expect {
            try third.claim(dueBy: .max, community: "sierra-crest")
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == true
        }
        store.abandon()
        second.abandon()
        #expect(try third.claim(dueBy: .max, community: "sierra-crest") != nil)
        #expect(try store.communityCodes() == ["other", "sierra-crest"])
        #expect(try store.shortestGrace() == 2 * SettlementFixture.hour)
    }

    @Test func `a lost connection loses the claim, loudly, and the next one works`() throws {
        _ = try #require(try store.claim(dueBy: .max, community: nil))
        let span = SettlementFixture.span(0..<1, [SettlementFixture.row(try fixture.device(1), 0, 5)])
        _ = try store.write(span)
        try fixture.sql.run(
            """
            select pg_terminate_backend(pid) from pg_stat_activity
            where application_name = 'wattsource settlement' and datname = current_database()
            """
        )
        for _ in 0..<2 {
            #expect {
                try store.finish(settledUntil: at(1), nextDueAt: at(1), stillDue: [])
            } throws: {
                ($0 as? SettlementFailure)?.isRetriable == true
            }
        }
        store.abandon()
        #expect(try fixture.settle(span).settled == 1)
        #expect(try fixture.texts("select count(*) from energy.attribution") == ["1"])
    }

    @Test func `partitions stay though the claim is given back`() throws {
        _ = try #require(try store.claim(dueBy: .max, community: nil))
        let device = try fixture.device(1)
        for hour in [0, 400, 800] {
            _ = try store.write(SettlementFixture.span(hour..<hour + 1, [SettlementFixture.row(device, hour, 9)]))
        }
        store.abandon()
        let count = "select count(*) from pg_inherits where inhparent = 'energy.attribution'::regclass"
        #expect(try fixture.texts(count) == ["2"])
    }

    @Test func `a partition that retention took away is made again`() throws {
        let span = SettlementFixture.span(0..<1, [SettlementFixture.row(try fixture.device(1), 0, 5)])
        try fixture.settle(span)
        try fixture.sql.run("drop table energy.attribution_201608; delete from energy.interval_status")
        #expect {
            try fixture.settle(span)
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == true
        }
        store.abandon()
        #expect(try fixture.settle(span).settled == 1)
    }

    @Test func `an absent server is tried again, an absent database is not`() throws {
        let absent = PostgresSettlementStore(
            SettlementStoreSettings(conninfo: "postgresql://127.0.0.1:1/none?connect_timeout=2")
        )
        #expect {
            try absent.communityCodes()
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == true
        }
        let other = PostgresSettlementStore(
            SettlementStoreSettings(conninfo: fixture.registry.database.url.replacing("/ws_test_", with: "/no_such_"))
        )
        #expect {
            try other.communityCodes()
        } throws: {
            ($0 as? SettlementFailure)?.isRetriable == false
        }
    }
}
