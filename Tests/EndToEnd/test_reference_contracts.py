"""The reference's contracts against cases computed by hand and published examples; needs no server."""

import pytest

from reference import (
    DAY,
    HOUR,
    SECOND,
    Community,
    Device,
    Interval,
    Participation,
    Profile,
    Reading,
    Rule,
    divide,
    final_at,
    is_closed,
    microseconds,
    settle,
    settle_all,
    share,
)

NOON = 1_500_000_000 * SECOND - 1_500_000_000 * SECOND % HOUR
HOMES = [1_000, 2_000, 3_000, 6_000]
QUARTERS = [250_000] * 4


@pytest.mark.parametrize(
    ("key", "remainder", "offered", "needs", "shares", "priorities", "gets"),
    [
        ("hybrid", "largest-remainder", 10_000, HOMES, QUARTERS, None, [1_000, 2_000, 2_750, 4_250]),
        ("pool", "largest-remainder", 1_200, [300, 600], [0, 0], None, [300, 600]),
        # A French example of priorities (doc.plein-soleil.org): B first, then C; and who has none comes last.
        ("priority", "largest-remainder", 1_000, [400, 800], [0, 0], [1, 2], [400, 600]),
        ("priority", "largest-remainder", 1_000, [400, 800, 500], [0] * 3, [None, 2, 2], [0, 800, 200]),
        # 5,000, 3,000 and 2,000; the 4,000 that the first does not need: 2,400 and 1,600; the 1,400 that the second does not.
        (
            *("static-multi-round", "largest-remainder", 10_000, [1_000, 4_000, 9_000]),
            *([500_000, 300_000, 200_000], None, [1_000, 4_000, 5_000]),
        ),
        # A reserve goes into the second round, and to nobody who has no share.
        ("static-multi-round", "largest-remainder", 100, [90, 90, 90], [250_000, 250_000, 0], None, [50, 50, 0]),
        # 10 Wh at a third each are 3 and 3 and 3: the one left over leaves, in the first round and in every other.
        ("static", "surplus", 10, [9, 9, 9], [333_333] * 3, None, [3, 3, 3]),
        ("static-multi-round", "surplus", 11, [9, 1, 9], [250_000, 500_000, 250_000], None, [4, 1, 4]),
        ("hybrid", "surplus", 11, [9, 1, 9], [250_000, 500_000, 250_000], None, [4, 1, 4]),
        ("hybrid", "largest-remainder", 11, [9, 1, 9], [250_000, 500_000, 250_000], None, [5, 1, 5]),
        ("proportional", "surplus", 10, [7, 7, 7], [0] * 3, None, [3, 3, 3]),
        ("equal", "surplus", 10, [7, 7, 7], [0] * 3, None, [3, 3, 3]),
    ],
)
def test_keys_by_hand(key, remainder, offered, needs, shares, priorities, gets):
    names = [f"m-{i}" for i in range(len(needs))]
    given = Interval(
        offered,
        dict(zip(names, needs, strict=True)),
        dict(zip(names, shares, strict=True)),
        dict(zip(names, priorities or [None] * len(names), strict=True)),
    )
    result = share(key, "one", given, remainder)
    assert [result[name] for name in names] == gets


def test_rounding_down_leaves_the_rest():
    assert divide(10, [("a", 1), ("b", 1), ("c", 1)], "surplus") == {"a": 3, "b": 3, "c": 3}


def registers(wh: int, hours: int = 3) -> list[Reading]:
    return [Reading(NOON + i * HOUR, 1_000 + i * wh, i * wh // 2) for i in range(hours + 1)]


def stored(**series: list[Reading]) -> dict:
    return {(name, each.time): each for name, readings in series.items() for each in readings}


def test_a_meter_in_two_communities_by_hand():
    """Of 101 Wh 33.3333 % take part in the one and half in the other: 33 and 50, and 18 in none."""
    both = Device(
        "both",
        (
            Participation(0, community="b", part_ppm=333_333),
            Participation(0, community="a", part_ppm=500_000),
        ),
    )
    first, second = Community((both,), code="b"), Community((), code="a")
    settled = settle_all(stored(both=registers(101)), [first, second])
    here, there = settled["b"].rows[NOON, "both"], settled["a"].rows[NOON, "both"]
    assert (here.import_wh, here.export_wh, there.import_wh, there.export_wh) == (33, 16, 50, 25)
    # Its own export returns to it. What takes part in no community stands where the community's number is smallest.
    assert (here.community_wh, here.surplus_wh) == (16, 0)
    assert (here.unshared_import_wh, here.unshared_export_wh) == (18, 9)
    assert (there.unshared_import_wh, there.unshared_export_wh) == (None, None)
    swapped = settle_all(stored(both=registers(101)), [second, first])
    assert swapped["a"].rows[NOON, "both"].unshared_import_wh == 18
    assert swapped["b"].rows[NOON, "both"].unshared_import_wh is None


def test_the_whole_meter_leaves_nothing_unshared():
    parts = (Participation(0, community="a", part_ppm=600_000), Participation(0, community="b", part_ppm=400_000))
    communities = [Community((Device("m", parts),), code="a"), Community((), code="b")]
    settled = settle_all(stored(m=registers(10)), communities)
    assert settled["a"].rows[NOON, "m"].unshared_import_wh is None
    settled = settle_all(stored(m=registers(11)), communities)  # 6 and 4 and 1 by rounding; of the export 3 and 2 of 5
    row = settled["a"].rows[NOON, "m"]
    assert (row.unshared_import_wh, row.unshared_export_wh) == (1, 0)


def test_a_rule_begins_on_its_day():
    """An hour, then quarters, of an even line: 400 Wh an hour are 100 a quarter."""
    rules = (Rule(HOUR, end=NOON + HOUR), Rule(HOUR // 4, start=NOON + HOUR))
    settled = settle(stored(m=registers(400)), Community((Device("m", (Participation(0),)),), dated=rules))
    assert [row.import_wh for row in settled.rows.values()] == [400] + [100] * 8
    # Across more than one interval: an estimate from where the quarters begin.
    assert [row.quality for row in settled.rows.values()] == ["M"] + ["E"] * 8


def test_shares_by_the_hour():
    homes = tuple(Device(name, (Participation(0, share_ppm=500_000),)) for name in ("a", "b", "sun"))
    profile = Profile(NOON, {"a": (0, 250_000), "b": (1_000_000, 750_000)})
    community = Community(homes, key="static", profiles=(profile,))
    series = {name: [Reading(NOON + i * HOUR, i * 1_000, 0) for i in range(4)] for name in ("a", "b")}
    series["sun"] = [Reading(NOON + i * HOUR, 0, i * 400) for i in range(4)]
    rows = settle(stored(**series), community).rows
    gets = [[rows[NOON + i * HOUR, name].community_wh for name in ("a", "b", "sun")] for i in range(3)]
    # After the profile the participations' shares hold again (three halves here, which no registry would take).
    assert gets[:2] == [[0, 400, 0], [100, 300, 0]]


def test_missing_meters_have_names():
    homes = tuple(Device(name, (Participation(0),)) for name in ("a", "b"))
    settled = settle(stored(a=registers(10), b=registers(10, hours=1)), Community(homes))
    assert settled.status == {NOON: (2, 2), NOON + HOUR: (2, 1), NOON + 2 * HOUR: (2, 1)}
    assert settled.missing == {NOON + HOUR: {"b"}, NOON + 2 * HOUR: {"b"}}


@pytest.mark.parametrize(
    ("zone", "start", "final"),
    [
        # The last quarter hour of January and the first of February, by local time.
        ("Europe/Vienna", "2026-01-31T22:45:00Z", "2026-02-05T05:00:00Z"),
        ("Europe/Vienna", "2026-01-31T23:00:00Z", "2026-03-05T05:00:00Z"),
        ("Europe/Vienna", "2026-03-31T21:45:00Z", "2026-04-05T04:00:00Z"),  # summer time
        ("Asia/Kolkata", "2026-01-31T18:30:00Z", "2026-03-05T00:30:00Z"),
        ("America/Los_Angeles", "2026-12-31T23:00:00Z", "2027-01-05T14:00:00Z"),
    ],
)
def test_final_by_the_calendar(zone, start, final):
    rule = Rule(HOUR // 4, final_day=5, final_time="06:00")
    community = Community((), time_zone=zone, dated=(rule,))
    assert final_at(community, microseconds(start)) == microseconds(final)


def test_final_at_a_time_that_clocks_show_twice_or_never():
    def final(zone, start, day, time):
        return final_at(
            Community((), time_zone=zone, dated=(Rule(final_day=day, final_time=time),)), microseconds(start)
        )

    # Clocks in Los Angeles are put back at 2:00 on 2026-11-01 and forward on 2026-03-08.
    twice = final("America/Los_Angeles", "2026-10-15T00:00:00Z", 1, "01:30")
    never = final("America/Los_Angeles", "2026-02-15T00:00:00Z", 8, "02:30")
    assert twice == microseconds("2026-11-01T09:30:00Z")
    assert never == microseconds("2026-03-08T10:30:00Z")


def test_final_and_closed_after_a_while():
    rule = Rule(finality=DAY, corrections=2 * DAY)
    community = Community((), dated=(rule,))
    assert final_at(community, NOON) == NOON + HOUR + DAY
    assert not is_closed(community, NOON, NOON + HOUR + 2 * DAY - 1)
    assert is_closed(community, NOON, NOON + HOUR + 2 * DAY)
    assert not is_closed(Community(()), NOON, NOON + 1_000 * DAY)
