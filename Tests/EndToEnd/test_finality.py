"""When intervals become final, what late readings change then, until when they change anything, and who is missing."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from homes import batched_messages, hub_message, in_time_order, make_devices, readings_of, rfc3339, time_of
from reference import DAY, HOUR, SECOND, Community, Device, Rule, final_at, is_closed, local, microseconds
from test_by_hand import discard_readings
from world import since_epoch

ZONE = "Europe/Vienna"
START = microseconds("2018-01-30T00:00:00Z")
DAYS = 3
CLOCK = Device("clock")  # it takes part in nothing, and says how late it is
RUNNING = {"settlement_every": "10ms", "settlement_chunk_rows": 40}


def community(rule: Rule) -> Community:
    return Community((*make_devices(START - DAY)[:3], CLOCK), time_zone=ZONE, dated=(rule,))


def series(home: int) -> list[dict]:
    return readings_of(home, start=START, days=DAYS)


def messages(without: dict[str, tuple[int, int]]) -> list:
    """All readings but those of some meters strictly between two instants."""
    result = []
    for home, device in enumerate(make_devices()[:3]):
        since, until = without.get(device.hub_id, (0, 0))
        kept = [each for each in series(home) if not since < time_of(each) < until]
        result += batched_messages(device.hub_id, kept, 8)
    return in_time_order(result)


def late(home: int, since: int, until: int, enqueued: int) -> list:
    between = [each for each in series(home) if since < time_of(each) < until]
    return batched_messages(make_devices()[home].hub_id, between, 100, enqueued=enqueued)


def tell_time(world, instant: int) -> None:
    """In every partition, so that it is the stream's watermark when it has been read."""
    reading = {"v": 1, "t": rfc3339(instant), "import_wh": instant // HOUR, "export_wh": 0}
    message = hub_message(CLOCK.hub_id, reading, enqueued=instant)
    world.send([replace(message, place=place) for place in range(world.partitions)])


def settle_now(world, instant: int) -> None:
    """Everything that is due at an instant is settled, by the worker that runs."""
    world.wait_until_read()
    count = (instant - START) // HOUR
    world.wait_for("what is due to be settled", lambda: world.settled() == count)
    due = "select (select count(*) from energy.due_mark) + (select count(*) from energy.due_span)"
    world.wait_for("everything to be settled again", lambda: world.value(due) == 0)


def states(world) -> dict[int, tuple]:
    rows = world.rows("select interval_start, state, revision, cause from energy.interval_status")
    return {since_epoch(start): (state, revision, cause) for start, state, revision, cause in rows}


def final(world) -> set[int]:
    return {start for start, (state, _, _) in states(world).items() if state != "provisional"}


def rows_by_interval(rows: dict) -> dict[int, dict]:
    result = {}
    for (start, device), split in rows.items():
        result.setdefault(start, {})[device] = split
    return result


def changed(before: dict, after: dict) -> set[int]:
    """The intervals of which anything differs."""
    old, new = rows_by_interval(before), rows_by_interval(after)
    return {start for start in old.keys() | new.keys() if old.get(start) != new.get(start)}


def noted(world) -> set[int]:
    """The intervals of which somebody is told that they were touched too late."""
    rows = world.rows("""
        select distinct s.interval_start from energy.late_span l join energy.interval_status s
            on s.community_id = l.community_id and s.interval_start < l.until_at and s.interval_end > l.from_at""")
    return {since_epoch(start) for (start,) in rows}


def check_old_revision(world, before: dict, starts: set[int], revision: int) -> None:
    """What was told before is kept."""
    rows = world.rows(
        """
        select interval_start, hub_device_id, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh
        from energy.attribution join energy.device using (device_id) where revision = %s""",
        revision,
    )
    kept = {(since_epoch(start), device): tuple(wh) for start, device, *wh in rows}
    for (start, device), split in before.items():
        if start in starts:
            assert kept[start, device] == (
                *(split.import_wh, split.community_wh, split.grid_wh),
                *(split.export_wh, split.shared_wh, split.surplus_wh),
            )


def test_final_by_the_calendar(make_world):
    """January is final on the 5th of February at 6:00 in Vienna, and February on the 5th of March."""
    world = make_world(**RUNNING)
    rule = Rule(HOUR, grace=0, final_day=5, final_time="06:00", corrections=36 * DAY)
    home = community(rule)
    world.prepare(home)
    day = microseconds("2018-01-31T00:00:00Z")
    first, second = (day + 6 * HOUR, day + 12 * HOUR), (day + 14 * HOUR, day + 30 * HOUR)
    world.send(messages({"home-a": first, "home-10": second}))
    worker = world.start("run")

    moment = microseconds("2018-02-05T05:00:00Z")
    tell_time(world, moment - SECOND)
    settle_now(world, moment - SECOND)
    assert final(world) == set()
    tell_time(world, moment)
    settle_now(world, moment)
    january = {start for start in states(world) if local(start, ZoneInfo(ZONE)).month == 1}
    world.wait_for("January to be final", lambda: final(world) == january)
    rows = world.rows("select interval_start, final_at from energy.interval_status")
    assert {since_epoch(s): since_epoch(at) for s, at in rows} == {
        start: final_at(home, start) for start in states(world)
    }

    # Late readings of January make revisions; the first hours of February are not final yet.
    before = world.stored_attribution("e2e")
    world.send(late(1, *first, enqueued=moment + DAY))
    tell_time(world, moment + DAY)
    settle_now(world, moment + DAY)
    world.check()
    touched = changed(before, world.stored_attribution("e2e"))
    assert touched and touched <= january
    now = states(world)
    assert {start for start, state in now.items() if state == ("corrected", 1, "late")} == touched
    check_old_revision(world, before, touched, 0)

    # After 36 days and a night nothing of it changes by itself any more.
    end = microseconds("2018-03-12T00:00:00Z")
    tell_time(world, end)
    settle_now(world, end)
    world.wait_for(
        "February to be final",
        lambda: {*states(world)} - final(world) == {start for start in states(world) if final_at(home, start) > end},
    )
    before, states_before = world.stored_attribution("e2e"), states(world)
    world.send(late(2, *second, enqueued=end))
    settle_now(world, end)
    assert world.stored_attribution("e2e") == before and states(world) == states_before
    wanted = changed(before, world.expected()[1]["e2e"].rows)
    assert wanted and all(is_closed(home, start, end) for start in wanted)
    assert wanted <= noted(world)
    world.call("verify")

    # Somebody decides that it is to count.
    assert worker.terminate(5) == 0
    world.call("settle", "--community", "e2e", "--from", rfc3339(START), "--until", rfc3339(START + DAYS * DAY))
    world.check()
    assert noted(world) == set()
    for start in wanted:
        assert states(world)[start] == ("corrected", states_before[start][1] + 1, "requested")


@pytest.mark.parametrize("is_drained", [False, True])
def test_late_readings_on_both_sides_of_the_limit(make_world, is_drained):
    """Of the same late readings those intervals follow that are not closed yet, and the closed ones are noted."""
    world = make_world(**RUNNING)
    rule = Rule(HOUR, grace=0, finality=DAY, corrections=2 * DAY)
    home = community(rule)
    world.prepare(home)
    limit = START + 30 * HOUR
    hole = (limit - 3 * HOUR, limit + 4 * HOUR)
    world.send(messages({"home-B": hole}))
    end = limit + 2 * DAY
    if is_drained:
        world.drain()
        worker = None
    else:
        worker = world.start("run")
        settle_now(world, START + DAYS * DAY)
    tell_time(world, end)
    if is_drained:
        world.drain()
    else:
        settle_now(world, max(end, START + DAYS * DAY))
    before = world.stored_attribution("e2e")
    world.send(late(0, *hole, enqueued=end))
    if is_drained:
        world.drain()
    else:
        settle_now(world, max(end, START + DAYS * DAY))
        assert worker.terminate(5) == 0
    after = world.expected()[1]["e2e"].rows
    touched = changed(before, after)
    closed = {start for start in touched if is_closed(home, start, end)}
    assert closed and touched - closed
    expected = {key: (before if key[0] in closed else after)[key] for key in after}
    assert world.stored_attribution("e2e") == expected
    assert closed <= noted(world)
    assert all(is_closed(home, start, end) for start in noted(world))
    world.call("verify")
    world.call("settle", "--community", "e2e")
    world.check()
    assert noted(world) == set()


@pytest.mark.parametrize("finality", [0, 35 * DAY])
def test_a_meter_that_a_correction_removes(make_world, finality):
    """Its readings are discarded from some time on, then it never took part: it leaves the current rows, and is missing at first."""
    world = make_world()
    home = community(Rule(HOUR, grace=0, finality=finality))
    world.prepare(home)
    world.send(messages({}))
    tell_time(world, START + DAYS * DAY)
    world.drain()
    world.check()
    before = world.stored_attribution("e2e")
    gone = START + 50 * HOUR
    discard_readings(world, "home-a", gone + SECOND, START + 10 * DAY)
    world.drain()
    world.check()
    assert world.stored_missing("e2e") == {start: {"home-a"} for start in range(gone, START + DAYS * DAY, HOUR)}
    assert (gone, "home-a") in before and (gone, "home-a") not in world.stored_attribution("e2e")
    if finality == 0:
        check_old_revision(world, before, set(range(gone, START + DAYS * DAY, HOUR)), 0)
    else:
        assert world.value("select max(revision) from energy.attribution") == 0
        query = "select count(*) from energy.attribution join energy.device using (device_id) where hub_device_id = 'home-a'"
        assert world.value(query) == 50

    devices = list(home.devices)
    devices[1] = replace(devices[1], participations=(replace(devices[1].participations[0], end=START + 24 * HOUR),))
    world.apply(replace(home, devices=tuple(devices)))
    world.drain()
    world.check()
    assert world.stored_missing("e2e") == {}
    assert max(start for start, name in world.stored_attribution("e2e") if name == "home-a") == START + 23 * HOUR
