/// Nothing lost and nothing doubled on the way from the stream to `reading`.
extension BookCheck {
    /// Ledger and gaps cover every offset from the first to the next exactly once.
    static let offsets = BookCheck(
        name: "offsets",
        claim: "ledger and gaps cover every consumed offset exactly once",
        unit: "offsets",
        count: """
            select coalesce(sum(b - a), 0)::bigint from (
                select first_offset as a, last_offset + 1 as b from energy.ingest_batch
                union all select from_offset, to_offset from energy.stream_gap) r
            """,
        contradictions: """
            with range as (
                select topic, partition, incarnation, first_offset as a, last_offset + 1 as b, 'ledger' as source
                from energy.ingest_batch
                union all
                select topic, partition, incarnation, from_offset, to_offset, 'gap' from energy.stream_gap
            ), run as (
                select *, lag(b) over w as previous_b, lag(source) over w as previous_source,
                       lead(a) over w as next_a
                from range window w as (partition by topic, partition, incarnation order by a, b)
            ), place as (
                select run.*, format('%s[%s] incarnation %s', run.topic, run.partition, run.incarnation) as place,
                       p.incarnation as current_incarnation, p.first_offset, p.next_offset
                from run left join energy.stream_position p on p.topic = run.topic and p.partition = run.partition
            )
            select case when a > previous_b
                   then format('%s: offsets %s to %s are in no row of the ledger and in no gap', place, previous_b, a - 1)
                   else format('%s: offsets %s to %s are counted twice (%s and %s that begins at %s)',
                               place, a, least(b, previous_b) - 1, previous_source, source, a) end
            from place where a <> previous_b
            union all
            select format('%s: the ledger has rows, but stream_position has none', place)
            from place where current_incarnation is null and previous_b is null
            union all
            select format('%s: the ledger is ahead of the position, which is in incarnation %s', place, current_incarnation)
            from place where incarnation > current_incarnation and previous_b is null
            union all
            select format('%s: the ledger begins at offset %s, the position at first_offset %s', place, a, first_offset)
            from place where incarnation = current_incarnation and previous_b is null and a <> first_offset
            union all
            select format('%s: the ledger ends at offset %s, but next_offset is %s', place, b - 1, next_offset)
            from place where incarnation = current_incarnation and next_a is null and b <> next_offset
            union all
            select format('%s[%s] incarnation %s: next_offset is %s, but nothing from first_offset %s on is in the ledger',
                          p.topic, p.partition, p.incarnation, p.next_offset, p.first_offset)
            from energy.stream_position p
            where p.next_offset > p.first_offset and not exists (
                select from range r where r.topic = p.topic and r.partition = p.partition and r.incarnation = p.incarnation)
            """
    )

    /// Every record and every reading of the ledger has exactly one outcome.
    static let outcomes = BookCheck(
        name: "outcomes",
        claim: "readings = accepted + duplicate + replaced + superseded + rejected, in every row of the ledger",
        unit: "rows",
        count: "select count(*) from energy.ingest_batch",
        contradictions: """
            with row as (
                select *, format('%s[%s] incarnation %s offsets %s to %s', topic, partition, incarnation, first_offset, last_offset)
                       as place
                from energy.ingest_batch
            )
            select format('%s: %s readings, but %s accepted + %s duplicate + %s replaced + %s superseded + %s rejected',
                          place, readings, accepted, duplicate, replaced, superseded, rejected)
            from row where readings <> accepted + duplicate + replaced + superseded + rejected
            union all
            select format('%s: %s records, of which %s skipped and %s refused', place, records, skipped_records, refused_records)
            from row where records < skipped_records + refused_records or records > last_offset - first_offset + 1
            union all
            select format('%s: a count is below zero', place)
            from row where least(records, skipped_records, refused_records, readings, accepted, duplicate, replaced, superseded,
                                 rejected) < 0
            """
    )

    /// No worker wrote after it was fenced off.
    static let epochs = BookCheck(
        name: "epochs",
        claim: "epochs never fall along the offsets: no worker wrote after another took over",
        unit: "partitions",
        count: "select count(*) from energy.stream_position",
        contradictions: """
            select format('%s[%s] incarnation %s: offset %s has epoch %s after epoch %s', topic, partition, incarnation, first_offset,
                          epoch, previous)
            from (select *, lag(epoch) over (partition by topic, partition, incarnation order by first_offset) as previous
                  from energy.ingest_batch) b
            where epoch < previous
            union all
            select format('%s[%s]: the ledger has epoch %s, the position only %s', p.topic, p.partition, max(b.epoch), p.epoch)
            from energy.stream_position p
            join energy.ingest_batch b on b.topic = p.topic and b.partition = p.partition and b.incarnation = p.incarnation
            group by p.topic, p.partition, p.epoch having max(b.epoch) > p.epoch
            """
    )

    /// The tables of readings hold what the ledger accepted, and what was changed otherwise.
    ///
    /// The ledger counts what was accepted for both tables in one number; what was changed otherwise is known table by table.
    static let readingRows = BookCheck(
        name: "reading-rows",
        claim: "rows of reading and interval_reading = accepted of the ledger + what reading_event says",
        unit: "readings",
        count: "select (select count(*) from energy.reading) + (select count(*) from energy.interval_reading)",
        contradictions: """
            with stored as (
                select 'reading' as relation, count(*) as rows from energy.reading
                union all select 'interval_reading', count(*) from energy.interval_reading
            ), changed as (
                select s.relation, s.rows, coalesce(sum(e.readings), 0) as events
                from stored s left join energy.reading_event e using (relation) group by s.relation, s.rows
            ), sums as (
                select sum(rows) as stored, sum(events) as events,
                       (select coalesce(sum(accepted), 0) from energy.ingest_batch) as accepted
                from changed
            )
            select format('reading and interval_reading have %s rows, but the ledger accepted %s and reading_event adds %s: %s too %s',
                          stored, accepted, events, abs(stored - accepted - events),
                          case when stored > accepted + events then 'many' else 'few' end)
            from sums where stored <> accepted + events
            union all
            select format('%s has %s rows, but reading_event alone adds %s', relation, rows, events)
            from changed where rows < events
            """
    )

    /// The tables of readings have no foreign key: this is it, and that each reading is in the table of its device's kind.
    static let knownDevices = BookCheck(
        name: "known-devices",
        claim: "every reading belongs to a device of the registry, and is in the table of its kind",
        unit: "devices",
        count: "select count(*) from energy.device",
        contradictions: """
            with held as (
                select 'reading' as relation, 'register' as kind, device_id, count(*) as readings from energy.reading group by device_id
                union all
                select 'interval_reading', 'interval', device_id, count(*) from energy.interval_reading group by device_id
            )
            select case when d.device_id is null
                        then format('device_id %s has %s readings in %s, but is not in device', h.device_id, h.readings, h.relation)
                        else format('%s reports %ss, but has %s readings in %s', d.hub_device_id, d.kind, h.readings, h.relation) end
            from held h left join energy.device d using (device_id) where d.kind is distinct from h.kind
            """
    )

    /// Every refusal that the ledger counts is kept, unless the day's limit dropped it or retention removed it; and no other.
    static let deadLetters = BookCheck(
        name: "dead-letters",
        claim:
            "refused records and rejected readings of the ledger = dead letters + dropped by the limit + removed by retention",
        unit: "dead letters",
        common: "with \(deadLetterCounts)",
        count: "select count(*) from energy.dead_letter",
        contradictions: """
            select format('%s: the ledger counts %s refused and %s rejected, dead_letter has %s and %s',
                          place, refused, rejected, kept_records, kept_readings)
            from counted c
            where kept_records > refused or kept_readings > rejected
                or (kept_records < refused or kept_readings < rejected) and not exists (
                    select from balance b where b.gone > 0
                        and b.topic = c.topic and b.partition = c.partition and b.incarnation = c.incarnation)
            union all
            select format('%s[%s] incarnation %s: the ledger counts %s refusals; %s dead letters, %s dropped and %s removed are %s too %s',
                          topic, partition, incarnation, refusals, kept, dropped, expired, abs(kept + gone - refusals),
                          case when kept + gone > refusals then 'many' else 'few' end)
            from balance where gone > 0 and kept + gone <> refusals
            union all
            select format('%s[%s] incarnation %s offset %s is a dead letter, but in no row of the ledger', topic, partition, incarnation,
                          record_offset)
            from letter where first_offset is null
            union all
            select format('%s[%s] incarnation %s: dead_letter_tally counts %s that are gone, but the ledger has no row', topic, partition,
                          incarnation, sum(dropped + expired))
            from energy.dead_letter_tally t
            where not exists (select from energy.ingest_batch l
                              where l.topic = t.topic and l.partition = t.partition and l.incarnation = t.incarnation)
            group by topic, partition, incarnation having sum(dropped + expired) > 0
            """,
        remark: """
                select nullif(concat_ws(', ',
                           case when sum(dropped) > 0 then format('%s dropped by the daily limit', sum(dropped)) end,
                           case when sum(expired) > 0 then format('%s removed by retention', sum(expired)) end), '')
                from energy.dead_letter_tally
            """
    )

    /// Dead letters of the stream beside the row of the ledger that has their offset, and the balance of each partition.
    ///
    /// Letters that a replay made, of readings of a record that was refused whole, are counted by the ledger as that record.
    private static let deadLetterCounts = """
        letter as (
            select d.topic, d.partition, d.incarnation, d.record_offset, d.reading_index, b.first_offset
            from energy.dead_letter d
            left join lateral (
                select first_offset from energy.ingest_batch b
                where b.topic = d.topic and b.partition = d.partition and b.incarnation = d.incarnation
                    and b.first_offset <= d.record_offset and b.last_offset >= d.record_offset
                order by b.first_offset desc limit 1) b on true
            where d.origin = 'stream'
        ), kept as (
            select topic, partition, incarnation, first_offset, count(*) filter (where reading_index < 0) as records,
                   count(*) filter (where reading_index >= 0) as readings
            from letter group by topic, partition, incarnation, first_offset
        ), counted as (
            select b.topic, b.partition, b.incarnation,
                   format('%s[%s] incarnation %s offsets %s to %s', b.topic, b.partition, b.incarnation, b.first_offset, b.last_offset)
                   as place, b.refused_records as refused, b.rejected,
                   coalesce(k.records, 0) as kept_records, coalesce(k.readings, 0) as kept_readings
            from energy.ingest_batch b
            left join kept k on k.topic = b.topic and k.partition = b.partition and k.incarnation = b.incarnation
                and k.first_offset = b.first_offset
        ), balance as (
            select c.*, coalesce(t.dropped, 0) as dropped, coalesce(t.expired, 0) as expired,
                   coalesce(t.dropped + t.expired, 0) as gone
            from (select topic, partition, incarnation, sum(refused + rejected) as refusals, sum(kept_records + kept_readings) as kept
                  from counted group by topic, partition, incarnation) c
            left join (select topic, partition, incarnation, sum(dropped) as dropped, sum(expired) as expired
                       from energy.dead_letter_tally group by topic, partition, incarnation) t
                on t.topic = c.topic and t.partition = c.partition and t.incarnation = c.incarnation
        )
        """
}
