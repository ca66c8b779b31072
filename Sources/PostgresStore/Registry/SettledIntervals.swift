internal import CommunityRegistry

/// What of spans is settled already, and so becomes due again.
struct SettledIntervals {
    /// How spans are counted.
    enum Grouping {
        /// Each span for itself.
        case bySpan
        /// All spans of a community together; an interval that several touch counts once.
        case byCommunity
    }

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// The settled intervals that spans touch, in the spans' order; nothing for spans in which none is.
    ///
    /// - Parameters:
    ///   - spans: what is touched.
    ///   - sealedUntil: until when nothing of a community can be settled again; a community that is not named here has nothing sealed.
    func dueAgain(
        in spans: [CommunitySpan],
        _ grouping: Grouping,
        sealedUntil: [String: Int64] = [:]
    ) throws(PostgresError) -> [DueAgain] {
        if spans.isEmpty { return [] }
        var groups: [String: Int32] = [:]
        let places = spans.indices.map { index in
            switch grouping {
            case .bySpan: return Int32(index)
            case .byCommunity:
                let place = groups[spans[index].community] ?? Int32(index)
                groups[spans[index].community] = place
                return place
            }
        }
        let rows = try connection.query(
            """
            with touched as (
                select \(grouping == .byCommunity ? "distinct " : "")g.place, c.code, s.interval_start, s.interval_end, s.state, s.interval_start < g.sealed_until as is_sealed
                from unnest($1::integer[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[])
                    as g (place, code, from_at, until_at, sealed_until)
                join energy.community c on c.code = g.code
                join energy.interval_status s on s.community_id = c.community_id
                    and s.interval_start < g.until_at and s.interval_end > g.from_at
                    -- No interval is longer: so the index finds the first one too.
                    and s.interval_start > g.from_at - interval '1 hour'
            )
            select code, \(PostgresTimestamp.sql("coalesce(min(interval_start) filter (where not is_sealed), min(interval_start))")),
                   \(PostgresTimestamp.sql("coalesce(max(interval_end) filter (where not is_sealed), max(interval_end))")),
                   count(*) filter (where not is_sealed), count(*) filter (where not is_sealed and state <> 'provisional'),
                   count(*) filter (where is_sealed)
            from touched group by place, code order by place
            """,
            [
                .int32Array(places), .textArray(spans.map(\.community)), .timestampArray(spans.map(\.span.from)),
                .timestampArray(spans.map(\.span.until)),
                .timestampArray(spans.map { sealedUntil[$0.community] ?? .min }),
            ]
        )
        return (0..<rows.rowCount).map { row in
            DueAgain(
                span: CommunitySpan(
                    community: rows.text(row, 0) ?? "",
                    span: TimeSpan(from: rows.int64(row, 1), until: rows.int64(row, 2))
                ),
                intervals: rows.int64(row, 3) ?? 0,
                final: rows.int64(row, 4) ?? 0,
                sealed: rows.int64(row, 5) ?? 0
            )
        }
    }
}
