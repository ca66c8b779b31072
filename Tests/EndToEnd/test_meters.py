"""Registers that begin again, pass their end, or belong to another meter; and meters that tell the energy of intervals."""

import itertools
from collections import Counter
from dataclasses import replace

import pytest

from homes import DAYS, START, hub_message, in_time_order, make_devices, readings_of, rfc3339, single_messages, time_of
from reference import DAY, HOUR, SECOND, Community, MeterSwap

CAPACITY = 10**9  # a register of 6 digits before the point, in Wh


def another_meter(home: int, place: int, start=(0, 0), days: float = DAYS) -> tuple[list[dict], MeterSwap]:
    """Readings of which those from a place on are another meter's, and the exchange between them, seven minutes before."""
    readings = readings_of(home, days=days)
    at = time_of(readings[place]) - 7 * 60 * SECOND
    final = {name: readings[place - 1][name] + 11 for name in ("import_wh", "export_wh")}
    for reading in readings[place:]:
        for name, first in zip(("import_wh", "export_wh"), start, strict=True):
            reading[name] += first + 5 - final[name]
    swap = MeterSwap(at, final["import_wh"], start[0], final["export_wh"], start[1])
    # What the old meter counted after its last reading and the new one before its first must be there.
    for reading in readings[place:]:
        reading["import_wh"] = max(reading["import_wh"], start[0])
        reading["export_wh"] = max(reading["export_wh"], start[1])
    return readings, swap


def passing_its_end(home: int, place: int) -> list[dict]:
    """The import register reaches 1,000,000 kWh between two readings."""
    readings = readings_of(home)
    shift = CAPACITY - readings[place]["import_wh"] - 1
    for reading in readings:
        reading["import_wh"] = (reading["import_wh"] + shift) % CAPACITY
    return readings


def test_exchanges_rollovers_and_resets(world):
    """First nobody has entered the exchanges, so no energy crosses them; then they are in the registry, and it runs on."""
    devices = list(make_devices())
    known, first = another_meter(0, 60, (17, 0))
    half_known, second = another_meter(1, 80, (1_000, 400))
    twice, third = another_meter(4, 50, (3, 3))
    messages = [
        *single_messages(devices[0].hub_id, known),
        *single_messages(devices[1].hub_id, half_known),
        *single_messages(devices[2].hub_id, passing_its_end(2, 100)),
        *single_messages(devices[4].hub_id, twice),
    ]
    devices = [devices[0], devices[1], replace(devices[2], register_digits=6), devices[4]]
    world.prepare(Community(tuple(devices)))
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    before = world.value("select sum(import_wh) from energy.current_attribution")
    assert Counter(kind for _, kind, _, _ in world.stored_anomalies()) == {"reset": 3, "rollover": 1}

    devices[0] = replace(devices[0], swaps=(first,))
    devices[1] = replace(devices[1], swaps=(replace(second, export_final=None, export_start=None),))
    nothing_known = MeterSwap(third.at)
    devices[3] = replace(devices[3], swaps=(nothing_known,))
    world.prepare(Community(tuple(devices)))
    world.drain()
    world.check()
    assert Counter(kind for _, kind, _, _ in world.stored_anomalies()) == {"rollover": 1}
    assert world.value("select sum(import_wh) from energy.current_attribution") > before

    # A swap that is taken back breaks the register again.
    devices[0] = replace(devices[0], swaps=())
    world.apply(Community(tuple(devices)), options=("--prune",))
    world.drain()
    world.check()


def interval_messages(hub_id: str, home: int, seconds: int, days: float, size: int) -> list:
    """What a meter that tells intervals says of the same days: the energy between its registers, some begun a little off the grid."""
    readings = readings_of(home, days=days, step=seconds * SECOND)
    entries = []
    for place, (before, after) in enumerate(itertools.pairwise(readings)):
        off = (29 * SECOND, -12 * SECOND, 0, 0)[place % 4]
        entry = {"t": rfc3339(time_of(before) + off)}
        entries.append(entry | {name: after[name] - before[name] for name in ("import_wh", "export_wh")})
    entries[7] |= {"t": rfc3339(time_of(entries[7]) + 31 * SECOND + 29 * SECOND)}  # too far off
    entries[11] |= {"q": "F"}
    entries[19] |= {"q": "E"}
    messages = []
    for first in range(0, len(entries), size):
        batch = entries[first : first + size]
        body = {"v": 1, "kind": "interval", "interval_s": seconds, "readings": batch}
        messages.append(hub_message(hub_id, body, enqueued=time_of(batch[-1]) + (seconds + 40) * SECOND))
    return messages


@pytest.mark.parametrize("interval", [HOUR // 4, HOUR], ids=["quarters", "hours"])
def test_meters_of_intervals(world, interval):
    """Readings of five minutes, quarters and hours, each in intervals that are longer, the same or shorter, beside registers."""
    devices = list(make_devices())
    lengths = {0: 900, 1: 3600, 4: 300}
    messages = single_messages(devices[2].hub_id, readings_of(2, days=2))
    for place, seconds in lengths.items():
        devices[place] = replace(devices[place], interval_seconds=seconds)
        messages += interval_messages(devices[place].hub_id, place, seconds, 2, 1 + place)
    # Registers from a meter of intervals, and the other way round, and another length than the registry says.
    at = START + DAY
    wrong = [
        (devices[0].hub_id, {"v": 1, "t": rfc3339(at), "import_wh": 1, "export_wh": 1}),
        (
            devices[2].hub_id,
            {"v": 1, "kind": "interval", "interval_s": 900, "t": rfc3339(at), "import_wh": 1, "export_wh": 1},
        ),
        (
            devices[0].hub_id,
            {"v": 1, "kind": "interval", "interval_s": 300, "t": rfc3339(at), "import_wh": 1, "export_wh": 1},
        ),
    ]
    messages += [hub_message(name, body, enqueued=at + HOUR) for name, body in wrong]
    community = Community(tuple(devices[place] for place in (0, 1, 2, 4)), interval=interval)
    world.prepare(community)
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    # The same again changes nothing.
    world.send(in_time_order(messages))
    world.drain()
    world.check()
