internal import CommunityRegistry
internal import EnergySharing
internal import MeterReadings

extension PostgresRegistryStore {
    /// Reads the whole registry, within the transaction of the caller.
    func load() throws(RegistryStoreFailure) -> RegistrySnapshot {
        let version = try query("select registry_version from energy.control").int64(0, 0) ?? 0
        let rules = try loadRules()
        var participations = try loadParticipations()
        var unassigned: [RegistryDevice] = []
        let (swaps, decidedSwaps) = try loadMeterSwaps()
        let devices = try loadDevices(&participations, swaps, &unassigned)
        let members = try loadMembers(devices)
        let rows = try query("select code, name, time_zone from energy.community order by code collate \"C\"")
        let communities = (0..<rows.rowCount).map { row in
            let code = rows.text(row, 0) ?? ""
            return RegistryCommunity(
                code: code,
                name: rows.text(row, 1) ?? "",
                timeZone: rows.text(row, 2) ?? "",
                rules: rules[code] ?? [],
                members: members[code] ?? []
            )
        }
        return RegistrySnapshot(
            version: version,
            document: RegistryDocument(communities: communities),
            unassigned: unassigned,
            decidedSwaps: decidedSwaps
        )
    }

    private func loadRules() throws(RegistryStoreFailure) -> [String: [RegistryRule]] {
        let rows = try query(
            """
            select c.code, \(Self.bounds("r.valid_during")), r.interval_minutes, r.sharing_key, r.rounds, r.remainder,
                   \(Self.microseconds("r.grace")), \(Self.microseconds("r.finality")), r.final_day,
                   extract(epoch from r.final_time)::integer, \(Self.microseconds("r.corrections"))
            from energy.community_rule r join energy.community c using (community_id)
            order by c.code collate "C", r.valid_during
            """
        )
        var rules: [String: [RegistryRule]] = [:]
        for row in 0..<rows.rowCount {
            let rule = RegistryRule(
                from: Self.bound(rows, row, 1),
                until: Self.bound(rows, row, 2),
                intervalMinutes: Int(rows.int32(row, 3) ?? 0),
                sharing: SharingRule(
                    key: try Self.choice(rows, row, 4, "sharing key"),
                    rounds: try Self.choice(rows, row, 5, "rounds"),
                    remainder: try Self.choice(rows, row, 6, "remainder")
                ),
                grace: rows.int64(row, 7) ?? 0,
                finality: Self.finality(rows, row),
                corrections: rows.int64(row, 11)
            )
            rules[rows.text(row, 0) ?? "", default: []].append(rule)
        }
        return rules
    }

    /// The length of an SQL interval, in microseconds.
    private static func microseconds(_ interval: String) -> String {
        "(extract(epoch from \(interval)) * 1000000)::bigint"
    }

    private static func finality(_ rows: PostgresResult, _ row: Int) -> RegistryFinality {
        guard let day = rows.int32(row, 9), let second = rows.int32(row, 10) else {
            return .after(rows.int64(row, 8) ?? 0)
        }
        return .monthly(day: Int(day), second: Int(second))
    }

    private func loadParticipations() throws(RegistryStoreFailure) -> [String: [RegistryParticipation]] {
        let rows = try query(
            """
            select d.hub_device_id, c.code, \(Self.bounds("p.valid_during")), p.participation_ppm, p.share_ppm, p.priority
            from energy.participation p join energy.device d using (device_id) join energy.community c using (community_id)
            order by d.hub_device_id collate "C", c.code collate "C", p.valid_during
            """
        )
        var participations: [String: [RegistryParticipation]] = [:]
        for row in 0..<rows.rowCount {
            let participation = RegistryParticipation(
                community: rows.text(row, 1) ?? "",
                from: Self.bound(rows, row, 2) ?? .min,
                until: Self.bound(rows, row, 3),
                participationPPM: Int(rows.int32(row, 4) ?? 0),
                sharePPM: rows.int64(row, 5).map { Int($0) },
                priority: rows.int64(row, 6).map { Int($0) }
            )
            participations[rows.text(row, 0) ?? "", default: []].append(participation)
        }
        return participations
    }

    /// The devices by their members' numbers.
    private func loadDevices(
        _ participations: inout [String: [RegistryParticipation]],
        _ swaps: [String: [RegistryMeterSwap]],
        _ unassigned: inout [RegistryDevice]
    ) throws(RegistryStoreFailure) -> [Int32: [RegistryDevice]] {
        let rows = try query(
            """
            select hub_device_id, member_id, adapter, kind, time_zone, connection_watts, inverter_watts, register_digits, registers, status,
                   generation_id, interval_seconds
            from energy.device order by hub_device_id collate "C"
            """
        )
        var devices: [Int32: [RegistryDevice]] = [:]
        for row in 0..<rows.rowCount {
            let id = rows.text(row, 0) ?? ""
            let device = RegistryDevice(
                hubDeviceID: id,
                adapter: try Self.choice(rows, row, 2, "adapter"),
                kind: try Self.choice(rows, row, 3, "kind"),
                intervalSeconds: rows.int32(row, 11).map { Int($0) },
                timeZone: rows.text(row, 4),
                connectionWatts: rows.int64(row, 5).map { Int($0) },
                inverterWatts: rows.int64(row, 6).map { Int($0) },
                registerDigits: rows.int64(row, 7).map { Int($0) },
                registers: try Self.choice(rows, row, 8, "registers"),
                status: try Self.choice(rows, row, 9, "status"),
                generationID: rows.text(row, 10),
                meterSwaps: swaps[id] ?? [],
                participations: participations.removeValue(forKey: id) ?? []
            )
            if let member = rows.int32(row, 1) {
                devices[member, default: []].append(device)
            } else {
                unassigned.append(device)
            }
        }
        return devices
    }

    /// The members by their communities' codes.
    private func loadMembers(
        _ devices: [Int32: [RegistryDevice]]
    ) throws(RegistryStoreFailure) -> [String: [RegistryMember]] {
        let rows = try query(
            """
            select c.code, m.member_id, m.code, m.name, m.kind from energy.member m join energy.community c using (community_id)
            order by c.code collate "C", m.code collate "C"
            """
        )
        var members: [String: [RegistryMember]] = [:]
        for row in 0..<rows.rowCount {
            let member = RegistryMember(
                code: rows.text(row, 2) ?? "",
                name: rows.text(row, 3) ?? "",
                kind: try Self.choice(rows, row, 4, "kind"),
                devices: rows.int32(row, 1).flatMap { devices[$0] } ?? []
            )
            members[rows.text(row, 0) ?? "", default: []].append(member)
        }
        return members
    }

    /// Two SQL expressions: the bounds of a range, in microseconds.
    private static func bounds(_ range: String) -> String {
        PostgresTimestamp.sql("lower(\(range))") + ", " + PostgresTimestamp.sql("upper(\(range))")
    }

    /// A bound of a range; `nil` if it has none, or an infinite one, which is the same.
    private static func bound(_ rows: PostgresResult, _ row: Int, _ column: Int) -> Int64? {
        rows.int64(row, column).flatMap { $0 == .min || $0 == .max ? nil : $0 }
    }

    private static func choice<Choice: RawRepresentable<String>>(
        _ rows: PostgresResult,
        _ row: Int,
        _ column: Int,
        _ what: String
    ) throws(RegistryStoreFailure) -> Choice {
        let text = rows.text(row, column) ?? ""
        guard let choice = Choice(rawValue: text) else {
            throw RegistryStoreFailure(
                .refused,
                "the database holds the \(what) '\(text)', which this program does not know: run the wattsource that wrote it"
            )
        }
        return choice
    }
}
