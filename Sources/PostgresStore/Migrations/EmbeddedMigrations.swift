// Generated from migrations/*.sql by migrations/embed; change the SQL files and run that.
// swift-format-ignore-file

/// The migrations that are built into the program, in order.
public enum EmbeddedMigrations {
    /// All of them.
    public static let all: [Migration] = [
Migration(number: 1, name: "core", sql: ##"""
-- Wattsource's tables, in one schema, which the migrator has made. Names and columns of what users query are a contract (README, "Tables and views").
-- Every unique key of a partitioned table begins with the device or the community, so that the schema can be distributed.

comment on schema energy is 'Wattsource: what the meters said (reading) and what it means (attribution).';

-- One row: the versions that a batch decides by. Read under the batch gate (see ARCHITECTURE.md, "The gate").
create table energy.control (
    singleton        boolean primary key default true check (singleton),
    registry_version bigint not null default 0,
    horizon          timestamptz not null default '-infinity'
);
insert into energy.control default values;
comment on column energy.control.horizon is 'No interval beyond it is settled: a batch marks what it touches before it.';

---------------------------------------------------------------------------------------------------------------- registry

create table energy.community (
    community_id integer generated always as identity primary key,
    code         text not null unique check (code ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    name         text not null,
    time_zone    text not null
);

create table energy.community_rule (
    community_id     integer not null references energy.community,
    valid_during     tstzrange not null check (not isempty(valid_during)),
    interval_minutes smallint not null check (interval_minutes in (15, 30, 60)),
    sharing_key      text not null check (sharing_key in (
        'proportional', 'static', 'static-multi-round', 'hybrid', 'equal', 'priority', 'pool')),
    rounds           text not null default 'one' check (rounds in ('one', 'many')),
    remainder        text not null default 'largest-remainder' check (remainder in ('largest-remainder', 'surplus')),
    grace            interval not null check (grace >= interval '0'),
    finality         interval not null check (finality >= interval '0'),
    primary key (community_id, valid_during),
    exclude using gist (int4range(community_id, community_id, '[]') with &&, valid_during with &&)
);

create table energy.member (
    member_id    integer generated always as identity primary key,
    community_id integer not null references energy.community,
    code         text not null check (code ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    name         text not null,
    kind         text not null default 'household' check (kind in ('household', 'business', 'public', 'supplier')),
    unique (community_id, code)
);

create table energy.device (
    device_id        integer generated always as identity primary key,
    hub_device_id    text not null unique check (octet_length(hub_device_id) between 1 and 128),
    member_id        integer references energy.member,
    adapter          text not null default 'v1',
    kind             text not null default 'register' check (kind in ('register', 'interval')),
    time_zone        text,
    connection_watts integer check (connection_watts > 0),
    inverter_watts   integer check (inverter_watts >= 0),
    register_digits  smallint check (register_digits between 1 and 9),
    registers        text not null default 'both' check (registers in ('both', 'import', 'export')),
    status           text not null default 'enabled' check (status in ('enabled', 'disabled')),
    generation_id    text
);
create index device_member on energy.device (member_id);

create table energy.participation (
    device_id         integer not null references energy.device,
    community_id      integer not null references energy.community,
    valid_during      tstzrange not null check (not isempty(valid_during)),
    participation_ppm integer not null default 1000000 check (participation_ppm between 1 and 1000000),
    share_ppm         integer check (share_ppm between 0 and 1000000),
    priority          integer,
    primary key (device_id, community_id, valid_during),
    exclude using gist (
        int4range(device_id, device_id, '[]') with &&, int4range(community_id, community_id, '[]') with &&,
        valid_during with &&
    )
);
create index participation_community on energy.participation (community_id);

---------------------------------------------------------------------------------------------------------------- readings

-- device_id has no foreign key: it would cost a look-up per row. A batch decides under a registry version that it checks
-- in its transaction, and devices are never deleted, so a row cannot name a device that is not there.
create table energy.reading (
    measured_at timestamptz not null,
    received_at timestamptz not null,
    import_wh   bigint check (import_wh between 0 and 1000000000000),
    export_wh   bigint check (export_wh between 0 and 1000000000000),
    device_id   integer not null,
    flags       smallint not null default 0,
    quality     "char" not null check (quality in ('M', 'S', 'E', 'F', 'N')),
    primary key (device_id, measured_at),
    check (import_wh is not null or export_wh is not null)
) partition by range (measured_at);
comment on table energy.reading is 'What the meters said: cumulative registers in Wh, one row per device and instant.';
comment on column energy.reading.received_at is 'The enqueued time of the record at the hub.';

create table energy.reading_history (
    device_id   integer not null,
    measured_at timestamptz not null,
    import_wh   bigint,
    export_wh   bigint,
    quality     "char" not null,
    flags       smallint not null,
    received_at timestamptz not null,
    cause       text not null check (cause in ('replaced', 'superseded')),
    recorded_at timestamptz not null default now()
);
create index reading_history_key on energy.reading_history (device_id, measured_at);
comment on table energy.reading_history is 'Readings that lost their place to another of the same device and time.';

create table energy.reading_event (
    event_id bigint generated always as identity primary key,
    kind     text not null check (kind in ('retention', 'replay', 'import', 'discard', 'erasure')),
    readings bigint not null,
    actor    text not null default current_user,
    reason   text not null,
    at       timestamptz not null default now()
);
comment on table energy.reading_event is
    'Every change to the number of rows of reading that did not come from the stream; readings is signed.';

create table energy.dead_letter (
    topic         text not null,
    partition     integer not null,
    incarnation   integer not null,
    record_offset bigint not null,
    reading_index integer not null,
    received_at   timestamptz not null,
    recorded_at   timestamptz not null default now(),
    reason        text not null,
    detail        text not null,
    hub_device_id text,
    payload       bytea,
    headers       jsonb not null,
    resolved_at   timestamptz,
    resolution    text,
    primary key (topic, partition, incarnation, record_offset, reading_index, received_at)
) partition by range (received_at);
comment on column energy.dead_letter.reading_index is 'The reading''s place in its record, from 0; -1: the whole record.';
comment on column energy.dead_letter.headers is
    'The record''s headers; empty for the second and later refused readings of one record.';
comment on column energy.dead_letter.payload is
    'The record''s value; null for the second and later refused readings of one record.';

-------------------------------------------------------------------------------------------------------------- the stream

create table energy.stream_position (
    topic               text not null,
    partition           integer not null,
    incarnation         integer not null default 0,
    first_offset        bigint not null,
    next_offset         bigint not null,
    epoch               bigint not null default 0,
    owner               text,
    owner_pid           integer,
    owner_backend_start timestamptz,
    state               text not null default 'running' check (state in ('running', 'halted')),
    halt_reason         text,
    watermark           timestamptz,
    at_end_since        timestamptz,
    anchor_hash         bigint,
    ledger_offset       bigint,
    updated_at          timestamptz not null default now(),
    primary key (topic, partition),
    check (next_offset >= first_offset)
) with (fillfactor = 50);
comment on column energy.stream_position.next_offset is 'The first offset that is not in the database yet.';
comment on column energy.stream_position.epoch is 'The fence: raised by every take-over, compared by every batch.';
comment on column energy.stream_position.watermark is 'Running maximum of enqueued time before next_offset.';
comment on column energy.stream_position.anchor_hash is 'Hash of the record at next_offset - 1, by which a re-created topic shows.';
comment on column energy.stream_position.ledger_offset is 'first_offset of this partition''s newest row of ingest_batch.';

create table energy.ingest_batch (
    topic           text not null,
    partition       integer not null,
    incarnation     integer not null,
    first_offset    bigint not null,
    last_offset     bigint not null,
    epoch           bigint not null,
    records         bigint not null,
    skipped_records bigint not null,
    refused_records bigint not null,
    readings        bigint not null,
    accepted        bigint not null,
    duplicate       bigint not null,
    replaced        bigint not null,
    superseded      bigint not null,
    rejected        bigint not null,
    opened_at       timestamptz not null default now(),
    committed_at    timestamptz not null default now(),
    primary key (topic, partition, incarnation, first_offset),
    check (last_offset >= first_offset),
    check (readings = accepted + duplicate + replaced + superseded + rejected)
);
comment on table energy.ingest_batch is 'The ledger: what became of every offset that was consumed.';

create table energy.stream_gap (
    topic       text not null,
    partition   integer not null,
    incarnation integer not null,
    from_offset bigint not null,
    to_offset   bigint not null,
    cause       text not null,
    accepted_by text not null default current_user,
    accepted_at timestamptz not null default now(),
    primary key (topic, partition, incarnation, from_offset),
    check (to_offset >= from_offset)
);
comment on table energy.stream_gap is 'Offsets that somebody agreed to do without: [from_offset, to_offset).';

-------------------------------------------------------------------------------------------------------------- settlement

create table energy.due_mark (
    device_id integer not null,
    from_at   timestamptz not null,
    until_at  timestamptz not null
);
comment on table energy.due_mark is 'Append-only: a reading of the device touched registers in (from_at, until_at) behind the horizon.';

create table energy.due_span (
    community_id integer not null references energy.community,
    from_at      timestamptz not null,
    until_at     timestamptz not null,
    cause        text not null
);
create index due_span_community on energy.due_span (community_id);
comment on table energy.due_span is 'Spans of communities that are to be settled again.';

create table energy.community_settlement (
    community_id  integer primary key references energy.community,
    settled_until timestamptz,
    next_due_at   timestamptz not null default '-infinity'
) with (fillfactor = 50);
create index community_settlement_due on energy.community_settlement (next_due_at);
comment on column energy.community_settlement.next_due_at is 'The watermark at which the next interval is due (its end plus grace).';

create table energy.attribution (
    interval_start timestamptz not null,
    settled_at     timestamptz not null default now(),
    import_wh      bigint not null,
    community_wh   bigint not null,
    grid_wh        bigint not null,
    export_wh      bigint not null,
    shared_wh      bigint not null,
    surplus_wh     bigint not null,
    community_id   integer not null,
    device_id      integer not null,
    revision       smallint not null default 0,
    quality        "char" not null check (quality in ('M', 'S', 'E')),
    primary key (community_id, interval_start, device_id, revision),
    check (community_wh >= 0 and grid_wh >= 0 and community_wh + grid_wh = import_wh),
    check (shared_wh >= 0 and surplus_wh >= 0 and shared_wh + surplus_wh = export_wh)
) partition by range (interval_start);
comment on table energy.attribution is 'What the readings mean: each meter''s Wh of an interval, split by origin and destination.';

create table energy.interval_status (
    community_id   integer not null references energy.community,
    interval_start timestamptz not null,
    interval_end   timestamptz not null,
    final_at       timestamptz not null,
    settled_at     timestamptz not null default now(),
    expected       integer not null,
    received       integer not null,
    revision       smallint not null default 0,
    state          text not null check (state in ('provisional', 'final', 'corrected')),
    cause          text,
    primary key (community_id, interval_start)
);
create index interval_status_final on energy.interval_status (final_at) where state = 'provisional';
comment on table energy.interval_status is 'The life of every settled interval; one that has no row is open.';
comment on column energy.interval_status.final_at is 'The watermark at which a provisional interval becomes final.';

create table energy.anomaly (
    anomaly_id  bigint generated always as identity primary key,
    device_id   integer not null references energy.device,
    kind        text not null,
    from_at     timestamptz not null,
    to_at       timestamptz not null,
    detail      text not null,
    found_at    timestamptz not null default now(),
    resolution  text,
    resolved_by text,
    resolved_at timestamptz,
    unique (device_id, from_at, to_at, kind)
);

-------------------------------------------------------------------------------------------------------------- partitions

-- Makes the partition of a table that holds a UTC day, if it is not there. By month unless days of that month already have
-- partitions of their own. The name says the span: reading_201608 or reading_20160801. Created standalone, then attached, so
-- that the parent is locked only for an instant; waits at most lock_timeout for that.
create function energy.ensure_partition(parent text, day date, width text) returns boolean
    language plpgsql security definer set search_path = pg_catalog, energy, pg_temp
    set lock_timeout = '2s' set timezone = 'UTC' set datestyle = 'ISO, YMD'
as $$
declare
    month_name text := parent || '_' || to_char(day, 'YYYYMM');
    day_name   text := parent || '_' || to_char(day, 'YYYYMMDD');
    child      text;
    lower_at   timestamptz;
    upper_at   timestamptz;
begin
    if parent not in ('reading', 'attribution', 'dead_letter') then
        raise exception 'energy.% is not partitioned by wattsource', parent;
    end if;
    if width not in ('day', 'month') then
        raise exception 'the width of partitions is day or month, not %', width;
    end if;
    if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = ('energy.' || parent)::regclass and c.relname in (month_name, day_name)) then
        return false;
    end if;
    perform pg_advisory_xact_lock(hashtext('wattsource.partition'), hashtext(parent));
    if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = ('energy.' || parent)::regclass and c.relname in (month_name, day_name)) then
        return false;
    end if;
    if width = 'day' or exists (
        select from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = ('energy.' || parent)::regclass and c.relname like month_name || '__') then
        child := day_name;
        lower_at := day::timestamp at time zone 'UTC';
        upper_at := (day + 1)::timestamp at time zone 'UTC';
    else
        child := month_name;
        lower_at := date_trunc('month', day::timestamp) at time zone 'UTC';
        upper_at := (date_trunc('month', day::timestamp) + interval '1 month') at time zone 'UTC';
    end if;
    execute format('create table energy.%I (like energy.%I including defaults including constraints)',
                   child, parent);
    execute format('alter table energy.%I attach partition energy.%I for values from (%L) to (%L)',
                   parent, child, lower_at, upper_at);
    return true;
end
$$;
revoke execute on function energy.ensure_partition from public;

------------------------------------------------------------------------------------------------------------------- views

create view energy.current_attribution as
select c.code as community, m.code as member, d.hub_device_id,
       a.interval_start, s.interval_end, s.state, a.quality,
       a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh, a.surplus_wh,
       a.community_id, d.member_id, a.device_id, a.revision, a.settled_at
from energy.attribution a
join energy.interval_status s
    on s.community_id = a.community_id and s.interval_start = a.interval_start and s.revision = a.revision
join energy.community c on c.community_id = a.community_id
join energy.device d on d.device_id = a.device_id
left join energy.member m on m.member_id = d.member_id;
comment on view energy.current_attribution is 'The attribution that counts: of each interval the newest revision.';

create view energy.member_interval as
with meters as (
    -- From when to when how many of a member's meters take part: the running sum of beginnings and ends.
    select community_id, member_id, tstzrange(at, lead(at) over (partition by community_id, member_id order by at)) as during,
           sum(sum(change)) over (partition by community_id, member_id order by at) as meters
    from energy.participation p
    join energy.device d using (device_id)
    cross join lateral (values (coalesce(lower(p.valid_during), '-infinity'), 1), (upper(p.valid_during), -1)) as b (at, change)
    where b.at is not null and d.member_id is not null
    group by community_id, member_id, at
)
select a.community, a.member, a.interval_start, min(a.interval_end) as interval_end, min(a.state) as state,
       count(*) = coalesce(max(m.meters), 0) as complete,
       sum(a.import_wh)::bigint as import_wh, sum(a.community_wh)::bigint as community_wh,
       sum(a.grid_wh)::bigint as grid_wh, sum(a.export_wh)::bigint as export_wh,
       sum(a.shared_wh)::bigint as shared_wh, sum(a.surplus_wh)::bigint as surplus_wh,
       a.community_id, a.member_id
from energy.current_attribution a
left join meters m
    on m.community_id = a.community_id and m.member_id = a.member_id and m.during @> a.interval_start
where a.member_id is not null
group by a.community_id, a.community, a.member_id, a.member, a.interval_start;
comment on view energy.member_interval is
    'A member''s energy per interval; complete: every meter that takes part has a value.';

-- Days are those of the community's zone: 23 or 25 hours long when the clocks change.
create view energy.member_day as
select i.community, i.member, (i.interval_start at time zone c.time_zone)::date as day,
       case when bool_or(i.state = 'provisional') then 'provisional' when bool_or(i.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(i.complete) and sum(i.interval_end - i.interval_start) =
           (((i.interval_start at time zone c.time_zone)::date + 1)::timestamp at time zone c.time_zone)
         - ((i.interval_start at time zone c.time_zone)::date::timestamp at time zone c.time_zone) as complete,
       sum(i.import_wh)::bigint as import_wh, sum(i.community_wh)::bigint as community_wh,
       sum(i.grid_wh)::bigint as grid_wh, sum(i.export_wh)::bigint as export_wh,
       sum(i.shared_wh)::bigint as shared_wh, sum(i.surplus_wh)::bigint as surplus_wh,
       i.community_id, i.member_id
from energy.member_interval i
join energy.community c using (community_id)
group by i.community_id, i.community, i.member_id, i.member, c.time_zone, (i.interval_start at time zone c.time_zone)::date;
comment on view energy.member_day is
    'A member''s energy per local day; complete: every interval of the day is settled with every meter''s value.';

create view energy.community_day as
with by_interval as (
    select a.community_id, a.community, a.interval_start,
           sum(a.import_wh) as import_wh, sum(a.community_wh) as community_wh, sum(a.grid_wh) as grid_wh,
           sum(a.export_wh) as export_wh, sum(a.shared_wh) as shared_wh, sum(a.surplus_wh) as surplus_wh
    from energy.current_attribution a
    group by a.community_id, a.community, a.interval_start
)
select c.code as community, (s.interval_start at time zone c.time_zone)::date as day,
       case when bool_or(s.state = 'provisional') then 'provisional' when bool_or(s.state = 'corrected') then 'corrected'
            else 'final' end as state,
       bool_and(s.received = s.expected) and sum(s.interval_end - s.interval_start) =
           (((s.interval_start at time zone c.time_zone)::date + 1)::timestamp at time zone c.time_zone)
         - ((s.interval_start at time zone c.time_zone)::date::timestamp at time zone c.time_zone) as complete,
       coalesce(sum(b.import_wh), 0)::bigint as import_wh, coalesce(sum(b.community_wh), 0)::bigint as community_wh,
       coalesce(sum(b.grid_wh), 0)::bigint as grid_wh, coalesce(sum(b.export_wh), 0)::bigint as export_wh,
       coalesce(sum(b.shared_wh), 0)::bigint as shared_wh, coalesce(sum(b.surplus_wh), 0)::bigint as surplus_wh,
       c.community_id
from energy.interval_status s
join energy.community c using (community_id)
left join by_interval b on b.community_id = s.community_id and b.interval_start = s.interval_start
group by c.community_id, c.code, c.time_zone, (s.interval_start at time zone c.time_zone)::date;
comment on view energy.community_day is
    'A community''s energy per local day; complete: every interval of the day is settled and no meter is missing.';

"""##),
Migration(number: 2, name: "interval_readings", sql: ##"""
-- Meters that report the energy of intervals; corrections by hand and what they leave behind.

alter table energy.device add column interval_seconds integer
    check (interval_seconds in (300, 900, 1800, 3600)),
    add check ((kind = 'interval') = (interval_seconds is not null));
comment on column energy.device.interval_seconds is 'The length of a reading of kind interval; null for registers.';

create table energy.interval_reading (
    interval_start timestamptz not null,
    received_at    timestamptz not null,
    import_wh      bigint check (import_wh between 0 and 1000000000000),
    export_wh      bigint check (export_wh between 0 and 1000000000000),
    device_id      integer not null,
    seconds        integer not null check (seconds in (300, 900, 1800, 3600)),
    flags          smallint not null default 0,
    quality        "char" not null check (quality in ('M', 'S', 'E', 'F', 'N')),
    primary key (device_id, interval_start),
    check (import_wh is not null or export_wh is not null)
) partition by range (interval_start);
comment on table energy.interval_reading is
    'What meters of kind interval said: the energy of [interval_start, + seconds) in Wh, one row per device and start.';

-- A reading that lost its place may be either kind; measured_at is the start of an interval then.
alter table energy.reading_history add column seconds integer, add column event_id bigint;
comment on column energy.reading_history.seconds is 'The interval''s length; null: a register reading, with measured_at its instant.';
comment on column energy.reading_history.event_id is 'The reading_event by which a person took it out or put another in its place.';
alter table energy.reading_history drop constraint reading_history_cause_check,
    add check (cause in ('replaced', 'superseded', 'discarded'));

alter table energy.reading_event add column relation text not null default 'reading'
    check (relation in ('reading', 'interval_reading'));
comment on column energy.reading_event.relation is 'The table that gained or lost the rows.';

-- What a person has discarded stays out, however often the stream brings it again. Only an import by hand may take the place.
create table energy.reading_discard (
    device_id   integer not null,
    measured_at timestamptz not null,
    event_id    bigint not null references energy.reading_event,
    primary key (device_id, measured_at)
);
comment on table energy.reading_discard is 'Readings that somebody discarded: telemetry of that device and time goes to reading_history.';

create or replace function energy.ensure_partition(parent text, day date, width text) returns boolean
    language plpgsql security definer set search_path = pg_catalog, energy, pg_temp
    set lock_timeout = '2s' set timezone = 'UTC' set datestyle = 'ISO, YMD'
as $$
declare
    month_name text := parent || '_' || to_char(day, 'YYYYMM');
    day_name   text := parent || '_' || to_char(day, 'YYYYMMDD');
    child      text;
    lower_at   timestamptz;
    upper_at   timestamptz;
begin
    if parent not in ('reading', 'interval_reading', 'attribution', 'dead_letter') then
        raise exception 'energy.% is not partitioned by wattsource', parent;
    end if;
    if width not in ('day', 'month') then
        raise exception 'the width of partitions is day or month, not %', width;
    end if;
    if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = ('energy.' || parent)::regclass and c.relname in (month_name, day_name)) then
        return false;
    end if;
    perform pg_advisory_xact_lock(hashtext('wattsource.partition'), hashtext(parent));
    if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = ('energy.' || parent)::regclass and c.relname in (month_name, day_name)) then
        return false;
    end if;
    if width = 'day' or exists (
        select from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = ('energy.' || parent)::regclass and c.relname like month_name || '__') then
        child := day_name;
        lower_at := day::timestamp at time zone 'UTC';
        upper_at := (day + 1)::timestamp at time zone 'UTC';
    else
        child := month_name;
        lower_at := date_trunc('month', day::timestamp) at time zone 'UTC';
        upper_at := (date_trunc('month', day::timestamp) + interval '1 month') at time zone 'UTC';
    end if;
    execute format('create table energy.%I (like energy.%I including defaults including constraints)',
                   child, parent);
    execute format('alter table energy.%I attach partition energy.%I for values from (%L) to (%L)',
                   parent, child, lower_at, upper_at);
    return true;
end
$$;

"""##),
Migration(number: 3, name: "decisions", sql: ##"""
-- What people decide about meters: exchanges, and readings that do not count or that do although they look wrong.

create table energy.meter_swap (
    device_id       integer not null references energy.device,
    swapped_at      timestamptz not null,
    import_final_wh bigint check (import_final_wh between 0 and 1000000000000),
    import_start_wh bigint check (import_start_wh between 0 and 1000000000000),
    export_final_wh bigint check (export_final_wh between 0 and 1000000000000),
    export_start_wh bigint check (export_start_wh between 0 and 1000000000000),
    anomaly_id      bigint references energy.anomaly,
    recorded_by     text not null default current_user,
    reason          text,
    recorded_at     timestamptz not null default now(),
    primary key (device_id, swapped_at),
    check ((import_final_wh is null) = (import_start_wh is null)),
    check ((export_final_wh is null) = (export_start_wh is null))
);
comment on table energy.meter_swap is
    'Exchanges of meters: the old one''s last and the new one''s first register. Both null: not known, and no energy crosses the exchange.';

-- Register + offset runs on across exchanges; a register whose values at an exchange are not known breaks there.
create view energy.meter_epoch as
select device_id, swapped_at as valid_from,
       (sum(import_final_wh - import_start_wh) over through)::bigint as import_offset,
       (sum(export_final_wh - export_start_wh) over through)::bigint as export_offset,
       import_final_wh is not null as import_continues, export_final_wh is not null as export_continues
from energy.meter_swap
window through as (partition by device_id order by swapped_at);
comment on view energy.meter_epoch is
    'From valid_from on a register counts with its offset; an offset is null as long as no exchange of it is known, which means 0.';

create table energy.reading_decision (
    device_id   integer not null references energy.device,
    measured_at timestamptz not null,
    decision    text not null check (decision in ('set-aside', 'accept')),
    anomaly_id  bigint references energy.anomaly,
    decided_by  text not null default current_user,
    reason      text not null,
    decided_at  timestamptz not null default now(),
    primary key (device_id, measured_at)
);
comment on table energy.reading_decision is
    'set-aside: the reading takes no part in settlement. accept: the rise of the register that leads to it is real, however large.';

alter table energy.anomaly add column note text,
    add check (resolution in ('meter-swap', 'set-aside', 'accept'));
comment on column energy.anomaly.note is 'Why it was resolved so.';

"""##),
Migration(number: 4, name: "dead_letter_queue", sql: ##"""
-- Dead letters come back: replay, discard, and a limit on what a flood may leave behind.

alter table energy.dead_letter
    add column record_key    bytea,
    add column record_time   timestamptz,
    add column origin        text not null default 'stream' check (origin in ('stream', 'replay')),
    add column attempts      integer not null default 0,
    add column tried_version bigint,
    add column resolved_by   text,
    add column note          text,
    add check (resolution in ('replayed', 'discarded')),
    add check ((resolved_at is null) = (resolution is null));
comment on column energy.dead_letter.record_key is 'The record''s key; kept where the payload is.';
comment on column energy.dead_letter.record_time is 'The broker''s time of the record; kept where the payload is.';
comment on column energy.dead_letter.origin is
    'replay: a reading of a record that was refused whole; the ledger counts the record, not the reading.';
comment on column energy.dead_letter.attempts is 'How often it was replayed in vain.';
comment on column energy.dead_letter.tried_version is 'The registry''s version by which the last replay decided.';
comment on column energy.dead_letter.note is 'Why it was resolved so.';

-- What was kept before has its enqueued time for both.
update energy.dead_letter set record_time = received_at where payload is not null and reason <> 'bad_header';

create index dead_letter_unknown_device on energy.dead_letter (hub_device_id, topic, partition, incarnation, record_offset)
    where reason = 'unknown_device' and resolved_at is null;

create table energy.dead_letter_tally (
    topic         text not null,
    partition     integer not null,
    incarnation   integer not null,
    day           date not null,
    reason        text not null,
    kept          bigint not null default 0,
    kept_bytes    bigint not null default 0,
    dropped       bigint not null default 0,
    dropped_bytes bigint not null default 0,
    expired       bigint not null default 0,
    primary key (topic, partition, incarnation, day, reason)
);
comment on table energy.dead_letter_tally is
    'Refusals by the UTC day on which they happened: kept as dead letters, or beyond the day''s limit and only counted.';
comment on column energy.dead_letter_tally.kept_bytes is 'Payloads, keys and headers of what was kept.';
comment on column energy.dead_letter_tally.expired is 'Of those kept: removed by retention since.';

-- Raised in the transaction that changes stored readings outside of the stream without changing what batches decide by. A worker whose
-- memory of the newest readings is older stages everything once.
alter table energy.control add column reading_version bigint not null default 0;
comment on column energy.control.reading_version is
    'Raised by whoever changes stored readings outside of the stream: what workers remember of them is not trusted past it.';

alter table energy.reading_event
    add column letters    bigint not null default 0,
    add column duplicate  bigint not null default 0,
    add column replaced   bigint not null default 0,
    add column superseded bigint not null default 0;
comment on column energy.reading_event.letters is 'A replay: how many dead letters it resolved.';
comment on column energy.reading_event.replaced is 'A replay: readings that took another''s place; the number of rows is the same.';
comment on column energy.reading_event.superseded is 'A replay: readings that went to reading_history at once.';

"""##),
Migration(number: 5, name: "plausibility", sql: ##"""
-- Settled days that are to be looked at for what is odd about them.

create table energy.plausibility_due (
    community_id integer not null references energy.community,
    day          date not null,
    primary key (community_id, day)
);
comment on table energy.plausibility_due is
    'Days, of the community''s zone, of which something was settled since they were last looked at for anomalies.';

-- What is settled already is looked at, too.
insert into energy.plausibility_due
select distinct s.community_id, (s.interval_start at time zone c.time_zone)::date
from energy.interval_status s join energy.community c using (community_id);

"""##),
Migration(number: 6, name: "seal", sql: ##"""
-- From when on readings are there, where retention dropped older ones. It only ever moves forward: a late reading may bring an old partition
-- back, but not what was in it.

create table energy.sealed (
    relation      text primary key check (relation in ('reading', 'interval_reading')),
    readings_from timestamptz not null
);
comment on table energy.sealed is 'What lies before readings_from cannot be settled again: retention dropped its readings.';

"""##),
Migration(number: 7, name: "contracts", sql: ##"""
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

"""##),
Migration(number: 8, name: "views", sql: ##"""
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

"""##),
Migration(number: 9, name: "revisions", sql: ##"""
-- What became of an interval before its newest revision: the number, the cause and the time of each.

create table energy.interval_revision (
    community_id   integer not null references energy.community,
    interval_start timestamptz not null,
    revision       smallint not null,
    cause          text,
    settled_at     timestamptz not null,
    expected       integer not null,
    received       integer not null,
    missing        integer[],
    primary key (community_id, interval_start, revision)
);
comment on table energy.interval_revision is
    'Revisions that another one replaced, as interval_status told of them; their rows are still in attribution. Those replaced before version 9 of the schema are not here.';
comment on column energy.interval_revision.cause is 'Why it was settled so; null: for the first time.';

"""##),
    ]
}
