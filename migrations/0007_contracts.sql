-- Meters in several communities, shares by the hour, intervals that become final by the calendar and are closed at last, and missing meters by name.

-- What retention dropped before energy.sealed was there ends where the oldest partition that is left begins.
insert into energy.sealed
select r.relation, min((bounds[1])::timestamptz)
from unnest('{reading,interval_reading}'::text[]) as r (relation)
join pg_inherits i on i.inhparent = ('energy.' || r.relation)::regclass
join pg_class c on c.oid = i.inhrelid
cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''([^'']+)''\) TO') as bounds
where exists (select from energy.reading_event e where e.kind = 'retention' and e.relation = r.relation)
group by r.relation
on conflict do nothing;

-------------------------------------------------------------------------------------------------------------- contracts

alter table energy.community_rule
    add column final_day   smallint check (final_day between 1 and 28),
    add column final_time  time,
    add column corrections interval check (corrections >= interval '0'),
    add check ((final_day is null) = (final_time is null));
comment on column energy.community_rule.finality is 'How long after its end an interval becomes final; not looked at where final_day is given.';
comment on column energy.community_rule.final_day is
    'The intervals of a local month become final on this day of the next one, at final_time of the community''s zone.';
comment on column energy.community_rule.corrections is
    'How long after its end an interval follows late readings by itself; null: as long as its readings are kept.';

-- Rows of one profile have the same span; profiles of a community do not overlap.
create table energy.share_profile (
    community_id integer not null references energy.community,
    device_id    integer not null references energy.device,
    valid_during tstzrange not null,
    shares       integer[] not null,
    source       text not null,
    applied_by   text not null default current_user,
    applied_at   timestamptz not null default now(),
    primary key (community_id, device_id, valid_during),
    check (not isempty(valid_during) and not lower_inf(valid_during) and not upper_inf(valid_during)),
    check (cardinality(shares) * interval '1 hour' = upper(valid_during) - lower(valid_during)),
    check (0 <= all (shares) and array_position(shares, null) is null),
    exclude using gist (
        int4range(community_id, community_id, '[]') with &&, int4range(device_id, device_id, '[]') with &&, valid_during with &&
    )
);
comment on table energy.share_profile is
    'Fixed shares by the hour. In the hours of a community''s profile they count instead of participation.share_ppm; a meter that it does not name has none.';
comment on column energy.share_profile.shares is 'Parts per million, one for each hour of valid_during; an interval has those of the hour in which it begins.';

------------------------------------------------------------------------------------------------------------- settlement

-- The whole of a meter is the sum of its parts in its communities and of what takes part in none, which stands beside its part in
-- that of its communities which has the smallest number.
alter table energy.attribution
    add column unshared_import_wh bigint,
    add column unshared_export_wh bigint,
    -- Not valid: the rows that are there have nulls, and need not be read for that while nobody can use the table.
    add check (unshared_import_wh >= 0) not valid,
    add check (unshared_export_wh >= 0) not valid,
    add check ((unshared_import_wh is null) = (unshared_export_wh is null)) not valid;
comment on column energy.attribution.import_wh is 'The part of the meter''s import that takes part in this community: community + grid.';
comment on column energy.attribution.unshared_import_wh is
    'What of the meter''s import takes part in no community, beside the part in the first of its communities; null elsewhere, and if there is none.';

alter table energy.interval_status add column missing integer[];
comment on column energy.interval_status.missing is
    'The device_id of each meter that should have a value and has none, ascending; null: none, or settled before version 7 of the schema.';

alter table energy.due_mark add column received_at timestamptz;
comment on column energy.due_mark.received_at is
    'The quarter-hour in which the readings were received, by which they may be too late for corrections; null: nothing is too late.';
alter table energy.due_span add column received_at timestamptz;
comment on column energy.due_span.received_at is
    'As of due_mark: what is closed by then stays as it is; null: nothing is closed.';

create table energy.late_span (
    community_id integer not null references energy.community,
    from_at      timestamptz not null,
    until_at     timestamptz not null check (until_at > from_at),
    noted_at     timestamptz not null default now()
);
create index late_span_community on energy.late_span (community_id);
comment on table energy.late_span is
    'Settled intervals that readings would change, had they not come after the time for corrections: they stay as they are until somebody settles them again.';
