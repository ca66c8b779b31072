"""The commands around the worker, on data of a few days: what they print agrees with the tables, and with each other."""

import csv
import io
import json
from pathlib import Path

import pytest

from disorder import disorderly_messages
from homes import START, make_devices, ordinary_messages
from reference import DAY, Community

EXAMPLES = Path(__file__).resolve().parents[2] / "deploy/examples"


@pytest.fixture
def settled(world):
    """A world with two settled days."""
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(ordinary_messages(devices, days=2))
    world.drain()
    return world


def test_the_example_configuration_says_the_defaults(world):
    empty = world.folder / "empty.yaml"
    empty.write_text("")
    printed = [world.call("check", "--print", "--config", str(path)) for path in (EXAMPLES / "wattsource.yaml", empty)]
    # What stands after # is where a value comes from.
    values = [[line.split("#")[0].rstrip() for line in text.splitlines()] for text in printed]
    assert values[0] == values[1]
    assert len(values[0]) > 30


def test_check_finds_everything_in_order(settled):
    assert "FAILED" not in settled.call("check")


def test_reports_add_up_to_the_tables(settled):
    columns = ["import_wh", "community_wh", "grid_wh", "export_wh", "shared_wh", "surplus_wh"]
    sums = settled.rows(f"select {', '.join(f'sum({name})' for name in columns)} from energy.current_attribution")[0]
    for period in ("hour", "day", "month"):
        text = settled.call("report", "--community", "e2e", "--by", period, "--format", "csv")
        rows = list(csv.DictReader(io.StringIO(text)))
        assert tuple(sum(int(row[name]) for row in rows) for name in columns) == sums, period
    report = json.loads(settled.call("report", "--community", "e2e", "--format", "json"))
    assert str(int(sums[0])) in json.dumps(report)


def test_the_exported_registry_is_the_one_that_was_applied(settled):
    exported = settled.folder / "exported.yaml"
    exported.write_text(settled.call("registry", "export"))
    version = settled.value("select registry_version from energy.control")
    settled.call("registry", "apply", str(exported))
    assert settled.value("select registry_version from energy.control") == version
    settled.check()


def test_dead_letters_are_listed_and_shown(world):
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(disorderly_messages(devices))
    world.drain()
    stored = world.rows("select reason, count(*) from energy.dead_letter group by reason")
    listed = json.loads(world.call("dead-letters", "list", "--format", "json", "--limit", "1000"))
    letters = listed if isinstance(listed, list) else next(v for v in listed.values() if isinstance(v, list))
    assert {(reason, sum(each["reason"] == reason for each in letters)) for reason, _ in stored} == set(stored)
    topic, partition, offset = world.rows(
        "select topic, partition, record_offset from energy.dead_letter where reason = 'device_mismatch'"
    )[0]
    assert "device_mismatch" in world.call("dead-letters", "show", f"{topic}/{partition}/{offset}")


def test_settling_again_by_hand_changes_nothing(settled):
    before = settled.rows("select * from energy.attribution order by interval_start, device_id")
    settled.call("settle", "--community", "e2e")
    assert settled.rows("select * from energy.attribution order by interval_start, device_id") == before
    settled.check()


def test_status_knows_that_everything_is_read(settled):
    text = settled.call("status")
    assert settled.name in text
    positions = json.loads(settled.call("positions", "list", "--format", "json"))
    assert len(positions) == 4


def test_a_contract_that_changes_settles_its_intervals_again(settled):
    """The registry is applied anew, with a meter that left after the first day: what it touched is settled again by itself."""
    devices = list(make_devices())
    last = devices[-1]
    left = type(last.participations[0])(last.participations[0].start, START + DAY, last.participations[0].share_ppm)
    devices[-1] = type(last)(last.hub_id, (left,), inverter_watts=last.inverter_watts)
    settled.prepare(Community(tuple(devices)))
    settled.drain()
    settled.check()
