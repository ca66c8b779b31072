/// The community's intervals add up to the readings of intervals that they were made of.
extension BookCheck {
    /// Of each hour in which all of a meter's intervals are settled, the energy is that of the readings of the hour that count.
    ///
    /// All lengths divide an hour and lie on its grid, so an hour holds whole readings. Those in the time of a longer one do not count.
    /// Left out, as in ``telescoping``: what is due again, or to which something came too late.
    static let intervalEnergy = BookCheck(
        name: "interval-energy",
        claim: "the intervals of an hour add up to the readings of intervals in it, import and export, to the Wh",
        unit: "hours",
        common: """
            with \(openSpans), \(wholes), hour as materialized (
                select w.community_id, w.device_id, date_trunc('hour', w.at) as at, sum(w.import_wh) as import_wh,
                       sum(w.export_wh) as export_wh
                from whole w
                join energy.device d on d.device_id = w.device_id and d.kind = 'interval'
                group by 1, 2, 3 having sum(w.until_at - w.at) = interval '1 hour'
            ), usable as materialized (
                select r.* from energy.interval_reading r
                where r.quality in ('M', 'S', 'E') and not exists (
                    select from energy.reading_decision n
                    where n.device_id = r.device_id and n.measured_at = r.interval_start and n.decision = 'set-aside')
            ), counted as (
                select r.device_id, date_trunc('hour', r.interval_start) as at, coalesce(sum(r.import_wh), 0) as import_wh,
                       coalesce(sum(r.export_wh), 0) as export_wh
                from usable r
                where not exists (
                    select from usable q
                    where q.device_id = r.device_id and date_trunc('hour', q.interval_start) = date_trunc('hour', r.interval_start)
                        and q.seconds > r.seconds and q.interval_start <= r.interval_start
                        and q.interval_start + make_interval(secs => q.seconds) > r.interval_start)
                group by 1, 2
            ), settled as (
                select h.community_id, h.device_id, h.at, h.import_wh, h.export_wh, coalesce(c.import_wh, 0) as read_import_wh,
                       coalesce(c.export_wh, 0) as read_export_wh
                from hour h left join counted c on c.device_id = h.device_id and c.at = h.at
                where not exists (
                    select from open o
                    where o.device_id = h.device_id and o.from_at <= h.at + interval '1 hour' and o.until_at >= h.at)
            )
            """,
        count: "select count(*) from settled",
        contradictions: """
            select format('%s, %s, hour %s: intervals add up to %s Wh import and %s Wh export, but the readings to %s and %s', c.code,
                          d.hub_device_id, to_char(h.at, \(instant)), h.import_wh, h.export_wh, h.read_import_wh, h.read_export_wh)
            from settled h
            join energy.community c on c.community_id = h.community_id
            join energy.device d on d.device_id = h.device_id
            where (h.import_wh, h.export_wh) <> (h.read_import_wh, h.read_export_wh)
            """
    )
}
