import PostgresStore
import Testing

/// A migrated database with communities whose intervals are settled from an instant to another, each meter with the same energy.
///
/// In the interval with the number k (counted from 1970 in its own length) a meter imports k mod 97 + 1 Wh, a third of it, floored, from the
/// community, and exports k mod 13 Wh, half of it, floored, to the community.
struct CalendarFixture {
    let database: TestDatabase
    let sql: PostgresConnection

    init() throws {
        database = try TestDatabase.migrated()
        sql = try database.connect()
    }

    /// Adds a community with one member, `CODE-home`, whose meters are `CODE-1` and so on; every interval in [`from`, `until`) is settled.
    func add(
        _ code: String,
        zone: String,
        minutes: Int,
        from: String,
        until: String,
        meters: Int = 1
    ) throws {
        try sql.run(
            """
            insert into energy.community (code, name, time_zone) values ('\(code)', '\(code)', '\(zone)');
            insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
                select community_id, '[2020-01-01Z,)', \(minutes), 'proportional', '2h', '35d' from energy.community where code = '\(code)';
            insert into energy.member (community_id, code, name)
                select community_id, '\(code)-home', 'Home' from energy.community where code = '\(code)';
            insert into energy.device (hub_device_id, member_id)
                select '\(code)-' || n, member_id from energy.member, generate_series(1, \(meters)) n where code = '\(code)-home';
            insert into energy.participation (device_id, community_id, valid_during)
                select device_id, community_id, '[2020-01-01Z,)'
                from energy.device d join energy.member m using (member_id) where m.code = '\(code)-home';
            """
        )
        try settle(code, minutes: minutes, from: from, until: until)
    }

    /// Settles the intervals of a community in [`from`, `until`), with a value of each meter that takes part then.
    func settle(_ code: String, minutes: Int, from: String, until: String) throws {
        try sql.run(
            """
            select energy.ensure_partition('attribution', d::date, 'month')
                from generate_series(date_trunc('month', '\(from)'::timestamptz at time zone 'UTC'), '\(until)'::timestamptz at time zone 'UTC', '1 month') d;
            insert into energy.interval_status (community_id, interval_start, interval_end, final_at, expected, received, state)
                select community_id, at, at + interval '\(minutes) minutes', at + interval '35 days', 0, 0, 'final'
                from energy.community,
                     generate_series('\(from)'::timestamptz, '\(until)'::timestamptz - interval '1 minute', '\(minutes) minutes') as t (at)
                where code = '\(code)';
            insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id,
                    device_id, quality)
                select s.interval_start, w.i, w.i / 3, w.i - w.i / 3, w.e, w.e / 2, w.e - w.e / 2, s.community_id, p.device_id, 'M'
                from energy.interval_status s
                join energy.community c using (community_id)
                join energy.participation p on p.community_id = s.community_id and p.valid_during @> s.interval_start
                cross join lateral (select extract(epoch from s.interval_start)::bigint / (60 * \(minutes)) as k) as n
                cross join lateral (select k % 97 + 1 as i, k % 13 as e) as w
                where c.code = '\(code)' and s.interval_start >= '\(from)' and s.interval_start < '\(until)';
            update energy.interval_status s set expected = n.count, received = n.count
                from (select community_id, interval_start, count(*) from energy.attribution group by 1, 2) as n
                where n.community_id = s.community_id and n.interval_start = s.interval_start;
            """
        )
    }

    /// Takes a meter's value of an interval away: it is missing there.
    func lose(_ meter: String, at start: String) throws { try lose(meter, at: Self.instant(start)) }

    /// Takes a meter's value of an interval away: it is missing there.
    func lose(_ meter: String, at start: Int64) throws {
        try sql.run(
            """
            with gone as (
                delete from energy.attribution a using energy.device d
                where d.device_id = a.device_id and d.hub_device_id = '\(meter)' and a.interval_start = \(PostgresTimestamp.literal(start))
                returning a.community_id, a.device_id, a.interval_start
            )
            update energy.interval_status s
            set received = received - 1, missing = (select array_agg(x order by x) from unnest(s.missing || gone.device_id) x)
            from gone where gone.community_id = s.community_id and gone.interval_start = s.interval_start
            """
        )
    }

    /// What a meter's intervals that begin in [`from`, `until`) sum up to, made plainly.
    static func sums(from: String, until: String, minutes: Int64) throws -> EnergySums {
        let length = minutes * 60_000_000
        var sums = EnergySums()
        var k = try (instant(from) + length - 1) / length
        while try k * length < instant(until) {
            let (imported, exported) = (k % 97 + 1, k % 13)
            sums =
                sums
                + EnergySums(
                    importWh: imported,
                    communityWh: imported / 3,
                    gridWh: imported - imported / 3,
                    exportWh: exported,
                    sharedWh: exported / 2,
                    surplusWh: exported - exported / 2
                )
            k += 1
        }
        return sums
    }

    /// An instant such as `2026-03-28T23:00Z` in microseconds since 1970-01-01T00:00:00Z.
    static func instant(_ text: String) throws -> Int64 {
        try #require(ReportInstant.microseconds(text), "\(text) is no instant")
    }

    /// The six sums of a row of a view, then whether it is complete and its state.
    func row(_ view: String, _ condition: String) throws -> (sums: EnergySums, complete: Bool?, state: String?)? {
        let result = try sql.query(
            """
            select import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, complete, state
            from energy.\(view) where \(condition)
            """
        )
        guard result.rowCount > 0 else { return nil }
        #expect(result.rowCount == 1, "\(view) where \(condition)")
        let number = { result.int64(0, $0) ?? -1 }
        return (
            EnergySums(
                importWh: number(0),
                communityWh: number(1),
                gridWh: number(2),
                exportWh: number(3),
                sharedWh: number(4),
                surplusWh: number(5)
            ), result.bool(0, 6), result.text(0, 7)
        )
    }
}
