/// Of a meter that takes part in several communities nothing is lost, and nothing counts twice.
extension BookCheck {
    /// Of each interval that all communities have settled in which a meter takes part with less than all of its energy, the parts are those of
    /// its whole: the sum of all parts, and of what takes part in none.
    ///
    /// That this whole is what the readings say is for ``telescoping`` and ``intervalEnergy``. Left out: what is due again or came too late in
    /// one of the communities, which then may tell another whole than the others do.
    static let parts = BookCheck(
        name: "parts",
        claim:
            "a meter's parts are its factors of its whole, and what takes part in none stands once, in its first community",
        unit: "intervals of meters",
        common: """
            with \(openSpans), held as materialized (
                select a.community_id, a.device_id, a.interval_start as at, s.interval_end as until_at, a.import_wh, a.export_wh,
                       a.unshared_import_wh, a.unshared_export_wh, p.participation_ppm as ppm
                from energy.attribution a
                join energy.interval_status s
                    on s.community_id = a.community_id and s.interval_start = a.interval_start and s.revision = a.revision
                join energy.participation p
                    on p.community_id = a.community_id and p.device_id = a.device_id and p.valid_during @> a.interval_start
                where p.participation_ppm < 1000000 or a.unshared_import_wh is not null
            ), whole as materialized (
                select w.* from (
                    select device_id, at, max(until_at) as until_at, count(*) as rows, min(community_id) as first, sum(ppm) as ppm,
                           sum(import_wh + coalesce(unshared_import_wh, 0)) as import_wh,
                           sum(export_wh + coalesce(unshared_export_wh, 0)) as export_wh
                    from held group by device_id, at) w
                where w.rows = (select count(*) from energy.participation p where p.device_id = w.device_id and p.valid_during @> w.at)
                    and not exists (
                        select from open o where o.device_id = w.device_id and o.from_at <= w.until_at and o.until_at >= w.at)
            ), part as (
                select c.code, d.hub_device_id, r.*, w.import_wh as whole_import_wh, w.export_wh as whole_export_wh, w.first, w.ppm as sum_ppm,
                       div(w.import_wh * r.ppm, 1000000) as part_import_wh, div(w.export_wh * r.ppm, 1000000) as part_export_wh
                from held r
                join whole w on w.device_id = r.device_id and w.at = r.at
                join energy.community c on c.community_id = r.community_id
                join energy.device d on d.device_id = r.device_id
            )
            """,
        count: "select count(*) from whole",
        contradictions: """
            select format('%s, interval %s: the meter''s factors sum to %s ppm', hub_device_id, to_char(at, \(instant)), sum_ppm)
            from part where sum_ppm > 1000000 and community_id = first
            union all
            select format('%s, %s, interval %s: the part is %s Wh import and %s Wh export, but %s ppm of %s and %s Wh are %s and %s', code,
                          hub_device_id, to_char(at, \(instant)), import_wh, export_wh, ppm, whole_import_wh, whole_export_wh,
                          part_import_wh, part_export_wh)
            from part where (import_wh, export_wh) <> (part_import_wh, part_export_wh)
            union all
            select format('%s, %s, interval %s: %s Wh import and %s Wh export take part in no community, but %s', code, hub_device_id,
                          to_char(at, \(instant)), unshared_import_wh, unshared_export_wh,
                          case when ppm = 1000000 then 'all of the meter takes part here'
                               when unshared_import_wh + unshared_export_wh = 0 then 'none is not told'
                               else 'another community of the meter comes first' end)
            from part
            where unshared_import_wh is not null
                and (ppm = 1000000 or community_id <> first or unshared_import_wh + unshared_export_wh = 0)
            """
    )

    /// `whole`: what each meter measured in each interval that all communities have settled in which it takes part then, under the number of
    /// the first of them.
    static let wholes = """
        held as not materialized (
            select a.community_id, a.device_id, a.interval_start as at, s.interval_end as until_at, a.import_wh, a.export_wh,
                   a.unshared_import_wh, a.unshared_export_wh, p.participation_ppm as ppm
            from energy.attribution a
            join energy.interval_status s
                on s.community_id = a.community_id and s.interval_start = a.interval_start and s.revision = a.revision
            join energy.participation p
                on p.community_id = a.community_id and p.device_id = a.device_id and p.valid_during @> a.interval_start
        ), whole as materialized (
            select community_id, device_id, at, until_at, import_wh, export_wh from held where ppm = 1000000
            union all
            select w.community_id, w.device_id, w.at, w.until_at, w.import_wh, w.export_wh
            from (select min(community_id) as community_id, device_id, at, max(until_at) as until_at, count(*) as rows,
                         sum(import_wh + coalesce(unshared_import_wh, 0))::bigint as import_wh,
                         sum(export_wh + coalesce(unshared_export_wh, 0))::bigint as export_wh
                  from held where ppm < 1000000 group by device_id, at) w
            where w.rows = (select count(*) from energy.participation p where p.device_id = w.device_id and p.valid_during @> w.at)
        )
        """

    /// `open`: when meters are due again in one of their communities, or something came too late there.
    static let openSpans = """
        open as materialized (
            select device_id, from_at, until_at from energy.due_mark
            union all
            select p.device_id, q.from_at, q.until_at
            from (select community_id, from_at, until_at from energy.due_span
                  union all
                  select community_id, from_at, until_at from energy.late_span) q
            join energy.participation p on p.community_id = q.community_id
            where q.from_at <= q.until_at and p.valid_during && tstzrange(q.from_at, q.until_at, '[]')
        )
        """
}
