-- Views that are right with meters in several communities, on every local day, month and year, and completeness as data. The columns that
-- were there before stay as and where they were.

-- Days, months and years are those of a community's zone, intervals lie on a grid in UTC, and an interval belongs to the day in which it
-- begins. Where a zone is half an hour off the grid, a day of 24 hourly intervals neither begins nor ends with one. So what is complete is
-- told by counting the intervals that begin within a day, not by comparing lengths.

-- The first edge of the grid at or after an instant.
create function energy.on_grid(at timestamptz, minutes integer) returns timestamptz
    language sql stable parallel safe
return date_bin(make_interval(mins => minutes), at + make_interval(mins => minutes) - interval '1 microsecond', timestamptz '1970-01-01Z');

-- How many intervals begin within [from_at, until_at).
create function energy.intervals_begin(from_at timestamptz, until_at timestamptz, minutes integer) returns bigint
    language sql stable parallel safe
return (extract(epoch from energy.on_grid(until_at, minutes) - energy.on_grid(from_at, minutes)) / (60 * minutes))::bigint;

------------------------------------------------------------------------------------------------------------- intervals

create or replace view energy.current_attribution as
select c.code as community, m.code as member, d.hub_device_id,
       a.interval_start, s.interval_end, s.state, a.quality,
       a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh, a.surplus_wh,
       a.community_id, d.member_id, a.device_id, a.revision, a.settled_at,
       a.unshared_import_wh, a.unshared_export_wh
from energy.attribution a
join energy.interval_status s
    on s.community_id = a.community_id and s.interval_start = a.interval_start and s.revision = a.revision
join energy.community c on c.community_id = a.community_id
join energy.device d on d.device_id = a.device_id
left join energy.member m on m.member_id = d.member_id;
comment on view energy.current_attribution is
    'The attribution that counts: of each interval the newest revision; of each meter the part that takes part in the community.';

create view energy.unshared_energy as
select device_id, hub_device_id, interval_start, unshared_import_wh as import_wh, unshared_export_wh as export_wh, interval_end, member, member_id
from energy.current_attribution
where unshared_import_wh is not null;
comment on view energy.unshared_energy is 'What of a meter takes part in no community, where that is anything: all of it is grid, or surplus.';

create or replace view energy.member_interval as
with part as (
    -- In which communities the meters of a community's members take part.
    select distinct m.community_id as home_id, p.community_id
    from energy.participation p
    join energy.device d using (device_id)
    join energy.member m using (member_id)
), due as (
    -- From when to when how many values a member has per interval of a length: one for each meter in each community.
    select member_id, length, tstzrange(at, lead(at) over (partition by member_id, length order by at)) as during,
           sum(sum(change)) over (partition by member_id, length order by at) as values
    from (
        select d.member_id, make_interval(mins => r.interval_minutes) as length, p.valid_during * r.valid_during as during
        from energy.participation p
        join energy.device d using (device_id)
        join energy.community_rule r on r.community_id = p.community_id and r.valid_during && p.valid_during
        where d.member_id is not null
    ) as p
    cross join lateral (values (coalesce(lower(during), '-infinity'), 1), (upper(during), -1)) as b (at, change)
    where at is not null
    group by member_id, length, at
)
select h.code as community, m.code as member, s.interval_start, s.interval_end,
       case when bool_or(s.state = 'provisional') then 'provisional' when bool_or(s.state = 'corrected') then 'corrected'
            else 'final' end as state,
       count(*) = coalesce(max(due.values), 0) as complete,
       sum(a.import_wh + coalesce(a.unshared_import_wh, 0))::bigint as import_wh, sum(a.community_wh)::bigint as community_wh,
       sum(a.grid_wh + coalesce(a.unshared_import_wh, 0))::bigint as grid_wh,
       sum(a.export_wh + coalesce(a.unshared_export_wh, 0))::bigint as export_wh, sum(a.shared_wh)::bigint as shared_wh,
       sum(a.surplus_wh + coalesce(a.unshared_export_wh, 0))::bigint as surplus_wh,
       h.community_id, m.member_id
from part
join energy.community h on h.community_id = part.home_id
join energy.interval_status s on s.community_id = part.community_id
cross join lateral (
    -- A fence (offset 0): interval by interval along the key, whatever the planner thinks of the conditions from outside.
    select * from energy.attribution a
    where a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision offset 0
) as a
join energy.device d on d.device_id = a.device_id
join energy.member m on m.member_id = d.member_id and m.community_id = h.community_id
left join due
    on due.member_id = m.member_id and due.length = s.interval_end - s.interval_start and due.during @> s.interval_start
group by h.community_id, m.member_id, s.interval_start, s.interval_end;
comment on view energy.member_interval is
    'A member''s energy per interval: of all its meters, in all communities that they take part in, and what takes part in none as grid and '
    'surplus. community is the member''s own. complete: every meter that takes part has a value in each of its communities.';

------------------------------------------------------------------------------------------------------------------ days

create or replace view energy.member_day as
with part as (
    select distinct m.community_id as home_id, p.community_id
    from energy.participation p
    join energy.device d using (device_id)
    join energy.member m using (member_id)
)
select t.community, t.member, t.day, t.state, t.values = e.values and e.covers as complete,
       t.import_wh, t.community_wh, t.grid_wh, t.export_wh, t.shared_wh, t.surplus_wh, t.community_id, t.member_id
from (
    select h.code as community, m.code as member, local.day,
           case when bool_or(s.state = 'provisional') then 'provisional' when bool_or(s.state = 'corrected') then 'corrected'
                else 'final' end as state,
           count(*) as values,
           sum(a.import_wh + coalesce(a.unshared_import_wh, 0))::bigint as import_wh, sum(a.community_wh)::bigint as community_wh,
           sum(a.grid_wh + coalesce(a.unshared_import_wh, 0))::bigint as grid_wh,
           sum(a.export_wh + coalesce(a.unshared_export_wh, 0))::bigint as export_wh, sum(a.shared_wh)::bigint as shared_wh,
           sum(a.surplus_wh + coalesce(a.unshared_export_wh, 0))::bigint as surplus_wh,
           h.community_id, m.member_id, h.time_zone
    from part
    join energy.community h on h.community_id = part.home_id
    join energy.interval_status s on s.community_id = part.community_id
    cross join lateral (select (s.interval_start at time zone h.time_zone)::date as day offset 0) as local
    cross join lateral (
        select * from energy.attribution a
        where a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision offset 0
    ) as a
    join energy.device d on d.device_id = a.device_id
    join energy.member m on m.member_id = d.member_id and m.community_id = h.community_id
    group by h.community_id, m.member_id, local.day
) as t
cross join lateral (
    select t.day::timestamp at time zone t.time_zone as starts, (t.day + 1)::timestamp at time zone t.time_zone as ends
) as b
cross join lateral (
    -- How many values the registry asks for, and whether the member takes part all day. A participation that begins with the day's first
    -- interval covers the day's beginning.
    select sum(energy.intervals_begin(greatest(lower(p.during), b.starts), least(upper(p.during), b.ends), p.minutes)) as values,
           range_agg(tstzrange(
               nullif(greatest(lower(p.during), energy.on_grid(b.starts, p.minutes)), energy.on_grid(b.starts, p.minutes)), upper(p.during)
           )) @> tstzrange(b.starts, b.ends) as covers
    from (
        select p.valid_during * r.valid_during as during, r.interval_minutes::integer as minutes
        from energy.device d
        join energy.participation p on p.device_id = d.device_id
        join energy.community_rule r on r.community_id = p.community_id
        where d.member_id = t.member_id and p.valid_during * r.valid_during && tstzrange(b.starts, b.ends)
    ) as p
) as e;
comment on view energy.member_day is
    'A member''s energy per local day of its community, summed as in member_interval; 23 or 25 hours long when the clocks change. complete: the '
    'member takes part all day, and every meter has a value in each of its communities for every interval that begins on that day.';

create or replace view energy.community_day as
select t.community, t.day, t.state, t.is_whole and t.intervals = e.intervals and e.covers as complete,
       t.import_wh, t.community_wh, t.grid_wh, t.export_wh, t.shared_wh, t.surplus_wh, t.community_id
from (
    select c.code as community, local.day,
           case when bool_or(s.state = 'provisional') then 'provisional' when bool_or(s.state = 'corrected') then 'corrected'
                else 'final' end as state,
           count(*) as intervals, bool_and(s.received = s.expected) as is_whole,
           coalesce(sum(i.import_wh), 0)::bigint as import_wh, coalesce(sum(i.community_wh), 0)::bigint as community_wh,
           coalesce(sum(i.grid_wh), 0)::bigint as grid_wh, coalesce(sum(i.export_wh), 0)::bigint as export_wh,
           coalesce(sum(i.shared_wh), 0)::bigint as shared_wh, coalesce(sum(i.surplus_wh), 0)::bigint as surplus_wh,
           c.community_id, c.time_zone
    from energy.interval_status s
    join energy.community c on c.community_id = s.community_id
    cross join lateral (select (s.interval_start at time zone c.time_zone)::date as day offset 0) as local
    cross join lateral (
        select sum(a.import_wh) as import_wh, sum(a.community_wh) as community_wh, sum(a.grid_wh) as grid_wh,
               sum(a.export_wh) as export_wh, sum(a.shared_wh) as shared_wh, sum(a.surplus_wh) as surplus_wh
        from energy.attribution a
        where a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
    ) as i
    group by c.community_id, local.day
) as t
cross join lateral (
    select t.day::timestamp at time zone t.time_zone as starts, (t.day + 1)::timestamp at time zone t.time_zone as ends
) as b
cross join lateral (
    select sum(energy.intervals_begin(greatest(lower(r.during), b.starts), least(upper(r.during), b.ends), r.minutes)) as intervals,
           range_agg(tstzrange(
               nullif(greatest(lower(r.during), energy.on_grid(b.starts, r.minutes)), energy.on_grid(b.starts, r.minutes)), upper(r.during)
           )) @> tstzrange(b.starts, b.ends) as covers
    from (
        select r.valid_during as during, r.interval_minutes::integer as minutes
        from energy.community_rule r
        where r.community_id = t.community_id and r.valid_during && tstzrange(b.starts, b.ends)
    ) as r
) as e;
comment on view energy.community_day is
    'A community''s energy per local day: the parts of the meters that take part in it. complete: every interval that begins on that day is '
    'settled and no meter is missing.';

create view energy.completeness_day as
select t.community, m.code as member, d.hub_device_id, t.day, t.expected, t.received, t.estimated, t.missing, t.first_gap, t.last_gap,
       t.community_id, d.member_id, t.device_id
from (
    select c.code as community, c.community_id, v.device_id, local.day,
           count(*) as expected, count(*) filter (where v.quality in ('M', 'S')) as received,
           count(*) filter (where v.quality = 'E') as estimated, count(*) filter (where v.quality is null) as missing,
           min(s.interval_start) filter (where v.quality is null) as first_gap,
           max(s.interval_start) filter (where v.quality is null) as last_gap
    from energy.interval_status s
    join energy.community c on c.community_id = s.community_id
    cross join lateral (select (s.interval_start at time zone c.time_zone)::date as day offset 0) as local
    cross join lateral (
        select a.device_id, a.quality
        from energy.attribution a
        where a.community_id = s.community_id and a.interval_start = s.interval_start and a.revision = s.revision
        union all
        select device_id, null from unnest(s.missing) as device_id
    ) as v
    group by c.community_id, v.device_id, local.day
) as t
join energy.device d on d.device_id = t.device_id
left join energy.member m on m.member_id = d.member_id;
comment on view energy.completeness_day is
    'What is there of each meter in a community on a local day, in settled intervals: expected = received (measured or substituted) + estimated + '
    'missing; first_gap and last_gap are the starts of the first and the last missing one. Intervals that were settled before version 7 of the '
    'schema do not say which meters were missing, so that these count there neither as expected nor as missing.';

------------------------------------------------------------------------------------------------------- months and years

create view energy.member_month as
select d.community, d.member, date_trunc('month', d.day::timestamp)::date as month,
       case when bool_or(d.state = 'provisional') then 'provisional' when bool_or(d.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(d.complete) and sum(((d.day + 1)::timestamp at time zone c.time_zone) - (d.day::timestamp at time zone c.time_zone)) =
           ((date_trunc('month', d.day::timestamp) + interval '1 month') at time zone c.time_zone)
         - (date_trunc('month', d.day::timestamp) at time zone c.time_zone) as complete,
       sum(d.import_wh)::bigint as import_wh, sum(d.community_wh)::bigint as community_wh, sum(d.grid_wh)::bigint as grid_wh,
       sum(d.export_wh)::bigint as export_wh, sum(d.shared_wh)::bigint as shared_wh, sum(d.surplus_wh)::bigint as surplus_wh,
       d.community_id, d.member_id
from energy.member_day d
join energy.community c on c.community_id = d.community_id
group by d.community_id, d.community, d.member_id, d.member, c.time_zone, date_trunc('month', d.day::timestamp);
comment on view energy.member_month is
    'A member''s energy per local month, named by its first day. complete: all of its days are.';

create view energy.member_year as
select m.community, m.member, extract(year from m.month)::integer as year,
       case when bool_or(m.state = 'provisional') then 'provisional' when bool_or(m.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(m.complete) and count(*) = 12 as complete,
       sum(m.import_wh)::bigint as import_wh, sum(m.community_wh)::bigint as community_wh, sum(m.grid_wh)::bigint as grid_wh,
       sum(m.export_wh)::bigint as export_wh, sum(m.shared_wh)::bigint as shared_wh, sum(m.surplus_wh)::bigint as surplus_wh,
       m.community_id, m.member_id
from energy.member_month m
group by m.community_id, m.community, m.member_id, m.member, extract(year from m.month)::integer;
comment on view energy.member_year is 'A member''s energy per local year. complete: all of its months are.';

create view energy.community_month as
select d.community, date_trunc('month', d.day::timestamp)::date as month,
       case when bool_or(d.state = 'provisional') then 'provisional' when bool_or(d.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(d.complete) and sum(((d.day + 1)::timestamp at time zone c.time_zone) - (d.day::timestamp at time zone c.time_zone)) =
           ((date_trunc('month', d.day::timestamp) + interval '1 month') at time zone c.time_zone)
         - (date_trunc('month', d.day::timestamp) at time zone c.time_zone) as complete,
       sum(d.import_wh)::bigint as import_wh, sum(d.community_wh)::bigint as community_wh, sum(d.grid_wh)::bigint as grid_wh,
       sum(d.export_wh)::bigint as export_wh, sum(d.shared_wh)::bigint as shared_wh, sum(d.surplus_wh)::bigint as surplus_wh,
       d.community_id
from energy.community_day d
join energy.community c on c.community_id = d.community_id
group by d.community_id, d.community, c.time_zone, date_trunc('month', d.day::timestamp);
comment on view energy.community_month is
    'A community''s energy per local month, named by its first day. complete: all of its days are.';

create view energy.community_year as
select m.community, extract(year from m.month)::integer as year,
       case when bool_or(m.state = 'provisional') then 'provisional' when bool_or(m.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(m.complete) and count(*) = 12 as complete,
       sum(m.import_wh)::bigint as import_wh, sum(m.community_wh)::bigint as community_wh, sum(m.grid_wh)::bigint as grid_wh,
       sum(m.export_wh)::bigint as export_wh, sum(m.shared_wh)::bigint as shared_wh, sum(m.surplus_wh)::bigint as surplus_wh,
       m.community_id
from energy.community_month m
group by m.community_id, m.community, extract(year from m.month)::integer;
comment on view energy.community_year is 'A community''s energy per local year. complete: all of its months are.';
