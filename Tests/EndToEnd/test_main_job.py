"""From records to attributed watt-hours: on ordinary days, in disorder, and a real community's year."""

from dataclasses import replace
from pathlib import Path

import pytest

from disorder import disorderly_messages
from homes import START, make_devices, ordinary_messages
from reference import DAY, HOUR, Community, Participation
from world import with_key

ROOT = Path(__file__).resolve().parents[2]


def test_ordinary_days(world):
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(ordinary_messages(devices))
    world.drain()
    world.check()
    # Once more, with nothing new: nothing changes.
    world.drain()
    world.check()


@pytest.mark.parametrize(("key", "rounds"), [("static", "one"), ("equal", "one"), ("equal", "many")])
def test_sharing_keys(world, key, rounds):
    devices = make_devices()
    world.prepare(with_key(Community(devices), key, rounds))
    world.send(ordinary_messages(devices, days=4))
    world.drain()
    world.check()


def test_members_come_and_go(world):
    """One joins on the second day, one leaves on the third, one takes a day off and returns with another share."""
    devices = list(make_devices())
    middle = START + 2 * DAY
    devices[0] = replace(devices[0], participations=(Participation(START + DAY + HOUR, share_ppm=200_000),))
    devices[1] = replace(devices[1], participations=(Participation(START + DAY, share_ppm=100_000),))
    devices[2] = replace(devices[2], participations=(Participation(START, middle + HOUR, share_ppm=150_000),))
    away = (Participation(START, middle - DAY, share_ppm=1), Participation(middle, share_ppm=400_000))
    devices[4] = replace(devices[4], participations=away)
    community = with_key(Community(tuple(devices)), "static")
    world.prepare(community)
    world.send(ordinary_messages(community.devices, days=4))
    world.drain()
    world.check()


@pytest.mark.parametrize("key", ["proportional", "static", "equal"])
def test_a_meter_that_falls_silent(world, key):
    """It is missing from then on: it counts as 0 in the split, and its fixed share is given to nobody else."""
    devices = make_devices()
    world.prepare(with_key(Community(devices), key))
    silence = START + 2 * DAY + 12 * HOUR
    messages = ordinary_messages(devices, days=4)
    world.send([each for each in messages if each.device != devices[0].hub_id or each.timestamp < silence])
    world.drain()
    world.check()


@pytest.mark.parametrize("is_reversed", [False, True])
def test_a_contract_that_begins_after_the_readings(world, is_reversed):
    """Its first interval is known from the readings on both sides of it, whichever of them comes first."""
    device = replace(make_devices()[1], participations=(Participation(START + DAY),))
    world.prepare(Community((device,)))
    messages = [message for message in ordinary_messages(make_devices(), days=3) if message.device == device.hub_id]
    halves = [messages[: len(messages) // 2], messages[len(messages) // 2 :]]
    for half in reversed(halves) if is_reversed else halves:
        world.send(half)
        world.drain()
    world.check()


def test_quarter_hours(world):
    """Most meters report by the hour: their quarters are interpolated, to the Wh."""
    devices = make_devices()
    world.prepare(Community(devices, interval=HOUR // 4))
    world.send(ordinary_messages(devices, days=2))
    world.drain()
    world.check()


@pytest.mark.parametrize("batch_rows", [20_000, 37])
def test_disorder(make_world, batch_rows):
    world = make_world(ingest_batch_rows=batch_rows)
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(disorderly_messages(devices))
    world.drain()
    world.check()


def test_disorder_with_the_newest_postgres(make_world, newest_server):
    world = make_world(server=newest_server)
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(disorderly_messages(devices))
    world.drain()
    world.check()


def test_a_year_of_sierra_crest(world):
    """The demo: 17 homes, 8,760 hours; the totals are known to the Wh."""
    world.call("migrate")
    world.call("registry", "apply", str(ROOT / "deploy/examples/sierra-crest.yaml"))
    world.call("simulate", str(ROOT / "data/sierra-crest/hourly.csv"), timeout=180)
    world.call("run", "--drain", timeout=300)
    sums = world.rows("""
        select count(*), sum(import_wh), sum(export_wh), sum(community_wh), sum(grid_wh), sum(shared_wh), sum(surplus_wh)
        from energy.current_attribution""")[0]
    assert sums == (
        17 * 8_760,
        112_120_902,
        45_902_535,
        17_695_663,
        94_425_239,
        17_695_663,
        45_902_535 - 17_695_663,
    )
    assert world.value("select count(*) from energy.reading") == 17 * 8_761
    assert world.rows("select distinct expected, received from energy.interval_status") == [(17, 17)]
    assert world.stored_anomalies() == set()
    assert world.value("select count(*) from energy.dead_letter") == 0
    days = world.rows("select count(*), sum(import_wh), sum(community_wh) from energy.community_day")[0]
    assert days == (365, 112_120_902, 17_695_663)
    world.call("verify")
    report = world.call("report", "--community", "sierra-crest")
    for total in ("112,120,902", "45,902,535", "17,695,663", "94,425,239"):
        assert total in report, f"the report does not show {total}:\n{report}"
