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
