import PostgresStore
import Testing

/// A migrated database with sound books: three meters, a week of hours in which the clocks go back, and all kinds of outcomes.
///
/// Each hour home-01 imports 5 Wh from the grid and exports 10 Wh to home-02, which imports 25 Wh; home-03 imports 4 Wh and exports 3 Wh
/// as surplus. `meter-4` of home-03 takes part, but has never said anything.
struct BooksFixture {
    let database: TestDatabase
    let sql: PostgresConnection

    init() throws {
        database = try TestDatabase.migrated()
        sql = try database.connect()
        try sql.run(Self.registry)
        try sql.run(Self.readings)
        try sql.run(Self.stream)
        try sql.run(Self.settlement)
    }

    /// Adds a second community, `lodge`, of one meter that reports quarters of hours, on one day: 2, 4, 6 and 8 Wh of import in each hour,
    /// half as much export; and what does not count: readings in the time of a longer one, set aside, faulty.
    func addIntervalMeter() throws { try sql.run(Self.intervalMeter) }

    /// The SQL of ``addIntervalMeter()``.
    static let intervalMeter = """
        insert into energy.community (code, name, time_zone) values ('lodge', 'Lodge', 'UTC');
        insert into energy.device (hub_device_id, kind, interval_seconds) values ('meter-5', 'interval', 900);
        insert into energy.participation (device_id, community_id, valid_during) values (5, 2, '[2016-01-01Z,)');
        select energy.ensure_partition('interval_reading', date '2016-11-01', 'month');
        insert into energy.interval_reading (interval_start, seconds, received_at, import_wh, export_wh, device_id, quality)
            select '2016-11-01Z'::timestamptz + n * interval '15 minutes', 900, '2016-11-02Z', 2 * (n % 4) + 2, n % 4 + 1, 5, 'M'
            from generate_series(0, 95) n where n not between 20 and 23;
        insert into energy.interval_reading (interval_start, seconds, received_at, import_wh, export_wh, device_id, quality)
            values ('2016-11-01T05:00Z', 3600, '2016-11-02Z', 20, 10, 5, 'M'),
                   ('2016-11-01T05:30Z', 900, '2016-11-02Z', 9999, 9999, 5, 'M'),
                   ('2016-11-01T05:05Z', 300, '2016-11-02Z', 9999, 9999, 5, 'M'),
                   ('2016-11-01T05:45Z', 900, '2016-11-02Z', 9999, 9999, 5, 'F'),
                   ('2016-11-02T00:00Z', 3600, '2016-11-02Z', 7, 7, 5, 'M');
        insert into energy.reading_decision (device_id, measured_at, decision, reason)
            values (5, '2016-11-02T00:00Z', 'set-aside', 'test');
        insert into energy.interval_status
                (community_id, interval_start, interval_end, final_at, expected, received, state)
            select 2, at, at + interval '30 minutes', at + interval '30 days', 1, 1, 'final'
            from generate_series('2016-11-01Z'::timestamptz, '2016-11-01T23:30Z', '30 minutes') as t (at);
        insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id,
                device_id, quality)
            select interval_start, wh, 0, wh, wh / 2, 0, wh / 2, 2, 5, 'M'
            from energy.interval_status, lateral (values (
                case when interval_start in ('2016-11-01T05:00Z', '2016-11-01T05:30Z') then 10
                     when extract(minute from interval_start) = 0 then 6 else 14 end)) as v (wh)
            where community_id = 2;
        insert into energy.community_settlement values (2, '2016-11-02Z', '2016-11-02T03:00Z');
        """

    /// Adds a community `annex` that has settled the same week, in which a third of `meter-1` takes part, and half of it in `crest`; it
    /// imports 5 Wh an hour, of which 2 and 1 Wh are the parts, and exports 10 Wh: 5 and 3.
    static let twoCommunities = """
        insert into energy.community (code, name, time_zone) values ('annex', 'Annex', 'UTC');
        update energy.participation set participation_ppm = 500000 where device_id = 1;
        insert into energy.participation (device_id, community_id, valid_during, participation_ppm)
            select 1, community_id, '[2016-01-01Z,)', 333333 from energy.community where code = 'annex';
        insert into energy.interval_status
                (community_id, interval_start, interval_end, final_at, expected, received, state)
            select c.community_id, s.interval_start, s.interval_end, s.final_at, 1, 1, s.state
            from energy.interval_status s, energy.community c where c.code = 'annex';
        update energy.attribution
            set import_wh = 2, grid_wh = 2, export_wh = 5, shared_wh = 5, unshared_import_wh = 2, unshared_export_wh = 2 where device_id = 1;
        update energy.attribution set community_wh = 5, grid_wh = 20 where device_id = 2;
        insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id,
                device_id, quality)
            select s.interval_start, 1, 0, 1, 3, 0, 3, c.community_id, 1, 'M'
            from energy.interval_status s join energy.community c on c.community_id = s.community_id and c.code = 'annex';
        insert into energy.community_settlement
            select community_id, '2016-11-07Z', '2016-11-07T03:00Z' from energy.community where code = 'annex'
            on conflict (community_id) do update
            set settled_until = excluded.settled_until, next_due_at = excluded.next_due_at;
        """

    private static let registry = """
        insert into energy.community (code, name, time_zone) values ('crest', 'Crest', 'America/Los_Angeles');
        insert into energy.community_rule (community_id, valid_during, interval_minutes, sharing_key, grace, finality)
            values (1, '[2016-01-01Z,2016-11-03Z)', 60, 'static', '2h', '30d'),
                   (1, '[2016-11-03Z,)', 60, 'proportional', '2h', '30d');
        insert into energy.member (community_id, code, name)
            values (1, 'home-01', 'Home 01'), (1, 'home-02', 'Home 02'), (1, 'home-03', 'Home 03');
        insert into energy.device (hub_device_id, member_id)
            values ('meter-1', 1), ('meter-2', 2), ('meter-3', 3), ('meter-4', 3);
        insert into energy.participation (device_id, community_id, valid_during)
            select device_id, 1, '[2016-01-01Z,)' from energy.device;
        """

    private static let readings = """
        select energy.ensure_partition('reading', d, 'month'), energy.ensure_partition('attribution', d, 'month')
        from unnest('{2016-10-01,2016-11-01}'::date[]) d;
        insert into energy.reading (measured_at, received_at, import_wh, export_wh, device_id, quality)
            select at, at + interval '1 minute', 1000 + hour * rate.import_wh, 500 + hour * rate.export_wh, rate.device_id, 'M'
            from (values (1, 5, 10), (2, 25, 0), (3, 4, 3)) as rate (device_id, import_wh, export_wh),
                 generate_series('2016-10-31Z'::timestamptz, '2016-11-07Z', '1 hour') with ordinality as t (at, number),
                 lateral (select number - 1 as hour) as h;
        """

    /// 507 readings accepted over two partitions, one discarded by hand and another imported; one record refused, and of two more one reading each is duplicate, rejected, replaced
    /// and superseded.
    private static let stream = """
        insert into energy.stream_position (topic, partition, first_offset, next_offset, epoch, owner, watermark, ledger_offset)
            values ('meters', 0, 0, 300, 2, 'worker-a', '2016-11-07T00:01Z', 200),
                   ('meters', 1, 0, 210, 1, 'worker-b', '2016-11-07T00:01Z', 0);
        insert into energy.ingest_batch (topic, partition, incarnation, first_offset, last_offset, epoch, records, skipped_records,
                refused_records, readings, accepted, duplicate, replaced, superseded, rejected)
            values ('meters', 0, 0, 0, 199, 1, 200, 0, 0, 200, 200, 0, 0, 0, 0),
                   ('meters', 0, 0, 200, 299, 2, 100, 0, 0, 100, 100, 0, 0, 0, 0),
                   ('meters', 1, 0, 0, 209, 1, 210, 0, 1, 211, 207, 1, 1, 1, 1);
        select energy.ensure_partition('dead_letter', '2016-11-01', 'month');
        insert into energy.dead_letter (topic, partition, incarnation, record_offset, reading_index, received_at, reason, detail,
                hub_device_id, payload, headers)
            values ('meters', 1, 0, 207, -1, '2016-11-02Z', 'bad_json', 'a number is expected (byte 5)', 'meter-1', '{"v":x}',
                    '[{"name": "device", "value": "meter-1"}, {"name": {"base64": "/wA="}, "value": {"base64": "oQFt"}}]'),
                   ('meters', 1, 0, 208, 1, '2016-11-03Z', 'out_of_range', 'import_wh: too large', 'meter-2', '{}', '[]');
        insert into energy.reading_history (device_id, measured_at, import_wh, export_wh, quality, flags, received_at, cause)
            values (1, '2016-11-01Z', 7, 7, 'E', 0, '2016-11-01Z', 'replaced'),
                   (1, '2016-11-01Z', 8, 8, 'M', 0, '2016-11-01Z', 'superseded');
        insert into energy.reading_event (kind, readings, actor, reason)
            values ('discard', -1, 'Bob', 'the reader stuttered'), ('import', 1, 'Ada', 'the meter''s own log');
        insert into energy.reading_discard (device_id, measured_at, event_id) values (1, '2016-11-01T00:30Z', 1);
        insert into energy.reading_history (device_id, measured_at, import_wh, export_wh, quality, flags, received_at, cause, event_id)
            values (1, '2016-11-01T00:30Z', 9, 9, 'M', 0, '2016-11-01Z', 'discarded', 1);
        """

    private static let settlement = """
        insert into energy.interval_status
                (community_id, interval_start, interval_end, final_at, expected, received, state)
            select 1, at, at + interval '1 hour', at + interval '30 days', 3, 3,
                   case when at < '2016-11-06Z' then 'final' else 'provisional' end
            from generate_series('2016-10-31Z'::timestamptz, '2016-11-06T23:00Z', '1 hour') as t (at);
        insert into energy.attribution (interval_start, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id,
                device_id, quality)
            select s.interval_start, r.i, r.c, r.g, r.e, r.s, r.u, 1, r.device_id, 'M'
            from energy.interval_status s,
                 (values (1, 5, 0, 5, 10, 10, 0), (2, 25, 10, 15, 0, 0, 0), (3, 4, 0, 4, 3, 0, 3)) as r (device_id, i, c, g, e, s, u);
        insert into energy.community_settlement values (1, '2016-11-07Z', '2016-11-07T03:00Z')
            on conflict (community_id) do update
            set settled_until = excluded.settled_until, next_due_at = excluded.next_due_at;
        update energy.control set horizon = '2016-11-07Z';
        """
}
