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
