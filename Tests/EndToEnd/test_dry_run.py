"""A dry run of a change of the registry says how many settled intervals it would touch: exactly those are due then."""

from dataclasses import replace

import pytest

from homes import START, make_devices, ordinary_messages, readings_of
from reference import DAY, HOUR, Community, Device, MeterSwap, Rule
from world import told_due

MIDDLE = START + 2 * DAY + 5 * HOUR
DAYS = 4


def communities(key: str = "static", *devices: Device, **more) -> tuple[Community, ...]:
    """Two that have nothing in common; of the other one nothing may be due."""
    homes = devices or make_devices()
    other = replace(homes[4], participations=(replace(homes[4].participations[0], community="other"),))
    return (Community(homes[:4], key=key, **more), Community((other,), code="other"))


def with_device(place: int, **changes) -> tuple[Community, ...]:
    devices = list(make_devices())
    devices[place] = replace(devices[place], **changes)
    return communities("static", *devices)


def with_participation(place: int, since: int, until: int | None, **changes) -> tuple[Community, ...]:
    """In that time something about a participation is otherwise."""
    whole = make_devices()[place].participations[0]
    parts = [replace(whole, end=since), replace(whole, start=since, end=until, **changes)]
    if until is not None:
        parts.append(replace(whole, start=until))
    return with_device(place, participations=tuple(parts))


def ended(place: int, end: int) -> tuple[Community, ...]:
    return with_device(place, participations=(replace(make_devices()[place].participations[0], end=end),))


def swap() -> MeterSwap:
    """An exchange on the third day at which nothing is lost: the new meter shows what the old one did."""
    before = readings_of(0)[60]
    return MeterSwap(START + 60 * HOUR + 60 * 10**6, before["import_wh"], before["import_wh"], 0, 0)


RULES = (Rule(HOUR, "static", end=MIDDLE), Rule(HOUR, "equal", start=MIDDLE))
# Which of the 96 hours are due then; None: some.
CHANGES = {
    "another key": (communities("priority"), 96),
    "another key from a date on": (communities(dated=RULES), 96 - 53),
    "another remainder": (communities(remainder="surplus"), 96),
    "another grace": (communities(dated=(Rule(HOUR, "static", grace=7 * HOUR),)), 0),
    "another finality": (communities(dated=(Rule(HOUR, "static", finality=3 * DAY),)), 96),
    "final by the calendar": (communities(dated=(Rule(HOUR, "static", final_day=9, final_time="00:30"),)), 96),
    "a limit for corrections": (communities(dated=(Rule(HOUR, "static", corrections=50 * DAY),)), 0),
    "a share for seven hours": (with_participation(1, MIDDLE, MIDDLE + 7 * HOUR, share_ppm=1), 7),
    "a part for a day": (with_participation(2, MIDDLE - DAY, MIDDLE, part_ppm=999_999), 24),
    "a priority": (with_participation(2, MIDDLE, None, priority=3), 43),
    "the end of a participation": (ended(3, MIDDLE), 43),
    "a connection": (with_device(0, connection_watts=3_000), 96),
    "an exchange": (with_device(0, swaps=(swap(),)), None),
    "nothing at all": (communities(), 0),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_a_dry_run_says(world, name):
    changed, count = CHANGES[name]
    world.prepare(*communities())
    world.send(ordinary_messages(make_devices(), days=DAYS))
    world.drain()
    said = world.apply(*changed, options=("--dry-run",))
    assert world.due() == {}
    told = told_due(said)
    world.apply(*changed)
    due = {code: len(starts) for code, starts in world.due().items()}
    assert told == due
    assert set(due) <= {"e2e"}
    if count is not None:
        assert due.get("e2e", 0) == count
    else:
        assert 0 < due["e2e"] < 12
    world.drain()
    world.check()
