"""Whatever happens to the worker or to PostgreSQL, the tables end the same: killed, stopped, doubled, restarted."""

import random

import pytest

from disorder import disorderly_messages
from homes import DAYS, START, in_time_order, make_devices, ordinary_messages, readings_of, single_messages
from reference import DAY, HOUR, Community

# Small batches: many moments to be hit at.
SMALL = {"ingest_batch_rows": 25, "settlement_chunk_rows": 30, "settlement_every": "20ms"}


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_again_and_again(make_world, seed):
    world = make_world(**SMALL)
    draw = random.Random(seed)
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(disorderly_messages(devices, seed))
    for threshold in sorted(draw.sample(range(1, len(world.records)), 4)):
        worker = world.start("run")
        world.wait_until_read(threshold)
        worker.kill()
    worker = world.start("run")
    goal = draw.randrange(1, DAYS * 24 - 10)
    world.wait_for("some intervals to be settled", lambda: world.settled() >= goal)
    worker.kill()
    world.drain()
    world.check()


def test_two_workers_and_one_is_killed(make_world):
    world = make_world(**SMALL)
    devices = make_devices()
    world.prepare(Community(devices))
    messages = ordinary_messages(devices)
    third = len(messages) // 3
    first, second = world.start("run"), world.start("run")
    world.send(messages[:third])
    owners = "select count(distinct owner) from energy.stream_position"
    world.wait_for("both workers to own partitions", lambda: world.value(owners) == 2)
    world.send(messages[third : 2 * third])
    world.wait_until_read(third + third // 2)
    first.kill()
    world.send(messages[2 * third :])
    world.wait_until_read()
    assert second.terminate(5) == 0
    world.drain()
    world.check()


def test_asked_to_stop_and_started_again(make_world):
    world = make_world(**SMALL)
    devices = make_devices()
    world.prepare(Community(devices))
    messages = ordinary_messages(devices)
    world.send(messages)
    for threshold in (1, len(messages) // 2):
        worker = world.start("run")
        world.wait_until_read(threshold)
        assert worker.terminate(5) == 0
    world.drain()
    world.check()


def test_settled_while_readings_still_arrive(world):
    """Half of the days are settled before the rest comes, and with it readings that belong to the first half."""
    devices = make_devices()
    world.prepare(Community(devices), grace="0s")
    messages = ordinary_messages(devices)
    late = {devices[4].hub_id, devices[3].hub_id}
    middle = START + DAYS // 2 * DAY
    on_time = [m for m in messages if m.device not in late]
    first = [m for m in on_time if m.timestamp < middle]
    rest = in_time_order([m for m in messages if m.device in late] + [m for m in on_time if m.timestamp >= middle])
    # A hole in the first half that is filled later.
    hole = [m for m in first if m.device == devices[2].hub_id and START + 2 * DAY < m.timestamp < START + 3 * DAY]
    worker = world.start("run")
    world.send([m for m in first if m not in hole])
    world.wait_for("the first days to be settled", lambda: world.settled() >= (DAYS // 2 - 1) * 24)
    world.send(rest[: len(rest) // 2] + hole + rest[len(rest) // 2 :])
    # One more of the day before the first: the community's intervals begin earlier than those that are settled.
    world.send(single_messages(devices[0].hub_id, earlier_readings()))
    world.wait_until_read()
    assert worker.terminate(5) == 0
    world.drain()
    world.check()


def earlier_readings() -> list[dict]:
    day_before = readings_of(0, start=START - DAY, days=1 - 1 / 24)
    for reading in day_before:
        reading |= {key: readings_of(0)[0][key] for key in ("import_wh", "export_wh")}
    return day_before


@pytest.mark.parametrize("mode", ["fast", "immediate"])
def test_postgres_is_restarted(make_world, restart_postgres, mode):
    world = make_world(**SMALL)
    devices = make_devices()
    world.prepare(Community(devices))
    messages = ordinary_messages(devices)
    world.send(messages)
    worker = world.start("run")
    world.wait_until_read(len(messages) // 4)
    restart_postgres(mode)
    world.wait_until_read()
    assert worker.terminate(5) == 0
    world.drain()
    world.check()


def test_the_order_of_arrival_does_not_matter(make_world):
    """The same records in another order, in batches of another size, by another number of workers."""
    devices = make_devices()
    messages = disorderly_messages(devices)
    worlds = []
    for seed, batch_rows, parts in ((None, 20_000, 1), (3, 11, 1), (4, 211, 3)):
        world = make_world(ingest_batch_rows=batch_rows)
        world.prepare(Community(devices))
        order = list(messages)
        if seed is not None:
            random.Random(seed).shuffle(order)
        for part in range(parts):
            world.send(order[part::parts])
            world.drain()
        world.check()
        worlds.append(world)
    hashes = [
        world.value("""
            select md5(string_agg(a::text, E'\\n' order by interval_start, hub_device_id))
            from (select hub_device_id, extract(epoch from interval_start) as interval_start, quality, import_wh,
                         community_wh, grid_wh, export_wh, shared_wh, surplus_wh
                  from energy.current_attribution) a""")
        for world in worlds
    ]
    assert hashes[0] and len(set(hashes)) == 1


def test_days_that_nobody_read(make_world):
    """A community whose meters fall silent for two days and come back: interpolated, marked as estimates, nothing lost."""
    world = make_world(partitions_width="day")
    devices = make_devices()
    world.prepare(Community(devices))
    messages = ordinary_messages(devices)
    silence = (START + 3 * DAY + HOUR, START + 5 * DAY)
    world.send([m for m in messages if not silence[0] < m.timestamp < silence[1]])
    world.drain()
    world.check()
