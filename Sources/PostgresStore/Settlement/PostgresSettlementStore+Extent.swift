public import Settlement

/// How far what is stored reaches: both tables of readings, each for the meters of its kind.
extension PostgresSettlementStore {
    /// The newest reading that takes part; of an interval, its end.
    ///
    /// Looks into the newest partitions first, with one look-up in their index per device.
    public func lastReadingAt() throws(SettlementFailure) -> Int64? {
        try perform { connection throws(PostgresError) in
            let register = try Self.newest(in: .register, end: "r.measured_at", connection)
            let interval = try Self.newest(
                in: .interval,
                end: "r.interval_start + make_interval(secs => r.seconds)",
                connection
            )
            return [register, interval].compactMap { $0 }.max()
        }
    }

    private static func newest(
        in relation: ReadingRelation,
        end: String,
        _ connection: PostgresConnection
    ) throws(PostgresError) -> Int64? {
        let spans = try connection.query(
            """
            select \(PostgresTimestamp.sql("lower")), \(PostgresTimestamp.sql("upper")) from (
                select (bounds[1])::timestamptz as lower, (bounds[2])::timestamptz as upper
                from pg_inherits i join pg_class c on c.oid = i.inhrelid
                cross join lateral regexp_match(
                    pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \\(''([^'']+)''\\) TO \\(''([^'']+)''\\)$') bounds
                where i.inhparent = 'energy.\(relation.rawValue)'::regclass) spans
            order by lower desc
            """
        )
        for row in 0..<spans.rowCount {
            guard let lower = spans.int64(row, 0), let upper = spans.int64(row, 1) else { continue }
            let newest = try connection.query(
                """
                select \(PostgresTimestamp.sql("max(n.at)")) from energy.device d cross join lateral (
                    select \(end) as at from energy.\(relation.rawValue) r
                    where r.device_id = d.device_id and r.\(relation.time) >= \(PostgresTimestamp.literal(lower))
                      and r.\(relation.time) < \(PostgresTimestamp.literal(upper)) and \(CountedReadingSQL.condition(relation))
                    order by r.\(relation.time) desc limit 1) n
                """
            )
            if let instant = newest.int64(0, 0) { return instant }
        }
        return nil
    }

    /// The first instant of a participation at which a meter has data.
    ///
    /// Registers before the participation count too: they give the register at its beginning. So what is settled for the first time begins
    /// where settling all of it again would.
    static func firstReading(of community: Int32, _ connection: PostgresConnection) throws(PostgresError) -> Int64? {
        func first(in relation: ReadingRelation) -> String {
            """
            select r.\(relation.time) as at from energy.\(relation.rawValue) r
            where r.device_id = p.device_id and r.\(relation.time) < coalesce(upper(p.valid_during), 'infinity')
              and \(CountedReadingSQL.condition(relation))
            order by r.\(relation.time) limit 1
            """
        }
        return try connection.query(
            """
            select \(PostgresTimestamp.sql("min(greatest(coalesce(r.at, i.at), lower(p.valid_during)))"))
            from energy.participation p join energy.device d using (device_id)
            left join lateral (\(first(in: .register))) r on d.kind = 'register'
            left join lateral (\(first(in: .interval))) i on d.kind = 'interval'
            where p.community_id = $1 and coalesce(r.at, i.at) is not null
            """,
            [.int32(community)]
        ).int64(0, 0)
    }

    /// From when on the readings of a community's meters are still there: retention dropped all before, of the tables that hold them.
    static func oldestReadings(of community: Int32, _ connection: PostgresConnection) throws(PostgresError) -> Int64? {
        try connection.query(
            """
            select \(PostgresTimestamp.sql("max(s.readings_from)"))
            from energy.sealed s join (values ('reading', 'register'), ('interval_reading', 'interval')) as t (relation, kind)
                using (relation)
            where exists (select from energy.participation p join energy.device d using (device_id)
                          where p.community_id = $1 and d.kind = t.kind)
            """,
            [.int32(community)]
        ).int64(0, 0)
    }
}
