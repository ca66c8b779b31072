/// Every watt-hour of a settled interval is split, and split once.
extension BookCheck {
    /// Each row's parts make its whole.
    static let rowSums = BookCheck(
        name: "row-sums",
        claim: "community + grid = import and shared + surplus = export, none below zero, in every row of attribution",
        unit: "rows",
        count: "select count(*) from energy.attribution",
        contradictions: """
            select format('%s, interval %s, device %s, revision %s: import %s = %s + %s, export %s = %s + %s?', c.code,
                          to_char(a.interval_start, \(instant)), coalesce(d.hub_device_id, a.device_id::text), a.revision,
                          a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh, a.surplus_wh)
            from energy.attribution a
            join energy.community c on c.community_id = a.community_id
            left join energy.device d on d.device_id = a.device_id
            where a.community_wh + a.grid_wh <> a.import_wh or a.shared_wh + a.surplus_wh <> a.export_wh
                or least(a.community_wh, a.grid_wh, a.shared_wh, a.surplus_wh) < 0
            """
    )

    /// In each interval what some take from the community, others gave it.
    static let intervalSums = BookCheck(
        name: "interval-sums",
        claim: "the community's energy received = its energy shared, in every interval and revision",
        unit: "intervals",
        count: "select count(*) from energy.interval_status",
        contradictions: """
            select format('%s, interval %s, revision %s: members received %s Wh, but shared %s Wh', c.code,
                          to_char(a.interval_start, \(instant)), a.revision, a.received, a.shared)
            from (select community_id, interval_start, revision, sum(community_wh) as received, sum(shared_wh) as shared
                  from energy.attribution group by community_id, interval_start, revision) a
            join energy.community c on c.community_id = a.community_id
            where a.received <> a.shared
            """
    )

    /// The life of an interval agrees with its rows.
    static let intervalStatus = BookCheck(
        name: "interval-status",
        claim:
            "every settled interval has as many rows as it says and names who is missing, and no row is without its interval",
        unit: "intervals",
        count: "select count(*) from energy.interval_status",
        contradictions: """
            with rows as (
                select community_id, interval_start, revision, count(*) as rows
                from energy.attribution group by community_id, interval_start, revision
            )
            select format('%s, interval %s, revision %s: received is %s, but attribution has %s rows', c.code,
                          to_char(s.interval_start, \(instant)), s.revision, s.received, coalesce(r.rows, 0))
            from energy.interval_status s
            join energy.community c on c.community_id = s.community_id
            left join rows r on r.community_id = s.community_id and r.interval_start = s.interval_start and r.revision = s.revision
            where s.received <> coalesce(r.rows, 0)
            union all
            select format('%s, interval %s: %s meters received, but only %s expected', c.code, to_char(s.interval_start, \(instant)),
                          s.received, s.expected)
            from energy.interval_status s join energy.community c on c.community_id = s.community_id
            where s.received > s.expected
            union all
            select format('%s, interval %s: %s of %s meters received, but %s are named as missing', c.code,
                          to_char(s.interval_start, \(instant)), s.received, s.expected, cardinality(s.missing))
            from energy.interval_status s join energy.community c on c.community_id = s.community_id
            where cardinality(s.missing) <> s.expected - s.received
            union all
            select format('%s, interval %s, device %s: named as missing, but attribution has a row', c.code,
                          to_char(s.interval_start, \(instant)), coalesce(d.hub_device_id, a.device_id::text))
            from energy.interval_status s
            join energy.community c on c.community_id = s.community_id
            join energy.attribution a
                on a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
                and a.device_id = any (s.missing)
            left join energy.device d on d.device_id = a.device_id
            where s.missing is not null
            union all
            select format('%s, interval %s, revision %s: %s rows of attribution, but %s', coalesce(c.code, r.community_id::text),
                          to_char(r.interval_start, \(instant)), r.revision, r.rows,
                          case when s.revision is null then 'the interval is not settled'
                          else format('the interval is at revision %s', s.revision) end)
            from rows r
            left join energy.community c on c.community_id = r.community_id
            left join energy.interval_status s on s.community_id = r.community_id and s.interval_start = r.interval_start
            where s.revision is null or r.revision > s.revision
            """
    )

    /// Settled intervals follow each other to where the community says it is settled, which is not beyond the horizon.
    ///
    /// There are none if nobody takes part before it, or nobody has a reading there: its beginning is known, or is sought anew.
    static let intervalSequence = BookCheck(
        name: "interval-sequence",
        claim: "settled intervals follow each other without hole or overlap up to settled_until",
        unit: "intervals",
        count: "select count(*) from energy.interval_status",
        contradictions: """
            select format('%s: interval %s begins %s the end of the one before, %s', c.code, to_char(s.interval_start, \(instant)),
                          case when s.interval_start > s.previous_end then 'after' else 'before' end,
                          to_char(s.previous_end, \(instant)))
            from (select community_id, interval_start,
                         lag(interval_end) over (partition by community_id order by interval_start) as previous_end
                  from energy.interval_status) s
            join energy.community c on c.community_id = s.community_id
            where s.interval_start <> s.previous_end
            union all
            select format('%s: interval %s ends before it begins', c.code, to_char(s.interval_start, \(instant)))
            from energy.interval_status s join energy.community c on c.community_id = s.community_id
            where s.interval_end <= s.interval_start
            union all
            select format('%s: the last settled interval ends at %s, but settled_until is %s', c.code,
                          coalesce(to_char(s.last_end, \(instant)), 'none'), coalesce(to_char(cs.settled_until, \(instant)), 'none'))
            from energy.community c
            left join energy.community_settlement cs on cs.community_id = c.community_id
            left join (select community_id, max(interval_end) as last_end from energy.interval_status group by community_id) s
                on s.community_id = c.community_id
            where s.last_end is distinct from cs.settled_until
                and (s.last_end is not null or exists (
                    select from energy.participation p
                    where p.community_id = c.community_id and p.valid_during && tstzrange(null, cs.settled_until)
                        and (exists (select from energy.reading r
                                     where r.device_id = p.device_id and r.measured_at < cs.settled_until
                                         and r.measured_at < coalesce(upper(p.valid_during), 'infinity')
                                         and \(CountedReadingSQL.condition()))
                             or exists (select from energy.interval_reading r
                                        where r.device_id = p.device_id and r.interval_start < cs.settled_until
                                            and r.interval_start < coalesce(upper(p.valid_during), 'infinity')
                                            and \(CountedReadingSQL.condition(.interval))))))
            union all
            select format('%s: settled until %s, beyond the horizon %s', c.code, to_char(cs.settled_until, \(instant)),
                          case when isfinite(k.horizon) then to_char(k.horizon, \(instant)) else k.horizon::text end)
            from energy.community_settlement cs
            join energy.community c on c.community_id = cs.community_id
            cross join energy.control k
            where cs.settled_until > k.horizon
            """
    )

    /// How instants are printed: RFC 3339; the session's time zone is UTC.
    static let instant = #"'YYYY-MM-DD"T"HH24:MI:SS"Z"'"#
}
