"""Meters that take part in several communities, each with a part of its energy; and what takes part in none."""

from dataclasses import replace

import pytest

from disorder import disorderly_messages
from homes import START, hub_message, make_devices, ordinary_messages, readings_of
from reference import DAY, HOUR, WHOLE, Community, Device, Participation, Rule
from world import since_epoch, told_due

CODES = ("alpha", "beta", "gamma", "delta", "epsilon")
BEGIN = START - 2 * DAY
SECOND_DAY, THIRD_DAY = START + DAY + 3 * HOUR, START + 2 * DAY + 3 * HOUR


def part(code: str, ppm: int, since: int = BEGIN, until: int | None = None, share: int = 100_000) -> Participation:
    return Participation(since, until, share, code, ppm)


def participations() -> tuple[tuple[Participation, ...], ...]:
    return (
        # A tenth takes part in nothing.
        (part("alpha", 500_000), part("beta", 300_000), part("gamma", 100_000)),
        (part("alpha", WHOLE),),
        # A third twice, and a third more from the second day on: nothing is left but what rounding leaves.
        (part("gamma", 333_333), part("beta", 333_333), part("alpha", 333_334, SECOND_DAY)),
        # In five at once, from the second day to the third.
        tuple(part(code, 200_000, SECOND_DAY, THIRD_DAY) for code in CODES),
        # The factor changes, and it leaves one for another.
        (
            *(part("gamma", 700_000, BEGIN, SECOND_DAY), part("gamma", 400_000, SECOND_DAY)),
            *(part("delta", 300_000, BEGIN, THIRD_DAY), part("epsilon", 600_000, THIRD_DAY)),
        ),
    )


def communities(parts=None) -> tuple[Community, ...]:
    """Members are spread over the communities in another order than that in which these get their numbers."""
    devices = [
        replace(device, participations=each)
        for device, each in zip(make_devices(), parts or participations(), strict=True)
    ]
    homes = {"alpha": (2,), "beta": (0, 3), "gamma": (), "delta": (1,), "epsilon": (4,)}
    keys = {"alpha": "proportional", "beta": "static", "gamma": "equal", "delta": "hybrid", "epsilon": "priority"}
    return tuple(Community(tuple(devices[i] for i in homes[code]), key=keys[code], code=code) for code in CODES)


def wholes(world, device: str) -> dict[int, int]:
    """What the parts of a meter and what takes part in none sum up to, by interval."""
    query = """
        select interval_start, sum(import_wh + coalesce(unshared_import_wh, 0))
        from energy.attribution a
        join energy.interval_status s using (community_id, interval_start, revision)
        join energy.device d using (device_id)
        where hub_device_id = %s group by interval_start"""
    return {since_epoch(start): int(wh) for start, wh in world.rows(query, device)}


def test_every_watt_hour_is_somewhere(world):
    world.prepare(*communities())
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    world.check()
    for home, device in ((0, "home-B"), (2, "home-10"), (4, "Home.c")):
        series = readings_of(home, days=4, step=HOUR // 4 if home == 2 else HOUR)
        hours = wholes(world, device)
        assert len(hours) == 4 * 24
        assert sum(hours.values()) == series[-1]["import_wh"] - series[0]["import_wh"], device
    # What takes part in none is said once.
    assert (
        world.rows("""
        select count(*) from energy.current_attribution join energy.attribution using (community_id, interval_start, device_id, revision)
        where attribution.unshared_import_wh is not null
        group by interval_start, device_id having count(*) > 1""")
        == []
    )


@pytest.mark.parametrize("batch_rows", [20_000, 31])
def test_disorder(make_world, batch_rows):
    world = make_world(ingest_batch_rows=batch_rows, settlement_chunk_rows=60)
    world.prepare(*communities())
    world.send(disorderly_messages(make_devices()))
    world.drain()
    world.check()


def with_factor(device: int, code: str, ppm: int, since: int, until: int | None) -> tuple[Community, ...]:
    """The same, but in one community one meter takes part with another factor for a time."""
    parts = list(participations())
    old = next(each for each in parts[device] if each.community == code)
    others = [each for each in parts[device] if each.community != code]
    pieces = [replace(old, end=since), replace(old, start=since, end=until, part_ppm=ppm)]
    if until is not None:
        pieces.append(replace(old, start=until))
    parts[device] = (*pieces, *others)
    return communities(tuple(parts))


@pytest.mark.parametrize(
    ("device", "code", "ppm", "since", "until", "touched"),
    [
        (0, "beta", 250_000, SECOND_DAY, THIRD_DAY, ("alpha", "beta", "gamma")),
        (0, "alpha", 600_000, THIRD_DAY, None, ("alpha", "beta", "gamma")),
        (1, "alpha", 1, SECOND_DAY, SECOND_DAY + HOUR, ("alpha",)),
        (2, "gamma", 333_332, SECOND_DAY - HOUR, SECOND_DAY + HOUR, ("alpha", "beta", "gamma")),
    ],
)
def test_a_factor_changes_in_the_past(world, device, code, ppm, since, until, touched):
    """Exactly the touched intervals are due: in that time, of the communities that the meter takes part in then."""
    world.prepare(*communities())
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    world.check()
    changed = with_factor(device, code, ppm, since, until)
    told = told_due(world.apply(*changed, options=("--dry-run",)))
    assert world.due() == {}
    world.apply(*changed)
    due = world.due()
    hours = range(since, START + 4 * DAY if until is None else until, HOUR)
    expected = {each: list(hours) for each in touched}
    if device == 2:
        expected["alpha"] = [each for each in hours if each >= SECOND_DAY]
    assert due == expected
    assert told == {each: len(starts) for each, starts in due.items()}
    world.drain()
    world.check()


def test_a_meter_leaves_one_of_its_communities_in_the_past(world):
    """It was never in the first of them: what takes part in none is told by the next one."""
    world.prepare(*communities())
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    parts = list(participations())
    parts[0] = (replace(parts[0][0], end=SECOND_DAY), *parts[0][1:])
    changed = communities(tuple(parts))
    told = told_due(world.apply(*changed, options=("--dry-run",)))
    world.apply(*changed)
    assert {code: len(starts) for code, starts in world.due().items()} == told
    assert set(told) == {"alpha", "beta", "gamma"}
    world.drain()
    world.check()
    told_by = world.rows(
        """
        select distinct c.code from energy.attribution a
        join energy.interval_status s using (community_id, interval_start, revision)
        join energy.community c using (community_id) join energy.device d using (device_id)
        where d.hub_device_id = 'home-B' and a.unshared_import_wh is not null and interval_start >= %s""",
        world.rows("select to_timestamp(%s)", SECOND_DAY / 10**6)[0][0],
    )
    assert told_by == [("beta",)]


def test_a_meter_joins_a_new_community_in_the_past(world):
    """What took part in none before does so from then on; the new one is settled from there."""
    world.prepare(*communities())
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    parts = list(participations())
    parts[0] = (*parts[0], part("zeta", 60_000, SECOND_DAY))
    changed = (*communities(tuple(parts)), Community((), key="pool", code="zeta"))
    told = told_due(world.apply(*changed, options=("--dry-run",)))
    world.apply(*changed)
    hours = (START + 4 * DAY - SECOND_DAY) // HOUR
    assert (
        {code: len(starts) for code, starts in world.due().items()}
        == told
        == {
            "alpha": hours,
            "beta": hours,
            "gamma": hours,
        }
    )
    world.drain()
    world.check()
    assert min(world.stored_status("zeta")) == SECOND_DAY


@pytest.mark.parametrize("workers", [1, 3])
def test_contracts_change_while_workers_run(make_world, workers):
    """Before, between and behind what is settled at that moment, whoever settles what."""
    world = make_world(ingest_batch_rows=40, settlement_chunk_rows=60, settlement_every="10ms")
    world.prepare(*communities(), grace="0s")
    running = [world.start("run") for _ in range(workers)]
    messages = disorderly_messages(make_devices())
    changes = [
        with_factor(0, "beta", 250_000, SECOND_DAY, THIRD_DAY),
        with_factor(2, "gamma", 1, START + 7 * HOUR, START + 6 * DAY),
        with_factor(0, "alpha", 600_000, THIRD_DAY, None),
        communities(),
        with_factor(1, "alpha", 7, THIRD_DAY, None),
    ]
    pieces = len(changes) + 1
    for number in range(pieces):
        world.send(messages[number * len(messages) // pieces : (number + 1) * len(messages) // pieces])
        world.wait_until_read(len(world.records) - 50)
        if number < len(changes):
            world.apply(*changes[number], grace="0s")
    world.wait_until_read()
    for worker in running:
        assert worker.terminate(5) == 0
    world.group += "-drain"
    world.drain()
    world.check()


def final_at_once(shared: tuple[Community, ...], **more) -> tuple[Community, ...]:
    return tuple(replace(each, dated=(Rule(HOUR, each.key, grace=0, finality=0, **more),)) for each in shared)


def test_a_factor_changes_what_is_final(world):
    """In every community that it touches, what changes by it gets a revision; what does not, none."""
    world.prepare(*final_at_once(communities()))
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    world.check()
    before = {code: world.stored_attribution(code) for code in CODES}
    world.apply(*final_at_once(with_factor(0, "beta", 250_000, SECOND_DAY, THIRD_DAY)))
    world.drain()
    world.check()
    corrected = {code: set() for code in CODES}
    query = """
        select code, interval_start from energy.interval_status join energy.community using (community_id)
        where state = 'corrected' and revision = 1 and cause = 'registry'"""
    for code, start in world.rows(query):
        corrected[code].add(since_epoch(start))
    for code in CODES:
        after = world.stored_attribution(code)
        assert corrected[code] == {start for start, name in after if after[start, name] != before[code][start, name]}
    assert corrected["alpha"] and corrected["beta"]
    # What takes part in none is told by the first of its communities alone.
    assert not corrected["gamma"]


def test_late_readings_are_too_late_for_all_communities_of_a_meter(world):
    """Until somebody settles them by hand: a meter's communities have one limit, or its parts would not be parts of one whole."""
    shared = list(final_at_once(communities()[:2], corrections=2 * DAY))
    own = {"alpha", "beta"}
    shared = [
        replace(
            community,
            devices=tuple(
                replace(device, participations=tuple(each for each in device.participations if each.community in own))
                for device in community.devices
            ),
        )
        for community in shared
    ]
    world.prepare(*shared)
    messages = [each for each in ordinary_messages(make_devices(), days=4) if each.device != "Home.c"]
    late = [
        each for each in messages if each.device == "home-B" and START + 5 * HOUR < each.timestamp < START + 30 * HOUR
    ]
    world.send([each for each in messages if each not in late and each.device in known(shared)])
    world.drain()
    world.check()
    before = {code: world.stored_attribution(code) for code in own}
    # What was closed by then is decided by when they were received, not by when they are read.
    world.send([hub_message(each.device, each.value, enqueued=START + 4 * DAY) for each in late])
    world.drain()
    after = world.expected()[1]
    for code in own:
        assert world.stored_attribution(code) == before[code] != after[code].rows
    assert world.value("select count(distinct community_id) from energy.late_span") == 2
    world.call("verify")
    for code in own:
        world.call("settle", "--community", code)
    world.check()
    assert world.value("select count(*) from energy.late_span") == 0


def known(shared: list[Community]) -> set[str]:
    return {device.hub_id for community in shared for device in community.devices}


def test_participations_begin_later_in_the_past(world):
    """What was settled before the first of them is no more; then they begin earlier again."""
    begins = (START + DAY, START + 2 * DAY, START + 5 * HOUR, BEGIN)
    parts = [tuple(replace(each, start=begin) for each in make_alone()) for begin in begins]
    world.prepare(alone(make_alone()))
    world.send(ordinary_messages(make_devices(), days=4))
    world.drain()
    world.check()
    for each in parts:
        told = told_due(world.apply(alone(each), options=("--dry-run",)))
        world.apply(alone(each))
        assert {code: len(starts) for code, starts in world.due().items()} == told
        world.drain()
        world.check()


def make_alone() -> tuple[Participation, ...]:
    return tuple(part("alpha", ppm) for ppm in (WHOLE, 500_000, 1, 333_333, WHOLE))


def alone(parts: tuple[Participation, ...]) -> Community:
    homes = zip(make_devices(), parts, strict=True)
    return Community(tuple(replace(device, participations=(each,)) for device, each in homes), code="alpha")


@pytest.mark.parametrize(
    ("parts", "minutes", "why"),
    [
        (tuple(part(code, 200_001) for code in CODES), 60, "1000005"),
        (tuple(part(code, 100_000) for code in (*CODES, "zeta")), 60, "5 communities"),
        ((part("alpha", 100_000), part("zeta", 100_000)), 15, "15"),
    ],
)
def test_what_no_registry_may_say(world, parts, minutes, why):
    """More than the whole of a meter, more than five communities, intervals of another length."""
    world.prepare(*communities())
    zeta = Community((Device("new", parts),), code="zeta", interval=minutes * HOUR // 60)
    world.apply(*communities(), zeta, status=65)
    assert why in world.workers[-1].tail()
