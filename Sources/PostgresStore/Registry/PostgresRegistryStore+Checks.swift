internal import CommunityRegistry
internal import MeterReadings

extension PostgresRegistryStore {
    /// PostgreSQL converts to local days in its views, so its own list of zones counts.
    func checkTimeZones(_ document: RegistryDocument) throws(RegistryStoreFailure) {
        var zones: Set<String> = []
        for community in document.communities {
            zones.insert(community.timeZone)
            for member in community.members { zones.formUnion(member.devices.compactMap(\.timeZone)) }
        }
        let unknown = try query(
            "select z from unnest($1::text[]) z where not exists (select from pg_timezone_names n where n.name = z) order by z",
            [.textArray(zones.sorted())]
        )
        guard unknown.rowCount > 0 else { return }
        let names = (0..<unknown.rowCount).compactMap { unknown.text($0, 0) }.joined(separator: ", ")
        throw RegistryStoreFailure(.refused, "PostgreSQL knows no time zone of this name: \(names)")
    }

    /// Warns where a device's zone has other offsets on this machine, by which its times are read, than in PostgreSQL, by which days
    /// are cut: one of the two has old tzdata.
    func compareZones(_ plan: inout RegistryPlan) throws(RegistryStoreFailure) {
        let devices = plan.merged.communities.flatMap(\.members).flatMap(\.devices)
        for name in Set(devices.compactMap(\.timeZone)).sorted() {
            guard let zone = LocalZoneTable.zone(named: name) else { continue }
            let rows = try query(
                """
                select \(PostgresTimestamp.sql("min(g.at)")) from unnest($2::timestamptz[], $3::integer[]) as g (at, seconds)
                where extract(epoch from (g.at at time zone $1) - (g.at at time zone 'UTC'))::integer <> g.seconds
                """,
                [
                    .text(name), .timestampArray(zone.offsets.map(\.from)), .int32Array(zone.offsets.map(\.seconds)),
                ]
            )
            guard let from = rows.int64(0, 0) else { continue }
            plan.warn(
                "time zone \(name): this machine and PostgreSQL disagree on its offset at \(InstantText.format(from)): update tzdata where "
                    + "it is older, or local times of readings will not fall on the local days of reports"
            )
        }
    }

    /// Refuses another interval length where intervals are settled: their rows could not be told apart from the new ones.
    func checkLengths(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        guard !plan.resized.isEmpty else { return }
        let settled = try query(
            """
            select r.code, min(\(PostgresTimestamp.sql("s.interval_start"))), max(\(PostgresTimestamp.sql("s.interval_end")))
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as r (code, from_at, until_at)
            join energy.community c on c.code = r.code
            join energy.interval_status s on s.community_id = c.community_id
                and s.interval_start < r.until_at and s.interval_end > r.from_at
            group by r.code order by r.code collate "C" limit 1
            """,
            [
                .textArray(plan.resized.map(\.community)), .timestampArray(plan.resized.map(\.span.from)),
                .timestampArray(plan.resized.map(\.span.until)),
            ]
        )
        guard settled.rowCount > 0, let from = settled.int64(0, 1), let until = settled.int64(0, 2) else { return }
        throw RegistryStoreFailure(
            .refused,
            """
            community \(settled.text(0, 0) ?? ""): interval_minutes cannot change, and the rule cannot go away, from \
            \(InstantText.format(from)) to \(InstantText.format(until)), where intervals are settled: let the rule with the new length \
            begin at \(InstantText.format(until)) or later (see `rules:`)
            """
        )
    }

    /// Refuses what cannot change about a meter that has readings: other registers, because what it did not report then would look like
    /// a register at a standstill; another kind or interval length, because the stored readings would mean something else.
    func checkFixedByReadings(_ plan: RegistryPlan) throws(RegistryStoreFailure) {
        guard !plan.fixedByReadings.isEmpty else { return }
        let read = try query(
            """
            select d.hub_device_id from energy.device d
            where d.hub_device_id = any($1)
              and (exists (select from energy.reading r where r.device_id = d.device_id)
                   or exists (select from energy.interval_reading r where r.device_id = d.device_id))
            """,
            [.textArray(plan.fixedByReadings.map(\.hubDeviceID))]
        )
        let names = Set((0..<read.rowCount).compactMap { read.text($0, 0) })
        let refused = plan.fixedByReadings.filter { names.contains($0.hubDeviceID) }
        guard let key = refused.first?.key else { return }
        let devices = refused.filter { $0.key == key }.map(\.hubDeviceID).joined(separator: ", ")
        throw RegistryStoreFailure(
            .refused,
            "\(key): cannot change any more, since there are readings of \(devices): register the meter under a new hub_device_id"
        )
    }
}
