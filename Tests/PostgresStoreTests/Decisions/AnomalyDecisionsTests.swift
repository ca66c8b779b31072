import CommunityRegistry
import EnergySharing
import MeterReadings
import PostgresStore
import Testing

@Suite(.needsPostgres) struct AnomalyDecisionsTests {
    let fixture: DecisionFixture
    private let hour = DecisionFixture.hour

    /// A meter that was exchanged between hours 9 and 10.
    init() throws {
        fixture = try DecisionFixture()
        try fixture.addReadings((0..<10).map { 100_000 + $0 * 100 } + (0..<10).map { 50 + $0 * 100 })
        try fixture.registry.pretendSettled(until: DecisionFixture.at(12))
    }

    @Test func `a meter swap is recorded at the break's end, and what it touches becomes due, with its cause`() throws {
        let id = try fixture.addAnomaly("reset", 9, 10)
        let version = try fixture.registry.version()
        let decision = AnomalyDecision.meterSwap(
            at: nil,
            imported: .init(finalWh: 100_930, startWh: 10),
            exported: .init(finalWh: 100_900, startWh: 50)
        )
        let planned = try fixture.resolve(id, decision, isDryRun: true)
        #expect(try fixture.written() == ["anomaly \(id) f"] && fixture.registry.dueSpans() == [])
        let report = try fixture.resolve(id, decision)
        #expect(planned == report)
        #expect(
            report.recorded == [
                "meter swap of meter-1 at 2016-08-01T10:00:00Z: import 100930 Wh -> 10 Wh; export 100900 Wh -> 50 Wh"
            ]
        )
        #expect(
            try fixture.written() == [
                "anomaly \(id) meter-swap Huber seen t", "swap 10 100930 10 100900 50 \(id) Huber seen",
            ]
        )
        #expect(try fixture.registry.dueSpans() == ["7 12 decision"])
        #expect(try fixture.registry.version() == (version ?? 0) + 1)
        // (final − before) + (after − start): 30 + 40, and 0 + 0.
        let effect = try #require(report.effect)
        #expect(effect.importAfter - effect.importBefore == 70 && effect.exportAfter == effect.exportBefore)
        #expect(report.dueAgain.map(\.intervals) == [1])
    }

    @Test func `reopening takes it back, and makes the same due again`() throws {
        let id = try fixture.addAnomaly("break", 9, 10)
        let swap = AnomalyDecision.meterSwap(at: DecisionFixture.at(9.5), imported: nil, exported: nil)
        #expect(
            try fixture.resolve(id, swap).recorded.first?.contains("export not known, none is counted across it")
                == true
        )
        #expect(try fixture.written().contains("swap 9.5 \(id) Huber seen"))
        let planned = try AnomalyDecisions(fixture.sql).reopen(id, isDryRun: true)
        #expect(try fixture.written().count == 2)
        let report = try AnomalyDecisions(fixture.sql).reopen(id)
        #expect(report == planned && report.recorded == ["meter swap of meter-1 at 2016-08-01T09:30:00Z"])
        #expect(try fixture.written() == ["anomaly \(id) f"])
        #expect(try fixture.registry.dueSpans() == ["7 12 decision", "7 12 decision"])
        #expect { try AnomalyDecisions(fixture.sql).reopen(id) } throws: { "\($0)".contains("is open") }
    }

    @Test func `a reading is set aside, before, after or by its time`() throws {
        for (choice, hour, due) in [
            (AnomalyDecision.Choice.before, 9, "6 12 decision"), (.after, 10, "7 13 decision"),
            (.at(DecisionFixture.at(10)), 10, "7 13 decision"),
        ] {
            let fixture = try DecisionFixture()
            try fixture.addReadings((0..<20).map { $0 * 100 })
            let id = try fixture.addAnomaly("break", 9, 10)
            try fixture.resolve(id, .setAside(choice))
            #expect(
                try fixture.written() == ["anomaly \(id) set-aside Huber seen t", "set-aside \(hour) \(id) Huber seen"]
            )
            #expect(try fixture.registry.dueSpans() == [due])
        }
    }

    @Test func `an outlier is set aside or accepted where it stands`() throws {
        let outlier = try fixture.addAnomaly("outlier", 5, 5)
        try fixture.resolve(outlier, .setAside(nil))
        let other = try fixture.addAnomaly("outlier", 3, 3)
        try fixture.resolve(other, .accept)
        #expect(
            try fixture.texts("select decision from energy.reading_decision order by measured_at") == [
                "accept", "set-aside",
            ]
        )
        // The reading at hour 5 is no neighbour any more: 4, 6, 7 follow.
        #expect(try fixture.registry.dueSpans() == ["0 7 decision", "2 8 decision"])
    }

    @Test func `accepting counts a rise`() throws {
        let fixture = try DecisionFixture()
        try fixture.addReadings([0, 100, 200, 90_000, 90_100, 90_200])
        let id = try fixture.addAnomaly("break", 2, 3)
        let effect = try #require(try fixture.resolve(id, .accept).effect)
        #expect(effect.importBefore == 400 && effect.importAfter == 90_200)
        #expect(try fixture.written().contains("accept 3 \(id) Huber seen"))
    }

    @Test func `what is only noted is accepted without a trace in the readings`() throws {
        let id = try fixture.addAnomaly("zero_run", 1, 5)
        let report = try fixture.resolve(id, .accept)
        #expect(report.recorded.isEmpty && report.effect == nil && report.dueAgain.isEmpty)
        #expect(try fixture.written() == ["anomaly \(id) accept Huber seen t"] && fixture.registry.dueSpans() == [])
        _ = try AnomalyDecisions(fixture.sql).reopen(id)
        #expect(try fixture.written() == ["anomaly \(id) f"])
    }

    @Test(arguments: [
        ("zero_run", AnomalyDecision.setAside(.before), "set-aside makes no sense for zero_run"),
        ("outlier", .meterSwap(at: nil, imported: nil, exported: nil), "meter-swap makes no sense for outlier"),
        ("break", .setAside(nil), "which reading is wrong?"),
        ("break", .setAside(.at(DecisionFixture.at(8))), "must be one of anomaly"),
        ("break", .setAside(.at(DecisionFixture.at(9.5))), "there is no reading of meter-1 at 2016-08-01T09:30:00Z"),
        (
            "break", .meterSwap(at: DecisionFixture.at(9), imported: nil, exported: nil),
            "must be after the old meter's last reading, 2016-08-01T09:00:00Z"
        ),
        (
            "break", .meterSwap(at: DecisionFixture.at(10.5), imported: nil, exported: nil),
            "not after the new one's first, 2016-08-01T10:00:00Z"
        ),
        (
            "break", .meterSwap(at: nil, imported: .init(finalWh: 100_899, startWh: 0), exported: nil),
            "--import-final 100899 Wh is below the old meter's last reading, 100900 Wh"
        ),
        (
            "break", .meterSwap(at: nil, imported: nil, exported: .init(finalWh: 100_900, startWh: 51)),
            "--export-start 51 Wh is above the new meter's first reading, 50 Wh"
        ),
        (
            "break", .meterSwap(at: nil, imported: .init(finalWh: 1_000_000_000_001, startWh: 0), exported: nil),
            "a register is from 0 to 1000000000000 Wh"
        ),
    ])
    func `what makes no sense is refused, with the reason`(kind: String, decision: AnomalyDecision, expected: String)
        throws
    {
        let id = try kind == "outlier" ? fixture.addAnomaly(kind, 9, 9) : fixture.addAnomaly(kind, 9, 10)
        for isDryRun in [true, false] {
            #expect { try fixture.resolve(id, decision, isDryRun: isDryRun) } throws: {
                $0 is QueryFailure && "\($0)".contains(expected)
            }
        }
        #expect(try fixture.written() == ["anomaly \(id) f"] && fixture.registry.dueSpans() == [])
        #expect(!fixture.sql.isInTransaction)
    }

    @Test func `nothing is decided twice`() throws {
        let id = try fixture.addAnomaly("break", 9, 10)
        try fixture.resolve(id, .setAside(.after))
        #expect { try fixture.resolve(id, .accept) } throws: {
            "\($0)".contains("was resolved already, as set-aside by Huber")
        }
        let other = try fixture.addAnomaly("break", 10, 11)
        #expect { try fixture.resolve(other, .setAside(.before)) } throws: {
            "\($0)".contains("was decided already (set-aside)")
        }
        let swapped = try fixture.addAnomaly("reset", 9, 11)
        try fixture.resolve(swapped, .meterSwap(at: nil, imported: nil, exported: nil))
        let again = try fixture.addAnomaly("break", 9, 12)
        #expect {
            try fixture.resolve(again, .meterSwap(at: DecisionFixture.at(12), imported: nil, exported: nil))
        } throws: {
            "\($0)".contains("an exchange is recorded between these two readings already, at 2016-08-01T11:00:00Z")
        }
    }

    @Test func `a decision needs an anomaly, a name and a reason`() throws {
        #expect { try fixture.resolve(99, .accept) } throws: { "\($0)".contains("there is no anomaly 99") }
        let id = try fixture.addAnomaly("break", 9, 10)
        for (by, note) in [(" ", "x"), ("x", "")] {
            #expect(throws: QueryFailure.self) {
                try AnomalyDecisions(fixture.sql).resolve(id, as: .accept, by: by, note: note)
            }
        }
    }

    @Test func `a register that the meter does not have cannot be exchanged`() throws {
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0].registers = .import
        let fixture = try DecisionFixture(document)
        try fixture.addReadings([5, 6])
        let id = try fixture.addAnomaly("break", 0, 1)
        #expect {
            try fixture.resolve(id, .meterSwap(at: nil, imported: nil, exported: .init(finalWh: 9, startWh: 1)))
        } throws: {
            "\($0)".contains("the meter has no export register")
        }
    }

    @Test func `a reading of an interval reaches to the next one`() throws {
        var document = RegistryFixture.document()
        document.communities[0].members[0].devices[0] = RegistryDevice(
            hubDeviceID: "meter-1",
            kind: .interval,
            intervalSeconds: 3_600,
            participations: document.communities[0].members[0].devices[0].participations
        )
        let fixture = try DecisionFixture(document)
        try fixture.sql.run(
            """
            select energy.ensure_partition('interval_reading', '2016-08-01', 'month');
            insert into energy.interval_reading (device_id, interval_start, received_at, import_wh, export_wh, seconds, quality)
            select \(fixture.device), t, t, 1, 1, 3600, 'M'
            from generate_series('2016-08-01 00:00+00'::timestamptz, '2016-08-01 08:00+00', '2 hours') t
            """
        )
        let id = try fixture.addAnomaly("over_limit", 4, 5)
        try fixture.resolve(id, .setAside(nil))
        let last = try fixture.addAnomaly("over_limit", 8, 9)
        try fixture.resolve(last, .accept)
        #expect(try fixture.registry.dueSpans() == ["4 6 decision", "8 inf decision"])
        let context = try AnomalyQuery(fixture.sql).context(of: id)
        #expect(context.readings.map(\.seconds) == [3600, 3600, 3600, 3600, 3600])
        #expect(context.reading(at: DecisionFixture.at(4))?.decision == .setAside)
    }

    @Test func `a batch under way is waited for`() throws {
        let id = try fixture.addAnomaly("break", 9, 10)
        let batch = try fixture.registry.database.connect()
        try batch.run("begin")
        try batch.run(BatchGate.enterShared)
        fixture.sql.transactionTimeout = .milliseconds(300)
        #expect(throws: PostgresError.self) { try fixture.resolve(id, .accept) }
        try batch.commit()
        #expect(try fixture.registry.database.connect().query("select from energy.reading_decision").rowCount == 0)
    }
}
