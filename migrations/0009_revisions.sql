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
