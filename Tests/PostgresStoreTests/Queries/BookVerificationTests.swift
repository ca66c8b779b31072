import Ingestion
import PostgresStore
import Testing

@Suite("BookVerification", .needsPostgres)
struct BookVerificationTests {
    /// A contradiction to plant, and what the check has to say about it.
    struct Plant: Sendable, CustomTestStringConvertible {
        let check: String
        let sql: String
        let sentence: String

        init(_ check: String, _ sql: String, _ sentence: String) {
            self.check = check
            self.sql = sql
            self.sentence = sentence
        }

        var testDescription: String { "\(check): \(sentence)" }
    }

    static let plants: [Plant] = [
        Plant(
            "offsets",
            "update energy.ingest_batch set first_offset = 203, records = 97 where first_offset = 200",
            "meters[0] incarnation 0: offsets 200 to 202 are in no row of the ledger and in no gap"
        ),
        Plant(
            "offsets",
            "insert into energy.stream_gap (topic, partition, incarnation, from_offset, to_offset, cause) values ('meters', 0, 0, 195, 200, 'x')",
            "meters[0] incarnation 0: offsets 195 to 199 are counted twice (ledger and gap that begins at 195)"
        ),
        Plant(
            "offsets",
            "update energy.stream_position set next_offset = 310 where partition = 0",
            "meters[0] incarnation 0: the ledger ends at offset 299, but next_offset is 310"
        ),
        Plant(
            "offsets",
            "update energy.stream_position set first_offset = 10 where partition = 1",
            "meters[1] incarnation 0: the ledger begins at offset 0, the position at first_offset 10"
        ),
        Plant(
            "offsets",
            "delete from energy.stream_position where partition = 1",
            "meters[1] incarnation 0: the ledger has rows, but stream_position has none"
        ),
        Plant(
            "offsets",
            "delete from energy.ingest_batch where partition = 1",
            "meters[1] incarnation 0: next_offset is 210, but nothing from first_offset 0 on is in the ledger"
        ),
        Plant(
            "offsets",
            "update energy.ingest_batch set incarnation = 1 where partition = 1",
            "meters[1] incarnation 1: the ledger is ahead of the position, which is in incarnation 0"
        ),
        Plant(
            "outcomes",
            """
            alter table energy.ingest_batch drop constraint ingest_batch_check1;
            update energy.ingest_batch set accepted = 206 where partition = 1
            """,
            "211 readings, but 206 accepted + 1 duplicate + 1 replaced + 1 superseded + 1 rejected"
        ),
        Plant(
            "outcomes",
            "update energy.ingest_batch set records = 211 where partition = 1",
            "meters[1] incarnation 0 offsets 0 to 209: 211 records, of which 0 skipped and 1 refused"
        ),
        Plant(
            "outcomes",
            "update energy.ingest_batch set skipped_records = -1 where partition = 1",
            "meters[1] incarnation 0 offsets 0 to 209: a count is below zero"
        ),
        Plant(
            "epochs",
            "update energy.ingest_batch set epoch = 3 where partition = 0 and first_offset = 0",
            "meters[0] incarnation 0: offset 200 has epoch 2 after epoch 3"
        ),
        Plant(
            "epochs",
            "update energy.ingest_batch set epoch = 9 where partition = 1",
            "meters[1]: the ledger has epoch 9, the position only 1"
        ),
        Plant(
            "reading-rows",
            "delete from energy.reading where device_id = 2 and measured_at = '2016-11-01Z'",
            "reading and interval_reading have 506 rows, but the ledger accepted 507 and reading_event adds 0: 1 too few"
        ),
        Plant(
            "reading-rows",
            "insert into energy.reading_event (kind, readings, reason) values ('discard', -2, 'test')",
            "reading and interval_reading have 507 rows, but the ledger accepted 507 and reading_event adds -2: 2 too many"
        ),
        Plant(
            "known-devices",
            "update energy.reading set device_id = 77 where device_id = 3 and measured_at = '2016-11-01Z'",
            "device_id 77 has 1 readings in reading, but is not in device"
        ),
        Plant(
            "dead-letters",
            "delete from energy.dead_letter where record_offset = 207",
            "meters[1] incarnation 0 offsets 0 to 209: the ledger counts 1 refused and 1 rejected, dead_letter has 0 and 1"
        ),
        Plant(
            "dead-letters",
            "update energy.dead_letter set record_offset = 999 where record_offset = 207",
            "meters[1] incarnation 0 offset 999 is a dead letter, but in no row of the ledger"
        ),
        Plant(
            "reading-rows",
            "update energy.reading_event set readings = 508, relation = 'interval_reading' where kind = 'import'",
            "interval_reading has 0 rows, but reading_event alone adds 508"
        ),
        Plant(
            "known-devices",
            "update energy.device set kind = 'interval', interval_seconds = 900 where device_id = 3",
            "meter-3 reports intervals, but has 169 readings in reading"
        ),
        Plant(
            "discards",
            "delete from energy.reading_history where cause = 'discarded'",
            "event 1 discarded 1 rows of reading, but reading_history has 0 of it"
        ),
        Plant(
            "discards",
            "update energy.reading_event set kind = 'erasure', readings = 0 where kind = 'discard'",
            "reading_history has 1 discarded rows of reading, but event 1 is no discard of it"
        ),
        Plant(
            "discards",
            "update energy.reading_discard set measured_at = '2016-11-01T00:45Z'",
            "device_id 1 at 2016-11-01T00:45:00Z is closed to telemetry, but reading_history has no discarded row of it"
        ),
        Plant(
            "discards",
            "update energy.reading set measured_at = '2016-11-01T00:30Z' where device_id = 1 and measured_at = '2016-11-01Z'",
            "device_id 1 at 2016-11-01T00:30:00Z was discarded, but telemetry has the place"
        ),
        Plant(
            "history",
            "delete from energy.reading_history where cause = 'replaced'",
            "the ledger counts 1 replaced, reading_history has 0"
        ),
        Plant(
            "history",
            "update energy.ingest_batch set superseded = 0, duplicate = 2 where partition = 1",
            "the ledger counts 0 superseded, reading_history has 1"
        ),
        Plant(
            "row-sums",
            """
            alter table energy.attribution drop constraint attribution_check;
            update energy.attribution set grid_wh = 6 where device_id = 1 and interval_start = '2016-11-01T05:00Z'
            """,
            "crest, interval 2016-11-01T05:00:00Z, device meter-1, revision 0: import 5 = 0 + 6, export 10 = 10 + 0?"
        ),
        Plant(
            "interval-sums",
            """
            update energy.attribution set shared_wh = 9, surplus_wh = 1
            where device_id = 1 and interval_start = '2016-11-01T05:00Z'
            """,
            "crest, interval 2016-11-01T05:00:00Z, revision 0: members received 10 Wh, but shared 9 Wh"
        ),
        Plant(
            "interval-status",
            "delete from energy.attribution where device_id = 3 and interval_start = '2016-11-01T05:00Z'",
            "crest, interval 2016-11-01T05:00:00Z, revision 0: received is 3, but attribution has 2 rows"
        ),
        Plant(
            "interval-status",
            "update energy.interval_status set expected = 2 where interval_start = '2016-11-01T05:00Z'",
            "crest, interval 2016-11-01T05:00:00Z: 3 meters received, but only 2 expected"
        ),
        Plant(
            "interval-status",
            "delete from energy.interval_status where interval_start = '2016-11-06T23:00Z'",
            "crest, interval 2016-11-06T23:00:00Z, revision 0: 3 rows of attribution, but the interval is not settled"
        ),
        Plant(
            "interval-status",
            "update energy.attribution set revision = 1 where interval_start = '2016-11-01T05:00Z' and device_id = 3",
            "crest, interval 2016-11-01T05:00:00Z, revision 1: 1 rows of attribution, but the interval is at revision 0"
        ),
        Plant(
            "interval-status",
            "update energy.interval_status set expected = 5, missing = '{4}' where interval_start = '2016-11-01T05:00Z'",
            "crest, interval 2016-11-01T05:00:00Z: 3 of 5 meters received, but 1 are named as missing"
        ),
        Plant(
            "interval-status",
            "update energy.interval_status set missing = '{4}' where interval_start = '2016-11-01T05:00Z'",
            "crest, interval 2016-11-01T05:00:00Z: 3 of 3 meters received, but 1 are named as missing"
        ),
        Plant(
            "interval-status",
            "update energy.interval_status set expected = 4, missing = '{3}' where interval_start = '2016-11-01T05:00Z'",
            "crest, interval 2016-11-01T05:00:00Z, device meter-3: named as missing, but attribution has a row"
        ),
        Plant(
            "interval-sequence",
            "delete from energy.interval_status where interval_start = '2016-11-01T05:00Z'",
            "crest: interval 2016-11-01T06:00:00Z begins after the end of the one before, 2016-11-01T05:00:00Z"
        ),
        Plant(
            "interval-sequence",
            "update energy.community_settlement set settled_until = '2016-11-06T22:00Z'",
            "crest: the last settled interval ends at 2016-11-07T00:00:00Z, but settled_until is 2016-11-06T22:00:00Z"
        ),
        Plant(
            "interval-sequence",
            "update energy.control set horizon = '2016-11-06Z'",
            "crest: settled until 2016-11-07T00:00:00Z, beyond the horizon 2016-11-06T00:00:00Z"
        ),
        Plant(
            "interval-sequence",
            "update energy.interval_status set interval_end = interval_start where interval_start = '2016-11-01T05:00Z'",
            "crest: interval 2016-11-01T05:00:00Z ends before it begins"
        ),
        Plant(
            "telescoping",
            "update energy.attribution set import_wh = 26, grid_wh = 16 where device_id = 2 and interval_start = '2016-11-01T05:00Z'",
            """
            crest, meter-2, import from 2016-11-01T05:00:00Z to 2016-11-01T06:00:00Z: intervals add up to 26 Wh, but the register rose \
            by 25 Wh
            """
        ),
        Plant(
            "parts",
            """
            \(BooksFixture.twoCommunities);
            update energy.attribution set import_wh = 2, grid_wh = 2 where community_id = 2 and interval_start = '2016-11-01T05:00Z'
            """,
            """
            annex, meter-1, interval 2016-11-01T05:00:00Z: the part is 2 Wh import and 3 Wh export, but 333333 ppm of 6 and 10 Wh are 1 and 3
            """
        ),
        Plant(
            "parts",
            """
            \(BooksFixture.twoCommunities);
            update energy.attribution set unshared_import_wh = case community_id when 2 then 2 end,
                                          unshared_export_wh = case community_id when 2 then 2 end
            where device_id = 1 and interval_start = '2016-11-01T05:00Z'
            """,
            """
            annex, meter-1, interval 2016-11-01T05:00:00Z: 2 Wh import and 2 Wh export take part in no community, but another community of the \
            meter comes first
            """
        ),
        Plant(
            "parts",
            """
            update energy.attribution set unshared_import_wh = 0, unshared_export_wh = 1 where device_id = 3 and interval_start = '2016-11-01Z'
            """,
            "crest, meter-3, interval 2016-11-01T00:00:00Z: 0 Wh import and 1 Wh export take part in no community, but all of the meter takes part here"
        ),
        Plant(
            "parts",
            """
            \(BooksFixture.twoCommunities);
            update energy.participation set participation_ppm = 600000 where community_id = 1 and device_id = 1;
            update energy.participation set participation_ppm = 600000 where community_id = 2
            """,
            "the meter's factors sum to 1200000 ppm"
        ),
        Plant(
            "telescoping",
            """
            \(BooksFixture.twoCommunities);
            update energy.attribution set unshared_import_wh = 3 where device_id = 1 and interval_start = '2016-11-01T05:00Z' and community_id = 1
            """,
            """
            crest, meter-1, import from 2016-11-01T05:00:00Z to 2016-11-01T06:00:00Z: intervals add up to 6 Wh, but the register rose \
            by 5 Wh
            """
        ),
        Plant(
            "telescoping",
            // The last edge, and readings in between that are gone.
            """
            update energy.attribution set export_wh = 2, surplus_wh = 2 where device_id = 3 and interval_start = '2016-11-06T22:00Z';
            delete from energy.reading where device_id = 3 and measured_at in ('2016-11-06T22:00Z', '2016-11-06T23:00Z')
            """,
            """
            crest, meter-3, export from 2016-11-06T21:00:00Z to 2016-11-07T00:00:00Z: intervals add up to 8 Wh, but the register rose \
            by 9 Wh
            """
        ),
        Plant(
            "interval-energy",
            """
            \(BooksFixture.intervalMeter);
            update energy.attribution set import_wh = 13, grid_wh = 13 where device_id = 5 and interval_start = '2016-11-01T07:30Z'
            """,
            """
            lodge, meter-5, hour 2016-11-01T07:00:00Z: intervals add up to 19 Wh import and 10 Wh export, but the readings to 20 and 10
            """
        ),
    ]

    /// Held by the suite's instance, so that the database is there as long as the test runs.
    private let fixture: BooksFixture
    private var sql: PostgresConnection { fixture.sql }

    init() throws { fixture = try BooksFixture() }

    @Test func soundBooksPass() throws {
        let findings = try findings()
        #expect(findings.map(\.name) == BookVerification.checkNames)
        for finding in findings {
            #expect(finding.isOk, "\(finding.contradictions)")
            #expect(
                finding.checked > 0 || ["interval-energy", "parts"].contains(finding.name),
                "\(finding.name) looked at nothing"
            )
            #expect(finding.remark == nil)
        }
        #expect(findings.first { $0.name == "offsets" }?.checked == 510)
        // Three meters, 168 hours, two registers.
        #expect(findings.first { $0.name == "telescoping" }?.checked == 1008)
    }

    @Test(arguments: plants) func aPlantedContradictionIsNamed(_ plant: Plant) throws {
        try sql.run(plant.sql)
        let findings = try findings(.init(contradictionLimit: 10))
        let finding = try #require(findings.first { $0.name == plant.check })
        #expect(!finding.isOk)
        #expect(finding.contradictions.contains { $0.contains(plant.sentence) }, "\(finding.contradictions)")
    }

    @Test func everyCheckHasBeenSeenToFail() {
        #expect(Set(Self.plants.map(\.check)) == Set(BookVerification.checkNames))
    }

    @Test func onlyTheFirstContradictionsAreReadAndAllAreCounted() throws {
        try sql.run("update energy.interval_status set expected = 2")
        var findings: [BookFinding] = []
        let isSound = try BookVerification(sql).run(.init(contradictionLimit: 2)) { findings.append($0) }
        #expect(!isSound)
        let finding = try #require(findings.first { $0.name == "interval-status" })
        #expect(finding.contradictions.count == 2)
        #expect(finding.contradictionCount == 168)
    }

    // MARK: What is no contradiction

    @Test func `readings of intervals that do not count are no contradiction`() throws {
        try fixture.addIntervalMeter()
        let findings = try findings()
        let ofSettlement = [
            "row-sums", "interval-sums", "interval-status", "interval-sequence", "parts", "telescoping",
            "interval-energy",
        ]
        for finding in findings where ofSettlement.contains(finding.name) {
            #expect(finding.isOk, "\(finding.contradictions)")
        }
        #expect(findings.first { $0.name == "interval-energy" }?.checked == 24)
        try sql.run("insert into energy.due_mark values (5, '2016-11-01T05:10Z', '2016-11-01T05:20Z')")
        #expect(try self.findings().first { $0.name == "interval-energy" }?.checked == 23)
    }

    @Test func `a meter in two communities is proven as a whole, unless one of them has something open`() throws {
        try sql.run(BooksFixture.twoCommunities)
        for finding in try findings() { #expect(finding.isOk, "\(finding.contradictions)") }
        #expect(try findings().first { $0.name == "parts" }?.checked == 168)
        #expect(try findings().first { $0.name == "telescoping" }?.checked == 1_008)
        for open in [
            "insert into energy.due_span values (2, '2016-11-01T05:10Z', '2016-11-01T05:20Z', 'late')",
            "insert into energy.late_span values (2, '2016-11-01T05:10Z', '2016-11-01T05:20Z')",
            "insert into energy.due_mark values (1, '2016-11-01T05:10Z', '2016-11-01T05:20Z')",
        ] {
            try sql.run(open)
            let findings = try findings().filter { ["parts", "telescoping"].contains($0.name) }
            #expect(findings.map(\.checked) == [167, 1_006])
            try sql.run("delete from energy.due_span; delete from energy.late_span; delete from energy.due_mark")
        }
    }

    @Test func `the names of the missing do not count where they were not kept`() throws {
        try sql.run("update energy.interval_status set expected = 4")
        #expect(try findings().first { $0.name == "interval-status" }?.isOk == true)
        try sql.run("update energy.interval_status set missing = '{4}'")
        #expect(try findings().first { $0.name == "interval-status" }?.isOk == true)
    }

    @Test func `a stretch runs on across an exchange whose registers are known, and ends at one whose are not`() throws
    {
        // meter-2, 5,000 Wh from hour 5 of November 1 on: final 1,000 + 29 hours, start 5,000.
        try sql.run(
            """
            update energy.reading set import_wh = import_wh + 3275 where device_id = 2 and measured_at >= '2016-11-01T05:00Z';
            insert into energy.meter_swap (device_id, swapped_at, import_final_wh, import_start_wh, export_final_wh, export_start_wh)
            values (2, '2016-11-01T04:30Z', 1713, 4988, 0, 0)
            """
        )
        let finding = try #require(try findings().first { $0.name == "telescoping" })
        #expect(finding.isOk && finding.checked == 1_008, "\(finding.contradictions)")
        try sql.run("update energy.meter_swap set import_start_wh = 4989")
        #expect(try findings().first { $0.name == "telescoping" }?.isOk == false)
        try sql.run("update energy.meter_swap set import_start_wh = null, import_final_wh = null")
        let unknown = try #require(try findings().first { $0.name == "telescoping" })
        #expect(unknown.isOk && unknown.checked == 1_007, "\(unknown.contradictions)")
    }

    @Test func `a stretch runs over a reading that somebody set aside, and ends at one that somebody accepted`() throws
    {
        try sql.run(
            """
            update energy.reading set import_wh = 99999 where device_id = 2 and measured_at = '2016-11-01T05:00Z';
            insert into energy.reading_decision (device_id, measured_at, decision, reason)
            values (2, '2016-11-01T05:00Z', 'set-aside', 'test')
            """
        )
        let aside = try #require(try findings().first { $0.name == "telescoping" })
        #expect(aside.isOk && aside.checked == 1_006, "\(aside.contradictions)")
        try sql.run("update energy.reading_decision set decision = 'accept'")
        let accepted = try #require(try findings().first { $0.name == "telescoping" })
        #expect(!accepted.isOk && accepted.contradictionCount == 1, "what leads on from it is no accepted step")
        #expect(accepted.checked == 1_006)
    }

    @Test func deadLettersThatAreGoneButCountedAreToldAndNotMissed() throws {
        try sql.run(
            """
            delete from energy.dead_letter;
            insert into energy.dead_letter_tally (topic, partition, incarnation, day, reason, kept, dropped, expired)
            values ('meters', 1, 0, '2016-11-02', 'bad_json', 1, 0, 1), ('meters', 1, 0, '2016-11-03', 'out_of_range', 0, 1, 0)
            """
        )
        let finding = try #require(try findings().first { $0.name == "dead-letters" })
        #expect(finding.contradictions == [])
        #expect(finding.remark == "1 dropped by the daily limit, 1 removed by retention")
        try sql.run("update energy.dead_letter_tally set dropped = 2 where dropped = 1")
        #expect(
            try findings().first { $0.name == "dead-letters" }?.contradictions == [
                """
                meters[1] incarnation 0: the ledger counts 2 refusals; 0 dead letters, 2 dropped and 1 removed are 1 too many
                """
            ]
        )
    }

    @Test func lettersThatAReplayMadeAreNotCountedAgain() throws {
        try sql.run(
            """
            insert into energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail,
                                            headers, origin)
            values ('meters', 1, 0, 207, 3, '2016-11-02Z', 'bad_unit', 'x', '[]', 'replay')
            """
        )
        #expect(try findings().first { $0.name == "dead-letters" }?.isOk == true)
    }

    @Test func whatLostItsPlaceByAnEventIsNotTheLedgers() throws {
        try sql.run(
            """
            insert into energy.reading_history (device_id, measured_at, import_wh, export_wh, quality, flags, received_at, cause)
            values (1, '2016-11-01Z', 9, 9, 'M', 0, '2016-11-01Z', 'superseded')
            """
        )
        #expect(try findings().first { $0.name == "history" }?.isOk == false)
        try sql.run("update energy.reading_history set event_id = 1 where import_wh = 9")
        #expect(try findings().first { $0.name == "history" }?.isOk == true)
    }

    @Test(arguments: [
        // Late: marked, not settled again yet.
        "insert into energy.due_mark values (2, '2016-11-01T05:00Z', '2016-11-01T06:00Z')",
        "insert into energy.due_span values (1, '2016-11-01T05:00Z', '2016-11-01T06:00Z', 'late')",
        // A register that breaks: no energy crosses it.
        """
        insert into energy.anomaly (device_id, kind, from_at, to_at, detail)
        values (2, 'break', '2016-11-01T05:00Z', '2016-11-01T06:00Z', 'test')
        """,
        // It came too late.
        "insert into energy.late_span values (1, '2016-11-01T05:00Z', '2016-11-01T06:00Z')",
        // Another community of the meter has not settled the time.
        """
        insert into energy.community (code, name, time_zone) values ('annex', 'Annex', 'UTC');
        update energy.participation set participation_ppm = 500000 where device_id = 2;
        insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
        select 2, community_id, '[2016-01-01Z,)', 500000 from energy.community where code = 'annex'
        """,
    ])
    func aStretchThatIsOpenToChangeOrBrokenIsLeftOut(_ excuse: String) throws {
        try sql.run(
            "update energy.attribution set import_wh = 26, grid_wh = 16 where device_id = 2 and interval_start = '2016-11-01T05:00Z'"
        )
        #expect(try findings().first { $0.name == "telescoping" }?.isOk == false)
        try sql.run(excuse)
        let finding = try #require(try findings().first { $0.name == "telescoping" })
        #expect(finding.isOk, "\(finding.contradictions)")
        #expect(finding.checked > 600)
    }

    @Test func aStretchRunsOverAnOutlier() throws {
        try sql.run(
            """
            update energy.reading set import_wh = 99999 where device_id = 2 and measured_at = '2016-11-01T05:00Z';
            insert into energy.anomaly (device_id, kind, from_at, to_at, detail)
            values (2, 'outlier', '2016-11-01T05:00Z', '2016-11-01T05:00Z', 'test')
            """
        )
        let finding = try #require(try findings().first { $0.name == "telescoping" })
        #expect(finding.isOk, "\(finding.contradictions)")
        #expect(finding.checked == 1006)
        try sql.run(
            "update energy.attribution set import_wh = 26, grid_wh = 16 where device_id = 2 and interval_start = '2016-11-01T05:00Z'"
        )
        #expect(try findings().first { $0.name == "telescoping" }?.isOk == false)
    }

    @Test func aRegisterOfKnownWidthMayRollOver() throws {
        try sql.run(
            """
            update energy.reading set import_wh = import_wh + 95000 where device_id = 2;
            update energy.reading set import_wh = import_wh - 100000 where device_id = 2 and import_wh >= 100000
            """
        )
        #expect(try findings().first { $0.name == "telescoping" }?.isOk == false)
        try sql.run("update energy.device set register_digits = 2 where device_id = 2")
        let finding = try #require(try findings().first { $0.name == "telescoping" })
        #expect(finding.isOk, "\(finding.contradictions)")
    }

    @Test func acceptedGapsOfBothKindsKeepTheBooksSound() throws {
        try fixture.sql.run("update energy.stream_position set state = 'halted', halt_reason = 'test'")
        let acceptance = GapAcceptance(fixture.sql)
        _ = try acceptance.accept(
            GapRequest(partition: .init(topic: "meters", partition: 0), to: 350, reason: "lost")
        )
        _ = try acceptance.accept(
            GapRequest(partition: .init(topic: "meters", partition: 1), to: 5, reason: "new", isNewIncarnation: true)
        )
        for finding in try findings() { #expect(finding.isOk, "\(finding.contradictions)") }
    }

    private func findings(
        _ options: BookVerification.Options = .init()
    ) throws -> [BookFinding] {
        var findings: [BookFinding] = []
        let isSound = try BookVerification(sql).run(options) { findings.append($0) }
        #expect(isSound == findings.allSatisfy(\.isOk))
        return findings
    }
}
