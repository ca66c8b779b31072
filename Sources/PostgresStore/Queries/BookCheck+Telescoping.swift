/// The intervals between two readings add up to what the register rose by.
extension BookCheck {
    /// Between any two consecutive readings that lie exactly on edges of settled intervals, the intervals' energy is the register's rise.
    ///
    /// Across an exchange of the meter the register counts with its offset. Left out: readings set aside, by settlement as outliers or by
    /// people; stretches in which an anomaly breaks the register, an exchange whose registers are not known, or a reading that somebody
    /// accepted, which may have fallen; those that are due again and not settled yet, or to which something came too late. A meter that takes
    /// part with less than all of its energy counts as a whole, where all of its communities have settled it. A register of known width may
    /// have rolled over in between.
    static let telescoping = BookCheck(
        name: "telescoping",
        claim: "the intervals between two readings add up to the register's rise, import and export, to the Wh",
        unit: "stretches",
        common: stretches,
        count: "select count(*) from stretch",
        contradictions: """
            select format('%s, %s, %s from %s to %s: intervals add up to %s Wh, but the register rose by %s Wh', c.code,
                          d.hub_device_id, x.register, to_char(x.from_at, \(instant)), to_char(x.until_at, \(instant)), x.energy, x.rise)
            from stretch x
            join energy.community c on c.community_id = x.community_id
            join energy.device d on d.device_id = x.device_id
            where x.energy <> x.rise
                and (d.register_digits is null or (x.energy - x.rise) % (1000 * 10 ^ d.register_digits::numeric) <> 0)
            """
    )

    /// `stretch`: from one exact edge to the next of the same unbroken run of intervals, with the energy and the register's rise.
    private static let stretches = """
        with \(openSpans), \(wholes), run as (
            select *, lag(until_at) over w is distinct from at as begins, lead(at) over w is distinct from until_at as ends,
                   sum(import_wh) over w as import_through, sum(export_wh) over w as export_through
            from whole window w as (partition by community_id, device_id order by at)
        ), numbered as (
            select *, count(*) filter (where begins) over (partition by community_id, device_id order by at) as run_number from run
        ), edge as (
            select community_id, device_id, run_number, at, import_through - import_wh as import_before,
                   export_through - export_wh as export_before
            from numbered
            union all
            select community_id, device_id, run_number, until_at, import_through, export_through from numbered where ends
        ), exact as (
            select e.community_id, e.device_id, e.run_number, e.at, v.register, v.value, v.before
            from edge e
            join energy.device d on d.device_id = e.device_id and d.kind = 'register'
            join energy.reading r on r.device_id = e.device_id and r.measured_at = e.at and r.quality in ('M', 'S', 'E')
            left join lateral (
                select m.import_offset, m.export_offset from energy.meter_epoch m
                where m.device_id = e.device_id and m.valid_from <= e.at order by m.valid_from desc limit 1) o on true
            left join energy.reading_decision n on n.device_id = e.device_id and n.measured_at = e.at
            cross join lateral (values ('import', r.import_wh + coalesce(o.import_offset, 0), e.import_before),
                                       ('export', r.export_wh + coalesce(o.export_offset, 0), e.export_before))
                as v (register, value, before)
            where v.value is not null and coalesce(n.decision <> 'set-aside', true) and (n.decision is not null or not exists (
                select from energy.anomaly y where y.device_id = e.device_id and y.kind = 'outlier' and y.from_at = e.at))
        ), stretch as (
            select x.* from (
                select community_id, device_id, register, lag(at) over w as from_at, at as until_at,
                       before - lag(before) over w as energy, value - lag(value) over w as rise
                from exact window w as (partition by community_id, device_id, run_number, register order by at)) x
            where x.from_at is not null
                and not exists (
                    select from energy.anomaly y
                    where y.device_id = x.device_id and y.kind in ('break', 'reset') and y.from_at < x.until_at and y.to_at > x.from_at)
                and not exists (
                    select from energy.meter_swap w
                    where w.device_id = x.device_id and w.swapped_at > x.from_at and w.swapped_at <= x.until_at
                        and case x.register when 'import' then w.import_final_wh else w.export_final_wh end is null)
                and not exists (
                    select from energy.reading_decision n
                    where n.device_id = x.device_id and n.decision = 'accept' and n.measured_at > x.from_at
                        and n.measured_at <= x.until_at)
                and not exists (
                    select from open o where o.device_id = x.device_id and o.from_at <= x.until_at and o.until_at >= x.from_at)
        )
        """
}
