internal import CommunityRegistry

extension PostgresRegistryStore {
    /// The meter swaps by hub device id, by time, and the instants of those that were decided on an anomaly.
    func loadMeterSwaps() throws(RegistryStoreFailure) -> (
        swaps: [String: [RegistryMeterSwap]], decided: [String: Set<Int64>]
    ) {
        let rows = try query(
            """
            select d.hub_device_id, \(PostgresTimestamp.sql("s.swapped_at")), s.import_final_wh, s.import_start_wh, s.export_final_wh,
                   s.export_start_wh, s.anomaly_id is not null
            from energy.meter_swap s join energy.device d using (device_id) order by d.hub_device_id collate "C", s.swapped_at
            """
        )
        var swaps: [String: [RegistryMeterSwap]] = [:]
        var decided: [String: Set<Int64>] = [:]
        for row in 0..<rows.rowCount {
            let id = rows.text(row, 0) ?? ""
            let swap = RegistryMeterSwap(rows, row, from: 1)
            swaps[id, default: []].append(swap)
            if rows.bool(row, 6) == true { decided[id, default: []].insert(swap.at) }
        }
        return (swaps, decided)
    }

    /// Writes the swaps that differ: one that was decided on an anomaly stays bound to it.
    func writeMeterSwaps(_ plan: RegistryPlan, of document: RegistryDocument) throws(RegistryStoreFailure) {
        let added = newSwaps(in: plan, document)
        let all = plan.changedSwaps + added
        if all.isEmpty { return }
        let gone = all.filter { $0.swap == nil }
        _ = try query(
            """
            delete from energy.meter_swap s using unnest($1::text[], $2::timestamptz[]) as g (hub_device_id, at)
            join energy.device d on d.hub_device_id = g.hub_device_id
            where s.device_id = d.device_id and s.swapped_at = g.at
            """,
            [.textArray(gone.map(\.hubDeviceID)), .timestampArray(gone.map(\.at))]
        )
        let kept = all.filter { $0.swap != nil }
        _ = try query(
            """
            insert into energy.meter_swap
                (device_id, swapped_at, import_final_wh, import_start_wh, export_final_wh, export_start_wh, reason)
            select d.device_id, g.at, g.import_final, g.import_start, g.export_final, g.export_start, 'registry'
            from unnest($1::text[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
                as g (hub_device_id, at, import_final, import_start, export_final, export_start)
            join energy.device d on d.hub_device_id = g.hub_device_id
            on conflict (device_id, swapped_at) do update
            set import_final_wh = excluded.import_final_wh, import_start_wh = excluded.import_start_wh,
                export_final_wh = excluded.export_final_wh, export_start_wh = excluded.export_start_wh,
                recorded_by = excluded.recorded_by, reason = excluded.reason, recorded_at = excluded.recorded_at
            """,
            [
                .textArray(kept.map(\.hubDeviceID)), .timestampArray(kept.map(\.at)),
                .int64Array(kept.map { $0.swap?.imported?.finalWh }),
                .int64Array(kept.map { $0.swap?.imported?.startWh }),
                .int64Array(kept.map { $0.swap?.exported?.finalWh }),
                .int64Array(kept.map { $0.swap?.exported?.startWh }),
            ]
        )
    }

    /// The swaps of devices that were not there before: they touch nothing.
    private func newSwaps(in plan: RegistryPlan, _ document: RegistryDocument) -> [ChangedSwap] {
        document.communities.flatMap(\.members).flatMap(\.devices).filter { plan.newDevices.contains($0.hubDeviceID) }
            .flatMap { device in
                device.meterSwaps.map { ChangedSwap(hubDeviceID: device.hubDeviceID, at: $0.at, swap: $0) }
            }
    }

    /// Adds what changed meter swaps touch to a plan, and says what of all that is touched is settled.
    func completeTouched(_ plan: inout RegistryPlan) throws(RegistryStoreFailure) {
        try touchSwaps(&plan)
        plan.noteDue(try dueAgain(in: plan.touched, .bySpan, kinds: plan.kinds))
    }

    /// Adds what changed meter swaps touch to a plan, by the readings around them.
    func touchSwaps(_ plan: inout RegistryPlan) throws(RegistryStoreFailure) {
        if plan.changedSwaps.isEmpty { return }
        do throws(PostgresError) {
            let numbers = try connection.query(
                """
                select d.device_id, \(PostgresTimestamp.sql("g.at"))
                from unnest($1::text[], $2::timestamptz[]) as g (hub_device_id, at)
                join energy.device d on d.hub_device_id = g.hub_device_id
                """,
                [
                    .textArray(plan.changedSwaps.map(\.hubDeviceID)), .timestampArray(plan.changedSwaps.map(\.at)),
                ]
            )
            plan.touch(
                try DecisionReach(connection).spans(
                    of: (0..<numbers.rowCount).map { row in
                        DecisionReach.Place(
                            deviceID: numbers.int32(row, 0) ?? 0,
                            at: numbers.int64(row, 1) ?? 0,
                            isReading: false
                        )
                    }
                )
            )
        } catch {
            throw RegistryStoreFailure(error)
        }
    }
}
