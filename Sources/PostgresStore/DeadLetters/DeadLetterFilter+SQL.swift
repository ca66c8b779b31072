internal import Ingestion

extension DeadLetterFilter {
    /// The filter as a condition on `energy.dead_letter d`; what is not asked for is not in it.
    var condition: (sql: String, parameters: [PostgresParameter]) {
        var terms = ["true"]
        var parameters: [PostgresParameter] = []
        func add(_ term: String, _ parameter: PostgresParameter?) {
            guard let parameter else { return }
            parameters.append(parameter)
            terms.append("\(term) $\(parameters.count)")
        }
        add("d.reason =", reason.map { .text($0) })
        add("d.hub_device_id =", device.map { .text($0) })
        add("d.topic =", topic.map { .text($0) })
        add("d.partition =", partition.map { .int32($0) })
        add("d.received_at >=", since.map { .timestamp($0) })
        add("d.received_at <", until.map { .timestamp($0) })
        if let community {
            parameters.append(.text(community))
            terms.append(Self.ofCommunity("$\(parameters.count)"))
        }
        if !ids.isEmpty {
            let first = parameters.count
            parameters += [
                .textArray(ids.map(\.partition.topic)), .int32Array(ids.map(\.partition.partition)),
                .int64Array(ids.map(\.offset)), .int32Array(ids.map { $0.index ?? Self.anyIndex }),
            ]
            terms.append(Self.named(by: (1...4).map { "$\(first + $0)" }))
        }
        if !includesResolved { terms.append("d.resolved_at is null") }
        return (terms.joined(separator: " and "), parameters)
    }

    /// Stands for any reading index; real ones begin at -1.
    private static let anyIndex: Int32 = -2

    private static func ofCommunity(_ code: String) -> String {
        """
        d.hub_device_id in (
            select v.hub_device_id from energy.device v
            where exists (select from energy.member m join energy.community c using (community_id)
                          where m.member_id = v.member_id and c.code = \(code))
               or exists (select from energy.participation p join energy.community c using (community_id)
                          where p.device_id = v.device_id and c.code = \(code)))
        """
    }

    private static func named(by arrays: [String]) -> String {
        """
        (d.topic, d.partition, d.record_offset, d.reading_index) in (
            select i.topic, i.partition, i.record_offset, case i.index when \(anyIndex) then d.reading_index else i.index end
            from unnest(\(arrays[0])::text[], \(arrays[1])::integer[], \(arrays[2])::bigint[], \(arrays[3])::integer[])
                as i (topic, partition, record_offset, index))
        """
    }
}
