public import Settlement

/// What depends on the calendar: PostgreSQL's zone data decide, and the registry's profiles by the hour.
extension PostgresSettlementStore {
    /// The local months of the claimed community.
    ///
    /// Where the clocks go back over midnight, the first of a month begins twice: the month begins the first time, as dates do.
    public func finalityCalendar(
        day: Int32,
        time: Int64,
        from: Int64,
        until: Int64
    ) throws(SettlementFailure) -> FinalityCalendar {
        try inClaim { connection, community throws(PostgresError) in
            let rows = try connection.query(
                """
                select \(PostgresTimestamp.sql("case when (m.at - interval '1 hour') at time zone c.time_zone >= m.first "
                    + "then m.at - interval '1 hour' else m.at end")),
                       \(PostgresTimestamp.sql("(m.first + interval '1 month' + $4 * interval '1 day' + $5 * interval '1 microsecond') "
                    + "at time zone c.time_zone"))
                from energy.community c cross join lateral (
                    select first, first at time zone c.time_zone as at from generate_series(
                        date_trunc('month', $2 at time zone c.time_zone), $3 at time zone c.time_zone, interval '1 month') as g (first)) m
                where c.community_id = $1
                """,
                [
                    .int32(community), .timestamp(from), .timestamp(until), .int32(day - 1), .int64(time),
                ]
            )
            return FinalityCalendar(
                (0..<rows.rowCount).compactMap { row in
                    guard let start = rows.int64(row, 0), let finalAt = rows.int64(row, 1) else { return nil }
                    return FinalityCalendar.Month(start: start, finalAt: finalAt)
                }
            )
        }
    }

    /// One slice of each profile, found by the index on all of its key: the hours in which intervals of the span may begin.
    public func hourlyShares(
        ofCommunity community: Int32,
        from: Int64,
        until: Int64
    ) throws(SettlementFailure) -> [ShareSlice] {
        let rows = try perform { connection throws(PostgresError) in
            try connection.query(
                """
                select p.device_id, \(PostgresTimestamp.sql("lower(p.valid_during) + s.first * interval '1 hour'")),
                       array_to_string(p.shares[s.first + 1:s.past], ',')
                from energy.share_profile p cross join lateral (
                    select greatest(0, floor(extract(epoch from $2 - lower(p.valid_during)) / 3600))::integer as first,
                           least(cardinality(p.shares), ceil(extract(epoch from $3 - lower(p.valid_during)) / 3600))::integer as past) s
                where p.community_id = $1 and int4range(p.community_id, p.community_id, '[]') && int4range($1, $1, '[]')
                  and p.valid_during && tstzrange($2, $3)
                order by p.valid_during, p.device_id
                """,
                [.int32(community), .timestamp(from), .timestamp(until)]
            )
        }
        var slices: [ShareSlice] = []
        for row in 0..<rows.rowCount {
            let device = rows.int32(row, 0) ?? 0
            let start = rows.int64(row, 1) ?? 0
            let shares = Self.numbers(rows.text(row, 2) ?? "")
            if slices.last?.from != start { slices.append(ShareSlice(from: start, count: shares.count, shares: [:])) }
            slices[slices.count - 1].shares[device] = shares
        }
        return slices
    }

    /// The numbers of a text with commas, none of them below 0.
    private static func numbers(_ text: String) -> [Int64] {
        var numbers: [Int64] = []
        var current: Int64 = 0
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39: current = current * 10 + Int64(byte - 0x30)
            default:
                numbers.append(current)
                current = 0
            }
        }
        if !text.isEmpty { numbers.append(current) }
        return numbers
    }
}
