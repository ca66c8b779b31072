internal import CommunityRegistry

/// How far what people decide about readings and meters reaches, and what becomes due again by it.
///
/// A reading that is set aside or accepted, and an exchange between two readings, can change which of the readings near it count: as a
/// new reading does, from the third reading before it to the third after it, readings that are set aside already left out. What comes
/// later only shifts: all registers by the same, so no energy there changes. A reading of an interval reaches to the next one at most.
struct DecisionReach {
    /// An instant of a device at which something is decided.
    struct Place: Equatable {
        /// The device.
        var deviceID: Int32
        /// The instant: microseconds since 1970-01-01T00:00:00Z.
        var at: Int64
        /// Whether it is a reading's; else readings from it on belong to what comes after.
        var isReading: Bool
    }

    private let connection: PostgresConnection

    init(_ connection: PostgresConnection) { self.connection = connection }

    /// The spans of communities that the places touch, within participations, merged.
    func spans(of places: [Place]) throws(PostgresError) -> [CommunitySpan] {
        if places.isEmpty { return [] }
        let rows = try connection.query(
            """
            select c.code, \(PostgresTimestamp.sql("lower(s.span)")), \(PostgresTimestamp.sql("upper(s.span)"))
            from (select p.community_id, unnest(range_agg(
                      tstzrange(t.from_at, t.until_at + interval '1 microsecond') * p.valid_during)) as span
                  from (\(Self.touched)) t join energy.participation p using (device_id)
                  group by p.community_id) s
            join energy.community c using (community_id)
            where not isempty(s.span) order by c.code collate "C", s.span
            """,
            [
                .int32Array(places.map(\.deviceID)), .timestampArray(places.map(\.at)),
                .timestampArray(places.map { $0.isReading && $0.at < .max ? $0.at + 1 : $0.at }),
            ]
        )
        return (0..<rows.rowCount).map { row in
            CommunitySpan(
                community: rows.text(row, 0) ?? "",
                span: TimeSpan(from: rows.int64(row, 1), until: rows.int64(row, 2))
            )
        }
    }

    /// Makes spans due again, settled or not.
    ///
    /// No condition on what is settled: a claim that is open, and may have read the readings before this is committed, has not advanced
    /// it yet. What is not settled when the span is looked at is left alone there.
    func makeDue(_ spans: [CommunitySpan], cause: String) throws(PostgresError) {
        if spans.isEmpty { return }
        _ = try connection.query(
            """
            insert into energy.due_span (community_id, from_at, until_at, cause)
            select c.community_id, g.from_at, g.until_at, $4
            from unnest($1::text[], $2::timestamptz[], $3::timestamptz[]) as g (code, from_at, until_at)
            join energy.community c on c.code = g.code
            """,
            [
                .textArray(spans.map(\.community)), .timestampArray(spans.map(\.span.from)),
                .timestampArray(spans.map(\.span.until)), .text(cause),
            ]
        )
    }

    /// The touched spans of devices: closed, and without end where fewer than three readings follow.
    private static let touched = """
        select g.device_id,
               case d.kind when 'register' then coalesce(b.at, g.at) else g.at end as from_at,
               case d.kind when 'register' then coalesce(a.at, 'infinity')
                           else greatest(coalesce(i.at, 'infinity'), g.at + interval '1 hour') end as until_at
        from unnest($1::integer[], $2::timestamptz[], $3::timestamptz[]) as g (device_id, at, after)
        join energy.device d on d.device_id = g.device_id
        left join lateral (
            select min(r.measured_at) as at from (
                select r.measured_at from energy.reading r
                where r.device_id = g.device_id and r.measured_at < g.at and \(CountedReadingSQL.condition())
                order by r.measured_at desc limit 3) r
        ) b on d.kind = 'register'
        left join lateral (
            select r.measured_at as at from energy.reading r
            where r.device_id = g.device_id and r.measured_at >= g.after and \(CountedReadingSQL.condition())
            order by r.measured_at limit 1 offset 2
        ) a on d.kind = 'register'
        left join lateral (
            select r.interval_start as at from energy.interval_reading r
            where r.device_id = g.device_id and r.interval_start > g.at and \(CountedReadingSQL.condition(.interval))
            order by r.interval_start limit 1
        ) i on d.kind = 'interval'
        """
}
