internal import MeterReadings

/// Nothing that was said about a meter is lost: what has no place is in the history.
extension BookCheck {
    /// Every reading of the stream that lost its place is in the history.
    ///
    /// What people caused names its event. Retention and erasure take rows of the history by right.
    static let history = BookCheck(
        name: "history",
        claim: "rows of reading_history that no event caused = replaced and superseded of the ledger",
        unit: "rows",
        count: "select count(*) from energy.reading_history",
        contradictions: """
            \(historyCounts)
            select format('the ledger counts %s %s, reading_history has %s', counted, cause, kept) from counted
            where kept > counted or kept < counted and not may_be_fewer
            """,
        remark: """
            \(historyCounts)
            select string_agg(format('%s of %s %s are no longer kept: retention', counted - kept, counted, cause), '; ')
            from counted where kept < counted and may_be_fewer
            """
    )

    private static let historyCounts = """
        with event as (
            select coalesce(bool_or(kind in ('retention', 'erasure')), false) as may_be_fewer from energy.reading_event
        ), ledger as (
            select coalesce(sum(replaced), 0) as replaced, coalesce(sum(superseded), 0) as superseded from energy.ingest_batch
        ), counted as (
            select c.cause, c.counted, event.may_be_fewer,
                   (select count(*) from energy.reading_history h where h.cause = c.cause and h.event_id is null) as kept
            from event, ledger, lateral (values ('replaced', replaced), ('superseded', superseded)) as c (cause, counted)
        )
        """

    /// What people discarded is kept as evidence, and its place is closed to telemetry.
    static let discards = BookCheck(
        name: "discards",
        claim: "every discarded reading is in the history with its event, and no telemetry has its place",
        unit: "discarded readings",
        count: "select count(*) from energy.reading_history where cause = 'discarded'",
        contradictions: """
            with kept as (
                select event_id, case when seconds is null then 'reading' else 'interval_reading' end as relation, count(*) as rows
                from energy.reading_history where cause = 'discarded' group by 1, 2
            ), erased as (
                select exists (select from energy.reading_event where kind = 'erasure') as may_be_fewer
            ), place as (
                select r.device_id, r.measured_at, r.flags from energy.reading r join energy.reading_discard using (device_id, measured_at)
                union all
                select r.device_id, r.interval_start, r.flags
                from energy.interval_reading r
                join energy.reading_discard x on x.device_id = r.device_id and x.measured_at = r.interval_start
            )
            select format('event %s discarded %s rows of %s, but reading_history has %s of it', e.event_id, -e.readings, e.relation,
                          coalesce(k.rows, 0))
            from energy.reading_event e left join kept k using (event_id, relation), erased
            where e.kind = 'discard'
                and (coalesce(k.rows, 0) > -e.readings or coalesce(k.rows, 0) < -e.readings and not erased.may_be_fewer)
            union all
            select format('reading_history has %s discarded rows of %s, but event %s is no discard of it', k.rows, k.relation,
                          coalesce(k.event_id::text, 'none'))
            from kept k
            where not exists (select from energy.reading_event e
                              where e.event_id = k.event_id and e.relation = k.relation and e.kind = 'discard')
            union all
            select format('device_id %s at %s is closed to telemetry, but reading_history has no discarded row of it', x.device_id,
                          to_char(x.measured_at, \(instant)))
            from energy.reading_discard x, erased
            where not erased.may_be_fewer and not exists (
                select from energy.reading_history h
                where h.device_id = x.device_id and h.measured_at = x.measured_at and h.cause = 'discarded' and h.event_id = x.event_id)
            union all
            select format('device_id %s at %s was discarded, but telemetry has the place', device_id, to_char(measured_at, \(instant)))
            from place where flags & \(ReadingFlags.imported.rawValue) = 0
            """
    )
}
