"""Random communities that share random meters, by every key: each row against the reference, and every watt-hour of every meter somewhere."""

import random
from collections import defaultdict
from dataclasses import replace

import pytest

from homes import START, hub_message, rfc3339, time_of
from reference import DAY, HOUR, SECOND, WHOLE, Community, Device, Participation, Rule
from world import since_epoch, told_due

KEYS = ("proportional", "static", "static-multi-round", "hybrid", "equal", "priority", "pool")
REMAINDERS = ("largest-remainder", "surplus")
METERS = 12
DAYS = 9  # with the night in which clocks are put forward
END = START + DAYS * DAY
CODES = [f"{key}-{remainder[:4]}" for key in KEYS for remainder in REMAINDERS]


def split_up(draw: random.Random, count: int) -> list[int]:
    """Factors that sum to the whole at most; now and then to the whole, now and then to nearly nothing."""
    kind = draw.randrange(4)
    if kind == 0:
        return [WHOLE // count] * count
    if kind == 1:
        cuts = sorted(draw.sample(range(1, WHOLE), count - 1))
        return [end - start for start, end in zip([0, *cuts], [*cuts, WHOLE], strict=True)]
    return [draw.randrange(1, WHOLE // count + 1) for _ in range(count)]


def participations(draw: random.Random, interval: int) -> tuple[Participation, ...]:
    """Some time in some communities, then in others, with other factors; without a gap, so that nothing of the meter is lost."""
    change = START + draw.randrange(1, DAYS * DAY // interval) * interval
    result = []
    for since, until in ((START - DAY, change), (change, None)):
        codes = draw.sample(CODES, draw.randrange(1, 6))
        for code, ppm in zip(codes, split_up(draw, len(codes)), strict=True):
            priority = draw.choice([None, 1, 2, 3])
            result.append(Participation(since, until, draw.randrange(WHOLE // METERS), code, ppm, priority))
    return tuple(result)


def make_meters(draw: random.Random, interval: int) -> tuple[Device, ...]:
    meters = []
    for number in range(METERS):
        meters.append(
            Device(
                f"{draw.choice('aZ9-')}meter-{number}",
                participations(draw, interval),
                registers=draw.choices(["both", "import", "export"], [8, 1, 1])[0],
                interval_seconds=900 if number == 0 else None,
            )
        )
    return tuple(meters)


def make_communities(draw: random.Random, interval: int) -> tuple[Community, ...]:
    meters = make_meters(draw, interval)
    order = draw.sample(range(len(CODES)), len(CODES))
    result = []
    for place, number in enumerate(order):
        key, remainder = KEYS[number // 2], REMAINDERS[number % 2]
        rule = Rule(interval, key, draw.choice(["one", "many"]) if key == "equal" else "one", remainder, grace=0)
        result.append(Community(tuple(meters[place :: len(order)]), code=CODES[number], dated=(rule,)))
    return tuple(result)


def times(draw: random.Random) -> list[int]:
    """From the first edge to the last, on no grid between, with silences of up to a day."""
    result, time = [START], START
    while (time := time + draw.choice([7, 15, 15, 15, 61, 240, draw.randrange(1, 1_500)]) * 60 * SECOND) < END:
        result.append(time + draw.choice([0, 0, draw.randrange(60 * SECOND)]) // 1000 * 1000)
    return [*result, END]


def make_readings(draw: random.Random, device: Device) -> list[dict]:
    """Registers that rise by what a home draws or feeds in that time; or the energy of every quarter of an hour."""
    quarter = 900 * SECOND
    moments = range(START, END, quarter) if device.interval_seconds else times(draw)
    totals = {"import_wh": draw.randrange(10**7), "export_wh": draw.randrange(10**6)}
    readings = []
    before = START
    for time in moments:
        watts = {"import_wh": draw.choice([0, 300, 5_000]), "export_wh": draw.choice([0, 0, 2_500])}
        said = {}
        for name, total in totals.items():
            rise = draw.randrange(watts[name] + 1) * (quarter if device.interval_seconds else time - before) // HOUR
            said[name] = rise if device.interval_seconds else total + rise
        totals = said
        said = {name: wh for name, wh in said.items() if device.registers in ("both", name.removesuffix("_wh"))}
        before = time
        readings.append({"t": rfc3339(time), **said, **({"q": "S"} if draw.random() < 0.02 else {})})
    return readings


def messages_of(draw: random.Random, device: Device, readings: list[dict]) -> list:
    """In records of any size, some of which come long afterwards."""
    messages = []
    kind = {"kind": "interval", "interval_s": 900} if device.interval_seconds else {}
    while readings:
        batch, readings = readings[: (size := draw.randrange(1, 60))], readings[size:]
        delay = draw.choice([1, 1, 1, 40 * 3600]) * SECOND
        # The stream goes no further than the readings.
        enqueued = END if not readings else min(END, max(map(time_of, batch)) + 900 * SECOND + delay)
        messages.append(hub_message(device.hub_id, {"v": 1, **kind, "readings": batch}, enqueued=enqueued))
    return messages


@pytest.mark.parametrize(("seed", "minutes"), [(1, 60), (2, 30), (3, 15)])
def test_random_communities(make_world, seed, minutes):
    draw = random.Random(seed)
    world = make_world(ingest_batch_rows=draw.randrange(50, 2_000), settlement_chunk_rows=draw.randrange(50, 5_000))
    communities = make_communities(draw, minutes * 60 * SECOND)
    world.prepare(*communities)
    said = {device.hub_id: make_readings(draw, device) for device in world.devices}
    messages = [message for device in world.devices for message in messages_of(draw, device, said[device.hub_id])]
    messages.sort(key=lambda each: each.timestamp)
    # Most of it is settled before the rest comes.
    late = {place for place, each in enumerate(messages) if each.timestamp < END and draw.random() < 0.25}
    world.send([each for place, each in enumerate(messages) if place not in late])
    world.drain()
    world.check()
    world.send([messages[place] for place in sorted(late)])
    world.drain()
    world.check()
    check_sums(world, said)

    # Other factors for a time: what a dry run tells is what is due; and still nothing is lost.
    changed = change_factors(draw, communities, minutes * 60 * SECOND)
    told = told_due(world.apply(*changed, options=("--dry-run",)))
    world.apply(*changed)
    assert {code: len(starts) for code, starts in world.due().items()} == told != {}
    world.drain()
    world.check()
    check_sums(world, said)


def change_factors(draw: random.Random, communities: tuple[Community, ...], interval: int) -> tuple[Community, ...]:
    """Of some meters every factor becomes another one, from some time on."""
    since = START + draw.randrange(1, DAYS * DAY // interval) * interval
    result = []
    for community in communities:
        devices = []
        for device in community.devices:
            parts = []
            for each in device.participations:
                holds = (each.end is None or since < each.end) and draw.random() < 0.7
                begin = max(each.start, since)
                if holds and begin > each.start:
                    parts.append(replace(each, end=begin))
                parts.append(replace(each, start=begin, part_ppm=max(1, each.part_ppm // 2)) if holds else each)
            devices.append(replace(device, participations=tuple(parts)))
        result.append(replace(community, devices=tuple(devices)))
    return tuple(result)


def check_sums(world, said: dict[str, list[dict]]) -> None:
    """Over all communities and all time: the parts, and what takes part in none, are the register's rise, to the Wh."""
    rows = world.rows("""
        select hub_device_id, interval_start, interval_end, sum(a.import_wh), sum(a.unshared_import_wh), count(a.unshared_import_wh),
               sum(a.export_wh), sum(a.unshared_export_wh)
        from energy.attribution a
        join energy.interval_status s using (community_id, interval_start, revision)
        join energy.device d using (device_id) group by 1, 2, 3""")
    sums, seconds = defaultdict(lambda: [0, 0]), defaultdict(int)
    for name, start, end, imported, unshared_import, told, exported, unshared_export in rows:
        assert told <= 1, f"what of {name} takes part in none at {start} is told {told} times"
        sums[name][0] += imported + (unshared_import or 0)
        sums[name][1] += exported + (unshared_export or 0)
        seconds[name] += since_epoch(end) - since_epoch(start)
    for device in world.devices:
        assert seconds[device.hub_id] == DAYS * DAY, device.hub_id
        for place, register in enumerate(("import_wh", "export_wh")):
            values = [each.get(register, 0) for each in said[device.hub_id]]
            rise = sum(values) if device.interval_seconds else values[-1] - values[0]
            assert sums[device.hub_id][place] == rise, (device, register)
