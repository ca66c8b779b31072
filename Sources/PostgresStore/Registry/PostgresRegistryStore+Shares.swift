public import CommunityRegistry
internal import EnergySharing

/// Shares by the hour: they come from files of their own, and are no part of the registry's document.
extension PostgresRegistryStore {
    /// What storing a file of shares would change; changes nothing itself.
    ///
    /// - Throws: `refused` for all that ``applyShares(_:for:)`` would refuse.
    public func planShares(_ file: ShareFile, for community: String) throws(RegistryStoreFailure) -> ShareProfilePlan {
        try transaction("begin isolation level repeatable read read only") { () throws(RegistryStoreFailure) in
            var plan = try compareShares(file, community)
            plan.noteDue(try dueAgain(in: plan.touched, .byCommunity, kinds: plan.kinds))
            return plan
        }
    }

    /// Stores a file of shares of a community, in one transaction; older profiles are cut to what lies before and after it.
    ///
    /// Nothing is written if what is stored says the same. Else the registry's version rises, and the intervals in which a share that
    /// counts becomes another one are due again. Locks as ``apply(_:prune:now:)`` does.
    ///
    /// - Throws: `refused` if the file does not fit the community: see ``ShareProfilePlan``.
    public func applyShares(_ file: ShareFile, for community: String) throws(RegistryStoreFailure) -> ShareProfilePlan {
        try transaction("begin") { () throws(RegistryStoreFailure) in
            try beginChange()
            var plan = try compareShares(file, community)
            if plan.changes.isEmpty { return plan }
            try lockSettlement(of: [community])
            plan.noteDue(try dueAgain(in: plan.touched, .byCommunity, kinds: plan.kinds))
            try cutProfiles(of: community, file.span)
            try writeProfile(file, community)
            // Batches do not read shares: they wait for the new version only.
            try run(BatchGate.enterExclusively)
            try run("update energy.control set registry_version = registry_version + 1")
            try makeDue(plan.touched, lookingAt: [community])
            return plan
        }
    }

    /// The stored profiles of one community, or of all, by community and time.
    public func shareProfiles(of community: String?) throws(RegistryStoreFailure) -> [StoredShareProfile] {
        let rows = try query(
            """
            select c.code, \(PostgresTimestamp.sql("lower(p.valid_during)")), \(PostgresTimestamp.sql("upper(p.valid_during)")),
                   count(*), p.source, min(p.applied_by), \(PostgresTimestamp.sql("max(p.applied_at)"))
            from energy.share_profile p join energy.community c using (community_id)
            where c.code = coalesce($1, c.code)
            group by c.code, p.valid_during, p.source order by c.code collate "C", p.valid_during
            """,
            [.optional(community)]
        )
        return (0..<rows.rowCount).map { row in
            StoredShareProfile(
                community: rows.text(row, 0) ?? "",
                from: rows.int64(row, 1) ?? 0,
                until: rows.int64(row, 2) ?? 0,
                meters: rows.int64(row, 3) ?? 0,
                source: rows.text(row, 4) ?? "",
                appliedBy: rows.text(row, 5) ?? "",
                appliedAt: rows.int64(row, 6) ?? 0
            )
        }
    }

    // MARK: Comparing

    private func compareShares(_ file: ShareFile, _ community: String) throws(RegistryStoreFailure) -> ShareProfilePlan
    {
        let current = try load()
        let stored = try loadProfiles(of: community, in: file.span)
        do {
            return try ShareProfilePlan(
                file,
                for: community,
                registry: current.document,
                unassigned: current.unassigned,
                stored: stored
            )
        } catch {
            throw RegistryStoreFailure(.refused, error.description)
        }
    }

    private func loadProfiles(of community: String, in span: TimeSpan) throws(RegistryStoreFailure) -> [HourlyShares] {
        let rows = try query(
            """
            select \(PostgresTimestamp.sql("lower(p.valid_during)")), \(PostgresTimestamp.sql("upper(p.valid_during)")), p.source,
                   d.hub_device_id, array_to_string(p.shares, ',')
            from energy.share_profile p join energy.device d using (device_id) join energy.community c using (community_id)
            where c.code = $1 and p.valid_during && tstzrange($2, $3) order by p.valid_during
            """,
            [.text(community), .timestamp(span.from), .timestamp(span.until)]
        )
        var profiles: [HourlyShares] = []
        for row in 0..<rows.rowCount {
            let span = TimeSpan(from: rows.int64(row, 0), until: rows.int64(row, 1))
            if profiles.last?.span != span {
                profiles.append(HourlyShares(span: span, shares: [:], source: rows.text(row, 2) ?? ""))
            }
            let shares = (rows.text(row, 4) ?? "").utf8.split(separator: 0x2C)
            profiles[profiles.count - 1].shares[rows.text(row, 3) ?? ""] = shares.map { digits in
                digits.reduce(0) { $0 * 10 + Int32($1) - 0x30 }
            }
        }
        return profiles
    }

    // MARK: Writing

    /// Leaves of the profiles that reach into a span what lies before and after it; where they came from stays.
    private func cutProfiles(of community: String, _ span: TimeSpan) throws(RegistryStoreFailure) {
        _ = try query(
            """
            with old as (
                delete from energy.share_profile p using energy.community c
                where c.community_id = p.community_id and c.code = $1 and p.valid_during && tstzrange($2, $3)
                returning p.*, (extract(epoch from $2 - lower(p.valid_during)) / 3600)::integer as hours_before,
                          (extract(epoch from $3 - lower(p.valid_during)) / 3600)::integer as hours_to_end
            )
            insert into energy.share_profile (community_id, device_id, valid_during, shares, source, applied_by, applied_at)
            select community_id, device_id, tstzrange(lower(valid_during), $2), shares[1:hours_before], source, applied_by, applied_at
            from old where lower(valid_during) < $2
            union all
            select community_id, device_id, tstzrange($3, upper(valid_during)), shares[hours_to_end + 1:], source, applied_by, applied_at
            from old where upper(valid_during) > $3
            """,
            [.text(community), .timestamp(span.from), .timestamp(span.until)]
        )
    }

    /// The most shares of one statement: 8 bytes each on their way.
    private static let mostShares = 100_000

    private func writeProfile(_ file: ShareFile, _ community: String) throws(RegistryStoreFailure) {
        let devices = file.profile.devices
        let hours = Int((file.span.until - file.span.from) / 3_600_000_000)
        let step = max(1, Self.mostShares / hours)
        for first in stride(from: 0, to: devices.count, by: step) {
            let rows = first..<min(first + step, devices.count)
            let shares = rows.flatMap { row in
                (0..<hours).map { Int32(file.profile.sharePPM(row: row, hour: $0)) }
            }
            let written = try query(
                """
                insert into energy.share_profile (community_id, device_id, valid_during, shares, source)
                select c.community_id, d.device_id, tstzrange($3, $4),
                       ($5::integer[])[(g.place - 1) * $6 + 1:g.place * $6], $7
                from unnest($2::text[]) with ordinality as g (hub_device_id, place)
                join energy.device d on d.hub_device_id = g.hub_device_id
                join energy.community c on c.code = $1
                """,
                [
                    .text(community), .textArray(rows.map { devices[$0] }), .timestamp(file.span.from),
                    .timestamp(file.span.until), .int32Array(shares), .int64(Int64(hours)), .text(file.source),
                ]
            )
            guard written.affectedRows == rows.count else {
                throw RegistryStoreFailure(.refused, "a device of \(file.name) went away meanwhile: try again")
            }
        }
    }
}
