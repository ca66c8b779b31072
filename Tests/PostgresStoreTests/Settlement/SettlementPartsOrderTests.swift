import CommunityRegistry
import EnergySharing
import MeterReadings
import PostgresStore
import Settlement
import Testing

/// As ``SettlementOrderTests``, with communities that share meters: whatever the order of arrival, of changes to the factors, and of the
/// communities that are settled, the final tables are those of settling everything once.
@Suite(.needsPostgres) struct SettlementPartsOrderTests {
    private static let codes = ["c", "d", "e"]

    @Test(arguments: 0..<10)
    func `communities that share meters end like settling once`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(7_000 + seed))
        let stream = OrderStream.arrivals(&random)
        var parts = Self.parts(&random)

        let fixture = try IngestFixture(partitions: 2)
        let intake = try OrderIntake(fixture, Self.document)
        try Self.addCommunities(fixture.sql)
        try Self.store(parts, fixture.sql)
        let loops = [Self.loop(fixture.database), Self.loop(fixture.database)]
        var rest = stream[...]
        var changes = 0
        while !rest.isEmpty {
            let batch = rest.prefix(Int.random(in: 1...15, using: &random))
            rest = rest.dropFirst(batch.count)
            try intake.take(Array(batch))
            let loop = loops[Int.random(in: 0...1, using: &random)]
            switch Int.random(in: 0..<6, using: &random) {
            case 0: _ = try loop.settleDue()
            case 1, 2:
                // One community alone: the others stay behind.
                let code = Self.codes.randomElement(using: &random) ?? "c"
                try loop.settleAgain(community: code, from: OrderStream.start, until: OrderStream.start)
            case 3 where changes < 4:
                changes += 1
                Self.change(&parts, &random)
                try Self.store(parts, fixture.sql)
            default: break
            }
        }
        try loops[0].settleThroughLastReading()
        #expect(changes > 0, "the test must change something")

        let once = try IngestFixture()
        try OrderIntake(once, Self.document).store(stream)
        try Self.addCommunities(once.sql)
        try Self.store(parts, once.sql)
        let watermark = "select \(PostgresTimestamp.sql("min(watermark)")) from energy.stream_position"
        _ = try once.sql.query(
            "update energy.stream_position set watermark = $1",
            [.timestamp(try fixture.sql.query(watermark).int64(0, 0) ?? .max)]
        )
        try Self.loop(once.database).settleThroughLastReading()

        let (found, expected) = (try Self.result(fixture.sql), try Self.result(once.sql))
        let (extra, missing) = (Set(found).subtracting(expected).sorted(), Set(expected).subtracting(found).sorted())
        #expect(extra.isEmpty && missing.isEmpty, "extra \(extra.prefix(5)), missing \(missing.prefix(5))")
        #expect(expected.contains { $0.hasPrefix("rest") }, "something must take part in no community")
        for sql in [fixture.sql, once.sql] {
            let checks: Set<String> = [
                "row-sums", "interval-sums", "interval-status", "parts", "telescoping", "interval-energy",
            ]
            _ = try BookVerification(sql).run { finding in
                guard checks.contains(finding.name) else { return }
                #expect(finding.isOk, "\(finding.name): \(finding.contradictions)")
                #expect(finding.checked > 0 || finding.name == "telescoping", "\(finding.name) looked at nothing")
            }
        }
    }

    // MARK: Participations

    /// A part of a meter in a community, from an hour to another.
    private struct Part {
        var meter: Int
        var community: Int
        var hours: Range<Int>
        var ppm: Int
    }

    /// What each meter's time falls into, with parts that sum to at most the whole.
    private static func parts(_ random: inout SeededGenerator) -> [Part] {
        (0..<OrderStream.meters).flatMap { parts(ofMeter: $0, &random) }
    }

    private static func parts(ofMeter meter: Int, _ random: inout SeededGenerator) -> [Part] {
        var parts: [Part] = []
        var from = Int.random(in: 0...6, using: &random)
        while from < OrderStream.hours {
            let until = from + Int.random(in: 5...30, using: &random)
            var left = 1_000_000
            for community in codes.indices.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
            where left > 0 {
                let ppm = Int.random(in: 0..<3, using: &random) == 0 ? left : Int.random(in: 1...left, using: &random)
                left -= ppm
                parts.append(Part(meter: meter, community: community, hours: from..<until, ppm: ppm))
            }
            from = until
        }
        return parts
    }

    /// Gives one meter other parts.
    private static func change(_ parts: inout [Part], _ random: inout SeededGenerator) {
        let meter = Int.random(in: 0..<OrderStream.meters, using: &random)
        parts.removeAll { $0.meter == meter }
        parts += Self.parts(ofMeter: meter, &random)
    }

    /// What applying a registry does, in little: everything is due again.
    private static func store(_ parts: [Part], _ sql: PostgresConnection) throws {
        try sql.run("delete from energy.participation")
        let at = { (hour: Int) in OrderStream.start + Int64(hour) * 60 * OrderStream.minute }
        for part in parts {
            let end = part.hours.upperBound >= OrderStream.hours ? nil : at(part.hours.upperBound)
            _ = try sql.query(
                """
                insert into energy.participation (device_id, community_id, valid_during, participation_ppm, share_ppm, priority)
                select d.device_id, c.community_id, tstzrange($3, $4), $5, 150000, d.device_id
                from energy.device d, energy.community c where d.hub_device_id = $1 and c.code = $2
                """,
                [
                    .text("meter-\(part.meter)"), .text(codes[part.community]), .timestamp(at(part.hours.lowerBound)),
                    .optionalTimestamp(end), .int32(Int32(part.ppm)),
                ]
            )
        }
        try sql.run(
            "insert into energy.due_span select community_id, '-infinity', 'infinity', 'registry' from energy.community"
        )
    }

    private static func addCommunities(_ sql: PostgresConnection) throws {
        try sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('d', 'D', 'UTC'), ('e', 'E', 'UTC');
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
                select community_id, '(,)', 30, case code when 'd' then 'proportional' else 'priority' end, '1 h', '35 d'
                from energy.community where code in ('d', 'e');
            insert into energy.community_settlement (community_id)
                select community_id from energy.community on conflict do nothing
            """
        )
    }

    private static var document: RegistryDocument {
        RegistryDocument(communities: [
            RegistryCommunity(
                code: "c",
                name: "C",
                timeZone: "UTC",
                rules: [
                    RegistryRule(
                        intervalMinutes: 30,
                        sharing: SharingRule(key: .hybrid),
                        grace: 60 * OrderStream.minute
                    )
                ],
                members: [
                    RegistryMember(
                        code: "m",
                        name: "M",
                        devices: (0..<OrderStream.meters).map { meter in
                            RegistryDevice(
                                hubDeviceID: "meter-\(meter)",
                                kind: meter == OrderStream.interval ? .interval : .register,
                                connectionWatts: 17_250,
                                participations: [RegistryParticipation(community: "c", from: OrderStream.start)]
                            )
                        }
                    )
                ]
            )
        ])
    }

    private static func loop(_ database: TestDatabase) -> SettlementLoop<PostgresSettlementStore> {
        var settings = SettlementSettings()
        settings.chunkMeterIntervals = 60
        let store = PostgresSettlementStore(conninfo: database.url, partitionWidth: .month)
        return SettlementLoop(store: store, settings: settings) { _ in }
    }

    // MARK: What is compared

    /// Rows that count, the intervals' counts and names, and anomalies, as texts.
    private static func result(_ sql: PostgresConnection) throws -> [String] {
        let rows = try sql.query(
            """
            select concat_ws(' ', c.code, a.interval_start, a.device_id, a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh,
                             a.surplus_wh, a.quality) as line
            from energy.attribution a join energy.community c using (community_id)
            join energy.interval_status s using (community_id, interval_start, revision)
            union all
            select concat_ws(' ', 'rest', c.code, a.interval_start, a.device_id, a.unshared_import_wh, a.unshared_export_wh)
            from energy.attribution a join energy.community c using (community_id)
            join energy.interval_status s using (community_id, interval_start, revision)
            where a.unshared_import_wh is not null
            union all
            select concat_ws(' ', c.code, interval_start, interval_end, expected, received, missing)
            from energy.interval_status join energy.community c using (community_id)
            union all
            select concat_ws(' ', device_id, kind, from_at, to_at) from energy.anomaly
            """
        )
        return (0..<rows.rowCount).compactMap { rows.text($0, 0) }
    }
}
