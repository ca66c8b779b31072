"""The one checker that runs after every case: what must hold in the tables, whatever happened. Each message names the row."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

# Each query gives the rows that contradict it.
CONTRADICTIONS = {
    "I1: the ledger of a partition begins where the partition does": """
        select p.topic, p.partition, p.first_offset, min(l.first_offset) as ledger_begins
        from energy.stream_position p join energy.ingest_batch l using (topic, partition, incarnation)
        group by p.topic, p.partition having min(l.first_offset) <> p.first_offset""",
    "I1, I2, I6: the ledger has neither holes nor overlaps, but for what somebody agreed to do without": """
        select l.topic, l.partition, l.incarnation, l.ended as ledger_ended, l.first_offset as next_row_begins
        from (select *, lag(last_offset) over (partition by topic, partition, incarnation order by first_offset) + 1 as ended
              from energy.ingest_batch) l
        where l.first_offset <> l.ended and not exists (
            select from energy.stream_gap g
            where g.topic = l.topic and g.partition = l.partition and g.incarnation = l.incarnation
              and g.from_offset = l.ended and g.to_offset = l.first_offset)""",
    "I1: a row of the ledger counts as many records as it covers offsets": """
        select topic, partition, first_offset, last_offset, records from energy.ingest_batch
        where records <> last_offset - first_offset + 1""",
    "I1: every reading of the ledger has an outcome": """
        select topic, partition, first_offset, readings, accepted, duplicate, replaced, superseded, rejected
        from energy.ingest_batch where readings <> accepted + duplicate + replaced + superseded + rejected""",
    "I3: a position is the end of its ledger": """
        select p.topic, p.partition, p.next_offset, max(l.last_offset) + 1 as ledger_ends
        from energy.stream_position p left join energy.ingest_batch l using (topic, partition, incarnation)
        group by p.topic, p.partition having coalesce(max(l.last_offset) + 1, p.first_offset) <> p.next_offset""",
    "I4: epochs do not fall along the offsets": """
        select topic, partition, first_offset, epoch, before from (
            select *, lag(epoch) over (partition by topic, partition, incarnation order by first_offset) as before
            from energy.ingest_batch) l where epoch < before""",
    "I4: nobody wrote under an epoch that the position never had": """
        select p.topic, p.partition, p.epoch, max(l.epoch) as ledger_epoch
        from energy.stream_position p join energy.ingest_batch l using (topic, partition, incarnation)
        group by p.topic, p.partition having max(l.epoch) > p.epoch""",
    "I2: rows of readings = accepted readings + events": """
        select * from (select
            (select count(*) from energy.reading) + (select count(*) from energy.interval_reading) as rows,
            (select coalesce(sum(accepted), 0) from energy.ingest_batch) as accepted,
            (select coalesce(sum(readings), 0) from energy.reading_event) as by_events) as b
        where rows <> accepted + by_events""",
    "I1: dead letters = rejected readings and refused records, less what was counted only": """
        select * from (select
            (select count(*) from energy.dead_letter) + (select coalesce(sum(dropped + expired), 0) from energy.dead_letter_tally) as letters,
            (select coalesce(sum(rejected + refused_records), 0) from energy.ingest_batch) as refused) as b
        where letters <> refused""",
    "no watt-hour is made or lost in the split": """
        select interval_start, device_id, revision, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh
        from energy.attribution where community_wh + grid_wh <> import_wh or shared_wh + surplus_wh <> export_wh""",
    "what is shared is what the community gets": """
        select s.interval_start, sum(a.shared_wh) as shared, sum(a.community_wh) as community
        from energy.interval_status s join energy.attribution a using (community_id, interval_start, revision)
        group by s.community_id, s.interval_start having sum(a.shared_wh) <> sum(a.community_wh)""",
}


def check_all(world, may_regress: bool = False) -> None:
    """Everything that can be seen from outside, after everything was read."""
    check_books(world)
    check_journal(world)
    if not may_regress:
        check_group(world)
    check_logs(world)


def check_books(world, is_all_read: bool = True) -> None:
    for name, query in CONTRADICTIONS.items():
        found = world.rows(f"select row_to_json(b) from ({query}) b limit 3")
        assert not found, f"{name}; contradicted by: " + ", ".join(str(row[0]) for row in found)
    if not is_all_read:
        return
    sent = Counter(record.partition for record in world.records)
    stored = {
        partition: count for partition, count in world.rows("select partition, next_offset from energy.stream_position")
    }
    for partition, count in sorted(sent.items()):
        assert stored.get(partition, 0) >= count, (
            f"I1: {count} records were sent to {world.name}[{partition}], but its position is {stored.get(partition)}"
        )


def check_journal(world) -> None:
    """What the producer sent is what is stored, each reading as often as it stands for."""
    sent = {(name, microseconds(time), imported, exported) for name, time, imported, exported in world.journal()}
    stored = Counter(
        world.rows("""
            select d.hub_device_id, (extract(epoch from r.measured_at) * 1000000)::bigint, r.import_wh, r.export_wh
            from energy.reading r join energy.device d using (device_id)""")
    )
    for row in sorted(sent - set(stored), key=str):
        raise AssertionError(
            f"I1: lost: the reading {row} was sent and is not stored ({len(sent)} sent, {len(stored)} stored)"
        )
    for row, count in stored.items():
        assert row in sent, f"I2: the reading {row} is stored and was never sent"
        assert count == 1, f"I2: the reading {row} is stored {count} times"


def check_group(world) -> None:
    positions = dict(
        world.rows("select partition, next_offset from energy.stream_position where topic = %s", world.name)
    )
    for partition, offset in world.group_offsets().items():
        assert offset <= positions.get(partition, 0), (
            f"I5: the group of {world.name}[{partition}] is at {offset}, ahead of the database's {positions.get(partition)}"
        )


def check_logs(world) -> None:
    """I10: no meter, no reading and no secret in what workers say; one event per line."""
    names = [device.hub_id for device in world.homes]
    for worker in world.workers:
        for line in worker.log.read_text(errors="replace").splitlines():
            for secret in (*names, '"import_wh":', world.database):
                assert secret not in line, f"I10: {worker.log.name} tells {secret!r}: {line}"


def microseconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp()) * 1_000_000
