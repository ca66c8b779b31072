internal import MeterReadings

/// The SQL by which rows get their places: rows that may meet others of the same device and time, in the database or among themselves.
///
/// The rows go by COPY into `placing_row`. A constant number of statements, sent at once, decides about all of them. For every
/// (device, time) the place belongs to the best row by a *total* order, so that any order of arrival ends with the same row: quality
/// (M S E F N); by hand before telemetry; by hand the later received_at, of telemetry the earlier; smaller import (none last), smaller
/// export (none last), smaller flags. A place that somebody cleared (`reading_discard`) is closed to telemetry for ever, so that it
/// makes no difference whether telemetry comes again before or after an import took the place.
///
/// All names are in `pg_temp`: the tables live as long as the session, their rows as long as the transaction. In them, a reading of
/// registers has 0 seconds; `standing` is the order's first part as a number, see ``standing(quality:flags:receivedAt:)``.
enum PlacementSQL {
    /// The placing tables; once per session.
    static let session = """
        create temporary table placing_row (
            seq integer not null, group_index integer not null, device_id integer not null, seconds integer not null,
            measured_at timestamptz not null, received_at timestamptz not null, standing bigint not null,
            import_wh bigint, export_wh bigint, flags smallint not null, quality "char" not null
        ) on commit delete rows;
        create temporary table placing_best (
            seq integer not null, device_id integer not null, seconds integer not null, measured_at timestamptz not null,
            received_at timestamptz not null, standing bigint not null, import_wh bigint, export_wh bigint,
            flags smallint not null, quality "char" not null, is_inserted boolean not null
        ) on commit delete rows;
        create temporary table placing_verdict (
            seq integer not null, device_id integer not null, seconds integer not null, measured_at timestamptz not null,
            received_at timestamptz not null, import_wh bigint, export_wh bigint, flags smallint not null, quality "char" not null,
            verdict text not null, stored_received_at timestamptz, stored_import_wh bigint, stored_export_wh bigint,
            stored_flags smallint, stored_quality "char"
        ) on commit delete rows;
        create temporary table placing_touched (
            device_id integer not null, measured_at timestamptz not null, from_at timestamptz, until_at timestamptz not null,
            received_at timestamptz not null
        ) on commit delete rows;
        create temporary view placing_outcome as
        select s.*,
               case when s.seq = v.seq then case v.verdict when 'renewed' then 'duplicate' else v.verdict end
                    when case when v.verdict = 'superseded'
                              then (s.import_wh, s.export_wh, s.quality)
                                   is not distinct from (v.stored_import_wh, v.stored_export_wh, v.stored_quality)
                              else (s.import_wh, s.export_wh, s.quality)
                                   is not distinct from (v.import_wh, v.export_wh, v.quality) end
                    and v.seq is not null
                    then 'duplicate' else 'superseded' end as outcome
        from pg_temp.placing_row s
        left join pg_temp.placing_verdict v
            on v.device_id = s.device_id and v.measured_at = s.measured_at and (v.seconds > 0) = (s.seconds > 0)
        """

    /// Copies rows into the first placing table.
    static let copy = """
        copy pg_temp.placing_row (seq, group_index, device_id, seconds, measured_at, received_at, standing, import_wh, export_wh, \
        flags, quality) from stdin (format binary)
        """

    /// The bit of ``ReadingFlags/imported``, by which a row shows that it came by hand.
    private static let byHand = ReadingFlags.imported.rawValue

    /// Microseconds that a time of receipt stays below: it is in the bits under the quality's.
    private static let receiptLimit: Int64 = 1 << 57

    /// Quality, origin and time of receipt as one number, the smaller the better: bits 58 and up hold the quality's place, and whether it
    /// is telemetry.
    static func standing(quality: UInt8, flags: Int16, receivedAt: Int64) -> Int64 {
        let place = Int64(ReadingQuality(rawValue: quality)?.rank ?? 0)
        let received = min(max(receivedAt, 0), receiptLimit - 1)
        return flags & byHand != 0
            ? (place * 2) << 58 | (receiptLimit - 1 - received) : (place * 2 + 1) << 58 | received
    }

    /// The same of a row that is stored.
    private static let storedStanding = """
        (((strpos('MSEFN', r.quality::text) - 1) * 2 + case when r.flags & \(byHand) <> 0 then 0 else 1 end)::bigint << 58) \
        + case when r.flags & \(byHand) <> 0 then \(receiptLimit - 1) - \(PostgresTimestamp.sql("r.received_at")) \
        else \(PostgresTimestamp.sql("r.received_at")) end
        """

    private static func span(_ from: Int64, _ until: Int64) -> String {
        "between \(PostgresTimestamp.literal(from)) and \(PostgresTimestamp.literal(until))"
    }

    /// The condition that a row is of this table; none where there is only one, so that the planner's guess of the rows stays right.
    static func own(_ relation: ReadingRelation, _ isMixed: Bool, _ row: String) -> String {
        isMixed ? relation.condition(on: row) : "true"
    }

    // MARK: Taking places

    /// The best row of each key takes the place if it is free.
    ///
    /// - Parameters:
    ///   - isMixed: whether there are rows of the other table, too.
    ///   - anyByHand: whether there is a row that came by hand, to which a cleared place is open.
    static func take(_ relation: ReadingRelation, isMixed: Bool, anyByHand: Bool) -> String {
        let columns = "received_at, import_wh, export_wh, flags, quality"
        let (target, source) = relation == .register ? ("", "") : (", seconds", ", seconds")
        return """
            -- In the order of the key, so that workers do not deadlock.
            with best as materialized (
                select distinct on (device_id, measured_at)
                       seq, device_id, seconds, measured_at, received_at, standing, import_wh, export_wh, flags, quality
                from pg_temp.placing_row s
                where \(own(relation, isMixed, "s")) and (\(anyByHand ? "s.flags & \(byHand) <> 0 or " : "")not exists (
                    select from energy.reading_discard d where d.device_id = s.device_id and d.measured_at = s.measured_at))
                order by device_id, measured_at, standing, import_wh nulls last, export_wh nulls last, flags, seq
            ), inserted as (
                insert into energy.\(relation.rawValue) (device_id, \(relation.time), \(columns)\(target))
                select device_id, measured_at, \(columns)\(source) from best order by device_id, measured_at
                on conflict (device_id, \(relation.time)) do nothing
                returning device_id, \(relation.time) as measured_at
            )
            insert into pg_temp.placing_best
            select b.*, i.device_id is not null from best b left join inserted i using (device_id, measured_at)
            """
    }

    /// Compares with the rows that were in the way, and locks them.
    ///
    /// A later statement than ``take(_:isMixed:anyByHand:)``, with a new snapshot, so that it sees them.
    ///
    /// - Parameters:
    ///   - isMixed: whether there are rows of the other table, too.
    ///   - from: the earliest time, so that the planner leaves older partitions alone.
    ///   - until: the latest.
    static func compare(_ relation: ReadingRelation, isMixed: Bool, from: Int64, until: Int64) -> String {
        """
        insert into pg_temp.placing_verdict
        select b.seq, b.device_id, b.seconds, b.measured_at, b.received_at, b.import_wh, b.export_wh, b.flags, b.quality,
               case when b.is_inserted then 'accepted'
                    when r.device_id is null then 'lost'
                    when (b.import_wh, b.export_wh, b.quality) is not distinct from (r.import_wh, r.export_wh, r.quality)
                    then case when (b.standing, b.flags) < (\(storedStanding), r.flags)
                              then 'renewed' else 'duplicate' end
                    when (b.standing, coalesce(b.import_wh, 9223372036854775807), coalesce(b.export_wh, 9223372036854775807))
                       < (\(storedStanding), coalesce(r.import_wh, 9223372036854775807),
                          coalesce(r.export_wh, 9223372036854775807))
                    then 'replaced' else 'superseded' end,
               r.received_at, r.import_wh, r.export_wh, r.flags, r.quality
        from (select * from pg_temp.placing_best p where \(own(relation, isMixed, "p")) order by device_id, measured_at) b
        left join lateral (
            select * from energy.\(relation.rawValue) r
            where not b.is_inserted and r.device_id = b.device_id and r.\(relation.time) = b.measured_at
              and r.\(relation.time) \(span(from, until))
            for update
        ) r on true
        """
    }

    /// Puts the better rows into the places of those that were in the way.
    static func replace(_ relation: ReadingRelation, isMixed: Bool, from: Int64, until: Int64) -> String {
        """
        update energy.\(relation.rawValue) r
        set received_at = v.received_at, import_wh = v.import_wh, export_wh = v.export_wh, flags = v.flags, quality = v.quality
        from pg_temp.placing_verdict v
        where v.verdict in ('replaced', 'renewed') and \(own(relation, isMixed, "v")) and r.device_id = v.device_id
          and r.\(relation.time) = v.measured_at and r.\(relation.time) \(span(from, until))
        """
    }

    private static let history = """
        insert into energy.reading_history
            (device_id, measured_at, received_at, import_wh, export_wh, flags, quality, seconds, cause, event_id)
        """

    /// The event of a row's table, as SQL.
    static func event(_ ids: [ReadingRelation: Int64]) -> String {
        let (register, interval) = (ids[.register], ids[.interval])
        guard register != nil || interval != nil else { return "null" }
        let names = [interval, register].map { $0.map(String.init) ?? "null" }
        return "case when seconds > 0 then \(names[0]) else \(names[1]) end::bigint"
    }

    /// Keeps what lost its place; before ``replace(_:isMixed:from:until:)``.
    static func keepReplaced(event: String) -> String {
        """
        \(history)
        select device_id, measured_at, stored_received_at, stored_import_wh, stored_export_wh, stored_flags, stored_quality,
               nullif(seconds, 0), 'replaced', \(event)
        from pg_temp.placing_verdict where verdict = 'replaced'
        """
    }

    /// Keeps what got no place.
    static func keepSuperseded(event: String) -> String {
        """
        \(history)
        select device_id, measured_at, received_at, import_wh, export_wh, flags, quality, nullif(seconds, 0), 'superseded', \(event)
        from pg_temp.placing_outcome where outcome = 'superseded' order by seq
        """
    }

    /// How many keys were taken when we inserted and free when we looked, because somebody deleted the row meanwhile.
    static let countLost = "select count(*) filter (where verdict = 'lost') from pg_temp.placing_verdict"

    /// A row per group and relation: its index, whether of intervals, and the counts of accepted, duplicate, replaced and superseded.
    static let countOutcomes = """
        select group_index, seconds > 0, count(*) filter (where outcome = 'accepted'), count(*) filter (where outcome = 'duplicate'),
               count(*) filter (where outcome = 'replaced'), count(*) filter (where outcome = 'superseded')
        from pg_temp.placing_outcome group by group_index, seconds > 0
        """
}
