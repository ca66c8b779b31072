import EnergySharing
import Settlement
import Testing

@testable import PostgresStore

/// Whatever the key, the parts, the shares and the readings: what is explained is what was settled.
@Suite(.needsPostgres) struct ExplanationOrderTests {
    private static let meters = 5
    private static let hours = 14

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `each meter's row of each interval and community comes out again`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let fixture = try SettlementFixture(RegistryFixture.document(homes: Self.meters, key: .proportional))
        let sql = fixture.sql
        try Self.addCommunities(sql, &random)
        try Self.addReadings(sql, &random)
        let url = fixture.registry.database.url
        let loop = SettlementLoop(
            store: PostgresSettlementStore(conninfo: url, partitionWidth: .month),
            settings: SettlementSettings()
        ) { _ in }
        try loop.settleThroughLastReading()
        if seed % 2 == 1 {
            // Corrections, in place and as revisions.
            try sql.run(
                """
                update energy.interval_status set state = 'final' where extract(hour from interval_start)::integer % 2 = 0;
                update energy.reading set import_wh = import_wh + 1 where device_id = 2
                """
            )
            for community in try fixture.texts("select code from energy.community") {
                try loop.settleAgain(community: community, from: .min, until: .max)
            }
        }
        let query = ExplanationQuery(PostgresSettlementStore(conninfo: url, partitionWidth: .month))
        var (rows, several) = (0, 0)
        for meter in 1...Self.meters {
            for half in 0..<Self.hours * 2 {
                let explanation: IntervalExplanation
                do {
                    explanation = try query.explain(
                        device: "meter-\(meter)",
                        at: SettlementFixture.at(Double(half) / 2 + 0.1)
                    )
                } catch is QueryFailure {
                    continue
                }
                if explanation.communities.count > 1 { several += 1 }
                for community in explanation.communities {
                    #expect(community.agreement == .same, "meter \(meter), half hour \(half), \(community.community)")
                    let computed = try #require(community.computed)
                    #expect(computed.inputs.meters[computed.place].whole == computed.evidence.energy.energy ?? nil)
                    #expect(computed.trace.summedCommunityWh == computed.trace.result.communityWh)
                    #expect(community.status.received == Int64(computed.inputs.received))
                    #expect(community.status.expected == Int64(computed.inputs.expected))
                    if community.stored != nil { rows += 1 }
                }
            }
        }
        let counted = try fixture.texts("select count(*) from energy.current_attribution")
        #expect(["\(rows)"] == counted, "every stored row must be explained once")
        #expect(several > 10 && rows > 100)
    }

    /// Two more communities, of any keys, in which some meters take part with a part of what they have; all of half hours.
    private static func addCommunities(_ sql: PostgresConnection, _ random: inout SeededGenerator) throws {
        try sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('a', 'A', 'UTC'), ('z', 'Z', 'Europe/Berlin');
            insert into energy.community_settlement (community_id) values (2), (3);
            delete from energy.community_rule
            """
        )
        for community in 1...3 {
            for (lower, upper) in [("null", "'2016-08-01T05:00Z'"), ("'2016-08-01T05:00Z'", "null")] {
                let key = SharingKey.allCases.randomElement(using: &random) ?? .hybrid
                let rounds = SharingRounds.allCases.randomElement(using: &random) ?? .one
                let remainder = SharingRemainder.allCases.randomElement(using: &random) ?? .surplus
                try sql.run(
                    """
                    insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, rounds, remainder,
                        grace, finality)
                    values (\(community), tstzrange(\(lower), \(upper)), 30, '\(key.rawValue)', '\(rounds.rawValue)',
                        '\(remainder.rawValue)', '2 h', '35 d')
                    """
                )
            }
        }
        try sql.run("update energy.participation set participation_ppm = 333333 where device_id <> 3")
        for meter in [1, 2, 4, 5] {
            for community in [2, 3] where Int.random(in: 0..<4, using: &random) > 0 {
                try sql.run(
                    """
                    insert into energy.participation (device_id, community_id, valid_during, participation_ppm, share_ppm, priority)
                    values (\(meter), \(community), tstzrange('2016-08-01T0\(Int.random(in: 0..<4, using: &random)):00Z', null),
                        \(Int.random(in: 1...333_333, using: &random)), \(Int.random(in: 0...200_000, using: &random)),
                        \(Int.random(in: 1...3, using: &random)))
                    """
                )
            }
            if Bool.random(using: &random) {
                try sql.run(
                    """
                    insert into energy.share_profile (community_id, device_id, valid_during, shares, source)
                    values (1, \(meter), '[2016-08-01T03:00Z,2016-08-01T06:00Z)',
                        array[\((0..<3).map { _ in "\(Int.random(in: 0...250_000, using: &random))" }.joined(separator: ","))], 'test')
                    """
                )
            }
        }
    }

    /// Registers of four meters at any times, with gaps, breaks, decisions and an exchange; quarters of the fifth.
    private static func addReadings(_ sql: PostgresConnection, _ random: inout SeededGenerator) throws {
        try sql.run(
            """
            select energy.ensure_partition('reading', date '2016-07-01', 'month'),
                   energy.ensure_partition('reading', date '2016-08-01', 'month'),
                   energy.ensure_partition('interval_reading', date '2016-08-01', 'month');
            update energy.device set kind = 'interval', interval_seconds = 900 where device_id = 5;
            insert into energy.meter_swap (device_id, swapped_at, import_final_wh, import_start_wh)
            values (4, '2016-08-01T04:10Z', 6000000, 5)
            """
        )
        for meter in 1...4 {
            var (minute, importWh, exportWh) = (Int64.random(in: -40...60, using: &random), Int64(1_000), Int64(500))
            while minute < Int64(hours) * 60 {
                let isOdd = Int.random(in: 0..<25, using: &random) == 0
                try sql.run(
                    """
                    insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, quality)
                    values (\(meter), timestamptz '2016-08-01Z' + \(minute) * interval '1 minute', now(),
                        \(isOdd ? 7_000_000 : importWh), \(exportWh), '\(["M", "M", "M", "S", "E", "F"].randomElement(using: &random) ?? "M")')
                    """
                )
                if isOdd, Bool.random(using: &random) {
                    try sql.run(
                        """
                        insert into energy.reading_decision (device_id, measured_at, decision, reason)
                        values (\(meter), timestamptz '2016-08-01Z' + \(minute) * interval '1 minute', 'set-aside', 'test')
                        """
                    )
                }
                let step = [7, 15, 15, 30, 30, 95].randomElement(using: &random) ?? 30
                minute += Int64(step)
                importWh += Int64.random(in: 0...Int64(step) * 90, using: &random)
                exportWh += Int64.random(in: 0...Int64(step) * 90, using: &random)
            }
        }
        for quarter in 0..<hours * 4 where Int.random(in: 0..<12, using: &random) > 0 {
            let seconds = quarter % 4 == 2 && Bool.random(using: &random) ? 3_600 : 900
            try sql.run(
                """
                insert into energy.interval_reading (device_id, interval_start, seconds, received_at, import_wh, export_wh, quality)
                values (5, timestamptz '2016-08-01Z' + \(quarter) * interval '15 minutes', \(seconds), now(),
                    \(Int.random(in: 0...3_000, using: &random)), \(Int.random(in: 0...900, using: &random)), 'M')
                """
            )
        }
    }
}
