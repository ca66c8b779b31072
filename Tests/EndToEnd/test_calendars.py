"""Days of 23, 25, 23½ and 24½ hours, and days that begin off the grid: the views' sums against sums made here, by Python's calendar."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from homes import batched_messages, in_time_order, readings_of
from reference import DAY, EPOCH, HOUR, Community, Device, Participation, local, microseconds
from world import since_epoch

# A change of clocks, or, in Kolkata, just an hour. Lord Howe's clocks move by half an hour.
CHANGES = {
    "Vienna in spring": ("Europe/Vienna", "2017-03-26T01:00:00Z", 23),
    "Vienna in autumn": ("Europe/Vienna", "2017-10-29T01:00:00Z", 25),
    "Kolkata": ("Asia/Kolkata", "2017-03-26T01:00:00Z", 24),
    "Lord Howe in autumn": ("Australia/Lord_Howe", "2017-04-01T15:00:00Z", 24.5),
    "Lord Howe in spring": ("Australia/Lord_Howe", "2017-09-30T15:30:00Z", 23.5),
}
WH = ("import_wh", "community_wh", "grid_wh", "export_wh", "shared_wh", "surplus_wh")


def community(minutes: int, zone: str, start: int) -> Community:
    names = [f"home-{minutes}-{place}" for place in range(3)]
    devices = tuple(Device(name, (Participation(start, community=f"every-{minutes}"),)) for name in names)
    return Community(devices, interval=minutes * HOUR // 60, code=f"every-{minutes}", time_zone=zone)


def days_of(rows: dict, zone: ZoneInfo) -> dict:
    """Sums by the local date on which an interval begins."""
    days = defaultdict(lambda: [0] * len(WH))
    for (start, _), split in rows.items():
        sums = days[local(start, zone).date()]
        for place, name in enumerate(WH):
            sums[place] += getattr(split, name)
    return {day: tuple(sums) for day, sums in days.items()}


def whole_days(starts: set[int], interval: int, zone: ZoneInfo) -> set:
    """The days of which every interval that begins on them is there."""
    days = set()
    for day in {local(start, zone).date() for start in starts}:
        # Edges from long before to long after: which of them fall on that day?
        noon = (datetime(day.year, day.month, day.day, 12, tzinfo=UTC) - EPOCH) // timedelta(microseconds=1)
        edges = range((noon - 2 * DAY) // interval * interval, noon + 2 * DAY, interval)
        if all(edge in starts for edge in edges if local(edge, zone).date() == day):
            days.add(day)
    return days


@pytest.mark.parametrize(("name", "change", "hours"), CHANGES.values(), ids=CHANGES.keys())
def test_local_days(world, name, change, hours):
    zone, middle = ZoneInfo(name), microseconds(change)
    start = (middle - 50 * HOUR) // HOUR * HOUR
    communities = [community(minutes, name, start - DAY) for minutes in (15, 30, 60)]
    messages = []
    for each in communities:
        for place, device in enumerate(each.devices):
            readings = readings_of(place, start=start, days=4.2, step=HOUR // 4)
            if place == 2:
                del readings[-80:]  # it is missing at the end: that day is not complete
            messages += batched_messages(device.hub_id, readings, 24)
    world.prepare(*communities)
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    columns = ", ".join(WH)
    for each in communities:
        rows, status = world.stored_attribution(each.code), world.stored_status(each.code)
        there = {when for when, (expected, received) in status.items() if expected == received}
        stored = world.rows(
            f"select day, {columns}, complete from energy.community_day where community = %s", each.code
        )
        assert {day: tuple(wh) for day, *wh, _ in stored} == days_of(rows, zone)
        assert {day for day, *_, complete in stored if complete} == whole_days(there, each.interval, zone)
        for number, device in enumerate(each.devices):
            own = {key: split for key, split in rows.items() if key[1] == device.hub_id}
            query = f"select day, {columns}, complete from energy.member_day where community = %s and member = %s"
            stored = world.rows(query, each.code, f"member-{number:02d}")
            assert {day: tuple(wh) for day, *wh, _ in stored} == days_of(own, zone), device.hub_id
            assert {day for day, *_, complete in stored if complete} == whole_days(
                {at for at, _ in own}, each.interval, zone
            )
    check_length(world, zone, middle, hours)


def check_length(world, zone: ZoneInfo, middle: int, hours: float) -> None:
    """The day of the change is there as a whole, and as long as it was."""
    day = local(middle, zone).date()
    assert world.rows("select complete from energy.community_day where day = %s", day) == [(True,)] * 3
    starts = world.rows(
        "select interval_start, interval_end from energy.interval_status where interval_end - interval_start = '15 min'"
    )
    spans = [since_epoch(end) - since_epoch(start) for start, end in starts if start.astimezone(zone).date() == day]
    assert sum(spans) == hours * HOUR
