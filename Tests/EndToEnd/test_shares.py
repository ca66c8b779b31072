"""Shares by the hour: from a file, over the days on which clocks change, and for hours that are settled already."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from homes import START, make_devices, ordinary_messages
from reference import DAY, EPOCH, HOUR, WHOLE, Community, Profile, local
from world import told_due

ZONE = ZoneInfo("America/Los_Angeles")
# Midnight before the day on which clocks are put forward: the 12th of March 2017, of 23 hours.
FIRST = START + 8 * DAY + 2 * HOUR
NAMES = tuple(device.hub_id for device in make_devices())


def profile(start: int, hours: int, names: tuple[str, ...] = NAMES[:4], turn: int = 0) -> Profile:
    """Every hour another one has the most; of some nobody has anything, and some have a reserve."""
    shares = {}
    for place, name in enumerate(names):
        shares[name] = tuple(
            0 if (hour + turn) % 11 == 3 else WHOLE // (2 if (hour + turn) % len(names) == place else 8)
            for hour in range(hours)
        )
    return Profile(start, shares)


def write(world, profile: Profile) -> str:
    """As people write it: local time with its offset, lines in no order that matters."""
    lines = []
    for name, shares in profile.shares.items():
        for hour, ppm in enumerate(shares):
            moment = local(profile.start + hour * HOUR, ZONE)
            lines.append(f"{name},{moment.isoformat()},{ppm}")
    path = world.folder / "shares.csv"
    path.write_text("\n".join(["device,hour_start,share_ppm", *reversed(lines)]) + "\n")
    return str(path)


def give(world, community: Community, profile: Profile) -> Community:
    """Stores it; what a dry run says would be due is what becomes due. In its hours it takes the place of all before."""
    path = write(world, profile)
    told = told_due(world.call("registry", "shares", path, "--community", community.code, "--dry-run"))
    assert world.due() == {}
    world.call("registry", "shares", path, "--community", community.code)
    assert {code: len(starts) for code, starts in world.due().items()} == told
    community = replace(community, profiles=(profile, *community.profiles))
    world.communities = [community]
    return community


@pytest.mark.parametrize(
    ("key", "minutes", "remainder"),
    [("static", 60, "largest-remainder"), ("static-multi-round", 15, "surplus"), ("hybrid", 30, "largest-remainder")],
)
def test_shares_by_the_hour(world, key, minutes, remainder):
    """Before there is anything, for some of what is settled, again for a part of it, and across the change of clocks."""
    community = Community(make_devices(), interval=minutes * HOUR // 60, key=key, remainder=remainder)
    world.prepare(community)
    community = give(world, community, profile(START + 5 * DAY, 24))
    assert world.rows("select from energy.interval_status") == []
    world.send(ordinary_messages(make_devices()))
    world.drain()
    world.check()
    before = world.stored_attribution("e2e")
    community = give(world, community, profile(FIRST, 23 + 24, turn=2))
    world.drain()
    world.check()
    assert world.stored_attribution("e2e") != before
    # The afternoon of the day of 23 hours, other meters; a morning that two profiles cover.
    give(world, community, profile(FIRST + 12 * HOUR, 6, NAMES[1:], turn=5))
    world.drain()
    world.check()
    # The same again changes nothing.
    version = world.value("select registry_version from energy.control")
    path = write(world, profile(FIRST + 12 * HOUR, 6, NAMES[1:], turn=5))
    world.call("registry", "shares", path, "--community", community.code)
    assert world.due() == {}
    assert world.value("select registry_version from energy.control") == version


def test_a_year_of_hours(make_world):
    """8,760 hours, with both days on which clocks change; what is settled in them is settled again."""
    world = make_world()
    community = Community(make_devices(), key="static")
    world.prepare(community)
    world.send(ordinary_messages(make_devices(), days=10))
    world.drain()
    first = (EPOCH + timedelta(microseconds=START)).replace(month=1, day=1, hour=8)
    give(world, community, profile((first - EPOCH) // timedelta(microseconds=1), 8_760))
    assert {code: len(starts) for code, starts in world.due().items()} == {"e2e": 240}
    world.drain()
    world.check()


@pytest.mark.parametrize("fault", ["a stranger", "too much", "a hole", "an hour that clocks skip"])
def test_shares_that_cannot_be(world, fault):
    world.prepare(Community(make_devices(), key="static"))
    given = profile(FIRST, 24)
    if fault == "a stranger":
        given = profile(FIRST, 24, (*NAMES, "nobody"))
    elif fault == "too much":
        given = Profile(FIRST, {name: (WHOLE // 2,) * 24 for name in NAMES[:3]})
    path = write(world, given)
    if fault in ("a hole", "an hour that clocks skip"):
        text = (world.folder / "shares.csv").read_text().splitlines(keepends=True)
        # The second hour of the 12th is 3:00-07:00; 2:00 is not told by any clock.
        kept = [line for line in text if "T04:00" not in line] if fault == "a hole" else text
        skipped = [line.replace("T03:00:00-07:00", "T02:00:00-07:00") for line in text]
        (world.folder / "shares.csv").write_text("".join(kept if fault == "a hole" else skipped))
    world.call("registry", "shares", path, "--community", "e2e", status=65)
    assert world.rows("select from energy.share_profile") == []
