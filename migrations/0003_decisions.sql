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
