internal import CommunityRegistry
internal import MeterReadings
internal import Settlement

extension PostgresRegistryStore {
    /// The settled intervals that spans touch, told apart from those that are sealed.
    ///
    /// - Parameter kinds: the kinds of the meters that take part in a community.
    func dueAgain(
        in spans: [CommunitySpan],
        _ grouping: SettledIntervals.Grouping,
        kinds: (String) -> Set<TelemetryKind>
    ) throws(RegistryStoreFailure) -> [DueAgain] {
        let sealed = try sealedUntil(of: Set(spans.map(\.community)), kinds: kinds)
        do {
            return try SettledIntervals(connection).dueAgain(in: spans, grouping, sealedUntil: sealed)
        } catch {
            throw RegistryStoreFailure(error)
        }
    }

    /// Until when nothing of these communities can be settled again, because retention has dropped readings of meters of their kinds; as
    /// settlement has it.
    private func sealedUntil(
        of communities: Set<String>,
        kinds: (String) -> Set<TelemetryKind>
    ) throws(RegistryStoreFailure) -> [String: Int64] {
        let rows = try query("select relation, \(PostgresTimestamp.sql("readings_from")) from energy.sealed")
        var readingsFrom: [TelemetryKind: Int64] = [:]
        for row in 0..<rows.rowCount {
            let kind: TelemetryKind = rows.text(row, 0) == ReadingRelation.interval.rawValue ? .interval : .register
            readingsFrom[kind] = rows.int64(row, 1)
        }
        if readingsFrom.isEmpty { return [:] }
        var sealed: [String: Int64] = [:]
        for code in communities {
            sealed[code] = kinds(code).compactMap { readingsFrom[$0] }.max().map(
                SettlementClaim.sealedUntil(readingsFrom:)
            )
        }
        return sealed
    }
}
