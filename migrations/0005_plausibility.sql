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
