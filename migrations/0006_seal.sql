-- From when on readings are there, where retention dropped older ones. It only ever moves forward: a late reading may bring an old partition
-- back, but not what was in it.

create table energy.sealed (
    relation      text primary key check (relation in ('reading', 'interval_reading')),
    readings_from timestamptz not null
);
comment on table energy.sealed is 'What lies before readings_from cannot be settled again: retention dropped its readings.';
