"""`wattsource simulate`: whatever readers, transports and faults are rehearsed, the same energy is attributed."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = str(ROOT / "data/sierra-crest/hourly.csv")
DAYS = 3
SPAN = ("--from", "2016-08-20T07:00:00Z", "--days", str(DAYS))

ATTRIBUTION = """
    select md5(string_agg(a::text, E'\\n' order by interval_start, hub_device_id)), count(*), sum(community_wh)
    from (select hub_device_id, interval_start at time zone 'UTC' as interval_start, quality, import_wh, community_wh,
                 grid_wh, export_wh, shared_wh, surplus_wh
          from energy.current_attribution) a"""


def rehearse(world, *options: str) -> str:
    """Applies the registry that fits, sends, and reads everything; what simulate said."""
    world.call("migrate")
    registry = world.folder / "registry.yaml"
    registry.write_text(world.call("simulate", DATA, *options, "--print-registry"))
    world.call("registry", "apply", str(registry))
    said = world.call("simulate", DATA, *SPAN, *options, timeout=180)
    world.drain()
    world.call("verify")
    return said


def ledger(world) -> dict[str, int]:
    names = ["records", "refused_records", "accepted", "duplicate", "superseded", "rejected"]
    row = world.rows(f"select {', '.join(f'sum({name})' for name in names)} from energy.ingest_batch")[0]
    return {name: int(value) for name, value in zip(names, row, strict=True)}


FAULTS = "duplicates=3%,conflicts=2%,bad-json=4%,unknown-device=3%,future=2%,late=5%+30h,shuffle=90m"


def test_every_reader_transport_and_fault_at_once(make_world):
    plain = make_world()
    rehearse(plain)
    expected = plain.rows(ATTRIBUTION)
    assert expected[0][1] == 17 * 24 * DAYS
    runs = [
        ({}, ("--format", "mixed", "--transport", "amqp", "--gzip")),
        (
            {"ingest_identity": "envelope"},
            ("--format", "mixed", "--transport", "envelope", "--envelope-body", "object"),
        ),
        ({"ingest_identity": "record-key"}, ("--format", "mixed", "--transport", "plain", "--batch", "24")),
        ({}, ("--format", "mixed", "--inject", FAULTS, "--seed", "9")),
    ]
    for settings, options in runs:
        world = make_world(**settings)
        said = rehearse(world, *options)
        assert world.rows(ATTRIBUTION) == expected, options
        told = dict(re.findall(r"(\w+) (\d+)", said.split("will say:")[1])) if "will say:" in said else {}
        assert bool(told) == ("--inject" in options)
        found = ledger(world)
        assert {name: int(count) for name, count in told.items()} == {name: found[name] for name in told}


def test_faults_of_meters(world):
    """Each shows in the anomalies, or, where nothing is wrong in the end, in nothing but them."""
    faults = "reset=home01@2016-08-21T12:00:00Z,spike=home02@2016-08-21T12:00:00Z,rollover=home03@2016-08-21T12:00:00Z"
    said = rehearse(world, "--inject", faults)
    found = world.rows("""
        select d.hub_device_id, a.kind from energy.anomaly a join energy.device d using (device_id)
        where a.kind in ('break', 'reset', 'rollover', 'outlier') order by 1""")
    assert found == [
        ("sierra-crest-home-01", "reset"),
        ("sierra-crest-home-02", "outlier"),
        ("sierra-crest-home-03", "rollover"),
    ]
    # The swap that simulate proposes makes the reset whole again.
    final = re.search(r"final (\d+) and (\d+) Wh", said)
    anomaly = world.value("select anomaly_id from energy.anomaly where kind = 'reset'")
    before = world.value("select sum(import_wh) from energy.current_attribution")
    world.call(
        *("anomalies", "resolve", str(anomaly), "--as", "meter-swap", "--by", "a test", "--note", "rehearsed"),
        *("--import-final", final[1], "--import-start", "0", "--export-final", final[2], "--export-start", "0"),
    )
    world.drain()
    world.call("verify")
    assert world.value("select sum(import_wh) from energy.current_attribution") > before
    assert world.value("select sum(import_wh) from energy.current_attribution") == int(
        re.search(r"import (\d+) Wh", said)[1]
    )


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--format", "sml"), "sml"),
        (("--format", "dsmr", "--batch", "2"), "one reading"),
        (("--inject", "duplicate=1%"), "known are duplicates"),
        (("--inject", "reset=home99@2016-08-21T12:00:00Z"), "no such home"),
        (("--inject", "late=1%"), "late=1%+2d"),
        (("--time-zone", "Mars/Olympus"), "Europe/Vienna"),
    ],
)
def test_options_that_make_no_sense(world, options, words):
    world.call("simulate", DATA, *options, "--print-registry", status=64)
    assert words in world.workers[-1].tail()


def test_the_registry_that_fits_telemetry_is_the_example(world):
    """Applied over the example it changes nothing."""
    world.call("migrate")
    world.call("registry", "apply", str(ROOT / "deploy/examples/sierra-crest.yaml"))
    version = world.value("select registry_version from energy.control")
    path = world.folder / "printed.yaml"
    path.write_text(world.call("simulate", DATA, "--print-registry"))
    world.call("registry", "apply", str(path))
    assert world.value("select registry_version from energy.control") == version
    assert json.loads(world.call("positions", "list", "--format", "json")) == []
