internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

extension PostgresRegistryStore {
    /// Locks the settlement of communities whose terms change, in order of their numbers.
    func lockSettlement(of communities: [String]) throws(RegistryStoreFailure) {
        _ = try query(
            """
            select s.community_id from energy.community_settlement s join energy.community c using (community_id)
            where c.code = any($1) order by s.community_id for update of s
            """,
            [.textArray(communities)]
        )
    }

    /// Writes what differs, within the transaction that holds the gate; what is new gets its numbers in the document's order.
    func write(_ plan: RegistryPlan, _ document: RegistryDocument) throws(RegistryStoreFailure) {
        try writeCommunities(document)
        try writeMembers(document)
        try writeDevices(document)
        try writeRules(plan)
        try writeParticipations(plan)
        try writeMeterSwaps(plan, of: document)
        try run(
            """
            insert into energy.community_settlement (community_id) select community_id from energy.community
            on conflict do nothing;
            update energy.control set registry_version = registry_version + 1
            """
        )
        try makeDue(plan.touched, lookingAt: plan.changedCommunities)
    }

    private func writeCommunities(_ document: RegistryDocument) throws(RegistryStoreFailure) {
        let given = "unnest($1::text[], $2::text[], $3::text[]) with ordinality as g (code, name, time_zone, place)"
        let parameters: [PostgresParameter] = [
            .textArray(document.communities.map(\.code)), .textArray(document.communities.map(\.name)),
            .textArray(document.communities.map(\.timeZone)),
        ]
        _ = try query(
            """
            update energy.community c set name = g.name, time_zone = g.time_zone from \(given)
            where c.code = g.code and (c.name, c.time_zone) is distinct from (g.name, g.time_zone)
            """,
            parameters
        )
        _ = try query(
            """
            insert into energy.community (code, name, time_zone) select g.code, g.name, g.time_zone from \(given)
            where not exists (select from energy.community c where c.code = g.code) order by g.place
            """,
            parameters
        )
    }

    private func writeMembers(_ document: RegistryDocument) throws(RegistryStoreFailure) {
        let all = document.communities.flatMap { community in community.members.map { (community.code, $0) } }
        let given = """
            unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as g (community, code, name, kind, place)
            join energy.community c on c.code = g.community
            """
        let parameters: [PostgresParameter] = [
            .textArray(all.map(\.0)), .textArray(all.map(\.1.code)), .textArray(all.map(\.1.name)),
            .textArray(all.map(\.1.kind.rawValue)),
        ]
        _ = try query(
            """
            update energy.member m set name = g.name, kind = g.kind from \(given)
            where m.community_id = c.community_id and m.code = g.code and (m.name, m.kind) is distinct from (g.name, g.kind)
            """,
            parameters
        )
        _ = try query(
            """
            insert into energy.member (community_id, code, name, kind) select c.community_id, g.code, g.name, g.kind from \(given)
            where not exists (select from energy.member m where m.community_id = c.community_id and m.code = g.code)
            order by g.place
            """,
            parameters
        )
    }

    private func writeDevices(_ document: RegistryDocument) throws(RegistryStoreFailure) {
        var owners: [(community: String, member: String)] = []
        var devices: [RegistryDevice] = []
        for community in document.communities {
            for member in community.members {
                devices += member.devices
                owners += member.devices.map { _ in (community.code, member.code) }
            }
        }
        let columns = """
            member_id, adapter, kind, time_zone, connection_watts, inverter_watts, register_digits, registers, status, generation_id, interval_seconds
            """
        let given = """
            (select g.hub_device_id, m.member_id, g.adapter, g.kind, g.time_zone, g.connection_watts::integer,
                    g.inverter_watts::integer, g.register_digits::smallint, g.registers, g.status, g.generation_id,
                    g.interval_seconds::integer, g.place
             from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
                         $9::bigint[], $10::text[], $11::text[], $12::text[], $13::bigint[]) with ordinality
                 as g (hub_device_id, community, member, adapter, kind, time_zone, connection_watts, inverter_watts,
                       register_digits, registers, status, generation_id, interval_seconds, place)
             join energy.community c on c.code = g.community
             join energy.member m on m.community_id = c.community_id and m.code = g.member) g
            """
        let parameters: [PostgresParameter] = [
            .textArray(devices.map(\.hubDeviceID)), .textArray(owners.map(\.community)),
            .textArray(owners.map(\.member)), .textArray(devices.map(\.adapter.rawValue)),
            .textArray(devices.map(\.kind.rawValue)), .textArray(devices.map(\.timeZone)),
            .int64Array(devices.map { $0.connectionWatts.map { Int64($0) } }),
            .int64Array(devices.map { $0.inverterWatts.map { Int64($0) } }),
            .int64Array(devices.map { $0.registerDigits.map { Int64($0) } }),
            .textArray(devices.map(\.registers.rawValue)), .textArray(devices.map(\.status.rawValue)),
            .textArray(devices.map(\.generationID)), .int64Array(devices.map { $0.intervalSeconds.map { Int64($0) } }),
        ]
        let qualified = columns.split(separator: ", ").map { "g.\($0)" }.joined(separator: ", ")
        _ = try query(
            """
            update energy.device d set (\(columns)) = (select \(qualified)) from \(given)
            where d.hub_device_id = g.hub_device_id
              and (\(columns.split(separator: ", ").map { "d.\($0)" }.joined(separator: ", "))) is distinct from (\(qualified))
            """,
            parameters
        )
        _ = try query(
            """
            insert into energy.device (hub_device_id, \(columns)) select g.hub_device_id, \(qualified) from \(given)
            where not exists (select from energy.device d where d.hub_device_id = g.hub_device_id)
            order by g.place
            """,
            parameters
        )
    }

    private func writeRules(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        let changed = Set(plan.changedRules)
        let all = plan.merged.communities.filter { changed.contains($0.code) }
            .flatMap { community in community.rules.map { (code: community.code, rule: $0) } }
        _ = try query(
            """
            delete from energy.community_rule r using energy.community c
            where c.community_id = r.community_id and c.code = any($1)
            """,
            [.textArray(plan.changedRules)]
        )
        _ = try query(
            """
            insert into energy.community_rule
                (community_id, valid_during, interval_minutes, sharing_key, rounds, remainder, grace, finality, final_day, final_time,
                 corrections)
            select c.community_id, tstzrange(g.from_at, g.until_at), g.minutes, g.sharing_key, g.rounds, g.remainder,
                   g.grace * interval '1 microsecond', g.finality * interval '1 microsecond', g.final_day::smallint,
                   time '00:00' + g.final_second * interval '1 second', g.corrections * interval '1 microsecond'
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[], $4::integer[], $5::text[], $6::text[], $7::text[],
                        $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
                as g (code, from_at, until_at, minutes, sharing_key, rounds, remainder, grace, finality, final_day, final_second,
                      corrections)
            join energy.community c on c.code = g.code
            """,
            [
                .textArray(all.map(\.code)), .timestampArray(all.map(\.rule.from)),
                .timestampArray(all.map(\.rule.until)),
                .int32Array(all.map { Int32(clamping: $0.rule.intervalMinutes) }),
                .textArray(all.map(\.rule.sharing.key.rawValue)), .textArray(all.map(\.rule.sharing.rounds.rawValue)),
                .textArray(all.map(\.rule.sharing.remainder.rawValue)), .int64Array(all.map(\.rule.grace)),
                // By the calendar, the column says no more than how long it may take.
                .int64Array(all.map(\.rule.finality.longest)),
                .int64Array(all.map { $0.rule.finality.calendar?.day }),
                .int64Array(all.map { $0.rule.finality.calendar?.second }),
                .int64Array(all.map(\.rule.corrections)),
            ]
        )
    }

    private func writeParticipations(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        let pairs = plan.changedPairs
        let all = pairs.flatMap { pair in plan.participations(of: pair).map { (pair: pair, part: $0) } }
        let parts = all.map(\.part)
        _ = try query(
            """
            delete from energy.participation p
            using unnest($1::text[], $2::text[]) as g (hub_device_id, code)
            join energy.device d on d.hub_device_id = g.hub_device_id
            join energy.community c on c.code = g.code
            where p.device_id = d.device_id and p.community_id = c.community_id
            """,
            [.textArray(pairs.map(\.hubDeviceID)), .textArray(pairs.map(\.community))]
        )
        _ = try query(
            """
            insert into energy.participation (device_id, community_id, valid_during, participation_ppm, share_ppm, priority)
            select d.device_id, c.community_id, tstzrange(g.from_at, g.until_at), g.ppm, g.share::integer, g.priority::integer
            from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::integer[], $6::bigint[], $7::bigint[])
                as g (hub_device_id, code, from_at, until_at, ppm, share, priority)
            join energy.device d on d.hub_device_id = g.hub_device_id
            join energy.community c on c.code = g.code
            """,
            [
                .textArray(all.map(\.pair.hubDeviceID)), .textArray(parts.map(\.community)),
                .timestampArray(parts.map(\.from)),
                .timestampArray(parts.map(\.until)), .int32Array(parts.map { Int32(clamping: $0.participationPPM) }),
                .int64Array(parts.map { $0.sharePPM.map { Int64($0) } }),
                .int64Array(parts.map { $0.priority.map { Int64($0) } }),
            ]
        )
    }

    /// Makes what was settled by other terms due again, and lets settlement look at every community that changed.
    func makeDue(
        _ touched: [CommunitySpan],
        lookingAt communities: [String]
    ) throws(RegistryStoreFailure) {
        _ = try query(
            """
            insert into energy.due_span (community_id, from_at, until_at, cause)
            select c.community_id, g.from_at, g.until_at, 'registry'
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as g (code, from_at, until_at)
            join energy.community c on c.code = g.code
            join energy.community_settlement s on s.community_id = c.community_id and s.settled_until > g.from_at
            """,
            [
                .textArray(touched.map(\.community)), .timestampArray(touched.map(\.span.from)),
                .timestampArray(touched.map(\.span.until)),
            ]
        )
        _ = try query(
            """
            update energy.community_settlement s set next_due_at = '-infinity' from energy.community c
            where c.community_id = s.community_id and c.code = any($1)
            """,
            [.textArray(communities)]
        )
    }
}

extension RegistryFinality {
    /// The day and the second of it, where the calendar decides.
    fileprivate var calendar: (day: Int64, second: Int64)? {
        guard case .monthly(let day, let second) = self else { return nil }
        return (Int64(day), Int64(second))
    }
}

extension RegistryPlan {
    /// The communities whose terms of settlement change.
    var changedCommunities: [String] {
        let swapped = Set(changedSwaps.map(\.hubDeviceID))
        let devices = merged.communities.flatMap(\.members).flatMap(\.devices).filter {
            swapped.contains($0.hubDeviceID)
        }
        return Set(
            changedRules + changedPairs.map(\.community) + touched.map(\.community)
                + devices.flatMap(\.participations).map(\.community)
        ).sorted()
    }
}
