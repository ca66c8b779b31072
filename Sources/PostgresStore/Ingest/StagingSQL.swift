/// The SQL of the staged path: rows that may meet others of the same device and time, in the database or among themselves.
///
/// The rows go by COPY into `ingest_staged`. A constant number of statements, sent at once, decides about all of them. For every
/// (device, time) the place belongs to the best row by a *total* order, so that any order of arrival ends with the same row:
/// quality (M S E F N), earlier received_at, smaller import (none last), smaller export (none last), smaller flags.
///
/// All names are in `pg_temp`: the tables live as long as the session, their rows as long as the transaction.
enum StagingSQL {
    /// The staging tables and the view of outcomes; once per session.
    static let session = """
        create temporary table ingest_staged (
            seq integer not null, partition_index integer not null, device_id integer not null,
            measured_at timestamptz not null, received_at timestamptz not null, import_wh bigint, export_wh bigint,
            flags smallint not null, quality "char" not null
        ) on commit delete rows;
        create temporary table ingest_best (
            seq integer not null, device_id integer not null, measured_at timestamptz not null, received_at timestamptz not null,
            import_wh bigint, export_wh bigint, flags smallint not null, quality "char" not null, is_inserted boolean not null
        ) on commit delete rows;
        create temporary table ingest_verdict (
            seq integer not null, device_id integer not null, measured_at timestamptz not null, received_at timestamptz not null,
            import_wh bigint, export_wh bigint, flags smallint not null, quality "char" not null, verdict text not null,
            stored_received_at timestamptz, stored_import_wh bigint, stored_export_wh bigint, stored_flags smallint,
            stored_quality "char"
        ) on commit delete rows;
        create temporary table ingest_touched (
            device_id integer not null, measured_at timestamptz not null, from_at timestamptz, until_at timestamptz not null
        ) on commit delete rows;
        create temporary view ingest_outcome as
        select s.*,
               case when s.seq = v.seq then case v.verdict when 'earlier' then 'duplicate' else v.verdict end
                    when case when v.verdict = 'superseded'
                              then (s.import_wh, s.export_wh, s.quality)
                                   is not distinct from (v.stored_import_wh, v.stored_export_wh, v.stored_quality)
                              else (s.import_wh, s.export_wh, s.quality)
                                   is not distinct from (v.import_wh, v.export_wh, v.quality) end
                    then 'duplicate' else 'superseded' end as outcome
        from pg_temp.ingest_staged s join pg_temp.ingest_verdict v using (device_id, measured_at)
        """

    /// Copies rows into the staging table.
    static let copy = """
        copy pg_temp.ingest_staged (seq, partition_index, device_id, measured_at, received_at, import_wh, export_wh, flags, quality) \
        from stdin (format binary)
        """

    /// Gives every staged row its outcome, and the best of each key its place.
    ///
    /// Seven results. The last but one holds the number of *lost* keys: taken when we inserted, free when we looked, because somebody
    /// deleted the row meanwhile; then try again. The last one has a row per partition: partition_index, and the counts of accepted,
    /// duplicate, replaced and superseded.
    ///
    /// - Parameters:
    ///   - from: the earliest staged time, so that the planner leaves older partitions alone.
    ///   - until: the latest.
    static func resolve(from: Int64, until: Int64) -> String {
        let span = "between \(PostgresTimestamp.literal(from)) and \(PostgresTimestamp.literal(until))"
        return """
            -- The best row of each key takes the place if it is free. In the order of the key, so that workers do not deadlock.
            with best as materialized (
                select distinct on (device_id, measured_at)
                       seq, device_id, measured_at, received_at, import_wh, export_wh, flags, quality
                from pg_temp.ingest_staged
                order by device_id, measured_at, strpos('MSEFN', quality::text), received_at, import_wh nulls last,
                         export_wh nulls last, flags, seq
            ), inserted as (
                insert into energy.reading (device_id, measured_at, received_at, import_wh, export_wh, flags, quality)
                select device_id, measured_at, received_at, import_wh, export_wh, flags, quality
                from best order by device_id, measured_at
                on conflict (device_id, measured_at) do nothing
                returning device_id, measured_at
            )
            insert into pg_temp.ingest_best
            select b.*, i.device_id is not null from best b left join inserted i using (device_id, measured_at);

            -- A later statement, with a new snapshot: it sees the row that was in the way, locks it and compares.
            insert into pg_temp.ingest_verdict
            select b.seq, b.device_id, b.measured_at, b.received_at, b.import_wh, b.export_wh, b.flags, b.quality,
                   case when b.is_inserted then 'accepted'
                        when r.device_id is null then 'lost'
                        when (b.import_wh, b.export_wh, b.quality) is not distinct from (r.import_wh, r.export_wh, r.quality)
                        then case when (b.received_at, b.flags) < (r.received_at, r.flags) then 'earlier' else 'duplicate' end
                        when (strpos('MSEFN', b.quality::text), b.received_at, coalesce(b.import_wh, 9223372036854775807),
                              coalesce(b.export_wh, 9223372036854775807))
                           < (strpos('MSEFN', r.quality::text), r.received_at, coalesce(r.import_wh, 9223372036854775807),
                              coalesce(r.export_wh, 9223372036854775807))
                        then 'replaced' else 'superseded' end,
                   r.received_at, r.import_wh, r.export_wh, r.flags, r.quality
            from (select * from pg_temp.ingest_best order by device_id, measured_at) b
            left join lateral (
                select * from energy.reading r
                where not b.is_inserted and r.device_id = b.device_id and r.measured_at = b.measured_at and r.measured_at \(span)
                for update
            ) r on true;

            insert into energy.reading_history
                (device_id, measured_at, received_at, import_wh, export_wh, flags, quality, cause)
            select device_id, measured_at, stored_received_at, stored_import_wh, stored_export_wh, stored_flags, stored_quality,
                   'replaced'
            from pg_temp.ingest_verdict where verdict = 'replaced';

            update energy.reading r
            set received_at = v.received_at, import_wh = v.import_wh, export_wh = v.export_wh, flags = v.flags, quality = v.quality
            from pg_temp.ingest_verdict v
            where v.verdict in ('replaced', 'earlier') and r.device_id = v.device_id and r.measured_at = v.measured_at
              and r.measured_at \(span);

            insert into energy.reading_history
                (device_id, measured_at, received_at, import_wh, export_wh, flags, quality, cause)
            select device_id, measured_at, received_at, import_wh, export_wh, flags, quality, 'superseded'
            from pg_temp.ingest_outcome where outcome = 'superseded' order by seq;

            select count(*) filter (where verdict = 'lost') from pg_temp.ingest_verdict;

            select partition_index, count(*) filter (where outcome = 'accepted'), count(*) filter (where outcome = 'duplicate'),
                   count(*) filter (where outcome = 'replaced'), count(*) filter (where outcome = 'superseded')
            from pg_temp.ingest_outcome group by partition_index
            """
    }

    /// How far around the staged times neighbours are looked for at first: so far that a meter that reports daily has three.
    private static let neighbourhood: Int64 = 7 * 86_400_000_000

    /// Finds what the staged rows touched, and marks it if it lies behind the horizon; after ``resolve(from:until:)``.
    ///
    /// A reading touches what lies between its neighbours; and because a later one can show an earlier one to be an outlier, or clear it
    /// of that, the judgement of the next ones too: from the third reading before (the first one, if there are fewer) to the third
    /// after, or without end if there are fewer within ``neighbourhood``: marking too much is work, too little would be wrong. Only the
    /// partitions around the staged times are looked at, so that the planner need not open years of them.
    ///
    /// Three results. The second one holds how many rows have fewer than three before them nearby. If there is one, nothing is marked yet:
    /// ``completeMarks(behind:)`` looks at all that is stored. Else the third one's row count is the marks' number.
    static func mark(from: Int64, until: Int64, behind horizon: Int64) -> String {
        let (early, isTooEarly) = from.subtractingReportingOverflow(neighbourhood)
        let (late, isTooLate) = until.addingReportingOverflow(neighbourhood)
        let earliest = PostgresTimestamp.literal(isTooEarly ? .min : early)
        let latest = PostgresTimestamp.literal(isTooLate ? .max : late)
        return """
            insert into pg_temp.ingest_touched
            select v.device_id, v.measured_at, b.at, coalesce(a.at, 'infinity')
            from pg_temp.ingest_verdict v
            left join lateral (
                select r.measured_at as at from energy.reading r
                where r.device_id = v.device_id and r.measured_at < v.measured_at and r.measured_at >= \(earliest)
                  and r.measured_at < \(latest) and r.quality in ('M', 'S', 'E')
                order by r.measured_at desc limit 1 offset 2
            ) b on true
            left join lateral (
                select r.measured_at as at from energy.reading r
                where r.device_id = v.device_id and r.measured_at > v.measured_at and r.measured_at >= \(earliest)
                  and r.measured_at < \(latest) and r.quality in ('M', 'S', 'E')
                order by r.measured_at limit 1 offset 2
            ) a on true
            where v.verdict in ('accepted', 'replaced') and v.quality in ('M', 'S', 'E');

            select count(*) from pg_temp.ingest_touched where from_at is null;

            \(insertMarks(behind: horizon)) and not exists (select from pg_temp.ingest_touched where from_at is null) \(mergingMarks)
            """
    }

    /// The third reading before, or the first there is, of those that have fewer than three nearby; then the marks of all.
    ///
    /// Two results; the second one's row count is the marks' number.
    static func completeMarks(behind horizon: Int64) -> String {
        """
        update pg_temp.ingest_touched t
        set from_at = coalesce((
            select min(measured_at)
            from (select r.measured_at from energy.reading r
                  where r.device_id = t.device_id and r.measured_at < t.measured_at and r.quality in ('M', 'S', 'E')
                  order by r.measured_at desc limit 3) before
        ), t.measured_at)
        where from_at is null;

        \(insertMarks(behind: horizon)) \(mergingMarks)
        """
    }

    /// The beginning of the statement that writes the marks, up to its condition; spans of one device that meet become one.
    private static func insertMarks(behind horizon: Int64) -> String {
        """
        insert into energy.due_mark (device_id, from_at, until_at)
        select device_id, lower(span), upper(span)
        from (
            select device_id, unnest(range_agg(tstzrange(from_at, until_at, '[]'))) as span
            from pg_temp.ingest_touched
            where from_at < \(PostgresTimestamp.literal(horizon))
        """
    }

    /// The end of that statement.
    private static let mergingMarks = "group by device_id) merged"

    /// The last two readings of devices that take part in settlement, newest first.
    static func newestReadings(of devices: [Int32]) -> String {
        """
        select d.device_id, \(PostgresTimestamp.sql("r.measured_at")), \(PostgresTimestamp.sql("r.received_at")),
               r.import_wh, r.export_wh, r.quality
        from unnest(\(SQLText.array(devices))) d(device_id)
        cross join lateral (
            select * from energy.reading r where r.device_id = d.device_id and r.quality in ('M', 'S', 'E')
            order by r.measured_at desc limit 2
        ) r
        order by d.device_id, r.measured_at desc
        """
    }
}
