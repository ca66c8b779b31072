"""What people do about readings: import corrections, discard, decide on anomalies; each settles again what it touches."""

import itertools
import json
from dataclasses import replace

import pytest

from disorder import faulty_meter
from homes import START, in_time_order, make_devices, ordinary_messages, readings_of, rfc3339, single_messages, time_of
from reference import DAY, HOUR, Community, Correction, Discard, MeterSwap, Reading, microseconds
from test_meters import interval_messages
from world import DECISIVE

WHO = ("--author", "Ada", "--reason", "a test")


def rows_of(world) -> list:
    return world.rows("select * from energy.attribution order by 1, 2, 3, 4")


def import_readings(world, hub_id: str, readings: list[Reading], *options: str) -> str:
    """Writes a file and imports it; in the reference, too, unless it is a dry run."""
    lines = ["device,time,import_wh,export_wh,quality,interval_s"]
    for each in readings:
        values = [hub_id, rfc3339(each.time), each.import_wh, each.export_wh, each.quality, each.seconds or ""]
        lines.append(",".join(map(str, values)))
    path = world.folder / "readings.csv"
    path.write_text("\n".join(lines) + "\n")
    if "--dry-run" not in options:
        world.records += [Correction(hub_id, each) for each in readings]
    return world.call("readings", "import", *WHO, *options, str(path))


def discard_readings(world, hub_id: str, start: int, end: int) -> None:
    world.call(
        *("readings", "discard", *WHO, f"--device={hub_id}"),
        *("--from", rfc3339(start), "--until", rfc3339(end)),
    )
    world.records.append(Discard(hub_id, start, end))


def moved(reading: dict, wh: int, quality: str = "M", seconds: int = 0) -> Reading:
    return Reading(time_of(reading), reading["import_wh"] + wh, reading["export_wh"], quality, seconds=seconds)


def test_corrections_and_history(world):
    """Before, between and against telemetry, registers and intervals; telemetry that comes again changes nothing of it."""
    devices = list(make_devices())
    devices[4] = replace(devices[4], interval_seconds=3600)
    names = [device.hub_id for device in devices]
    messages = [each for each in ordinary_messages(tuple(devices), days=3) if each.device != names[4]]
    messages += interval_messages(names[4], 4, 3600, 3, 1)
    world.prepare(Community(tuple(devices)))
    world.send(in_time_order(messages))
    world.drain()
    world.check()

    readings = readings_of(0, days=3)
    corrections = [moved(each, 3) for each in readings[10:14]]
    corrections += [moved(readings[20], 1, "S"), moved(readings[21], 0), moved(readings[30], 0, "E")]
    earlier = {**readings[0], "t": rfc3339(START - DAY)}
    corrections += [moved(earlier, -1_000), moved({**earlier, "t": rfc3339(START - DAY // 2)}, -400)]
    before = rows_of(world)
    import_readings(world, names[0], corrections, "--dry-run")
    world.drain()
    assert rows_of(world) == before
    import_readings(world, names[0], corrections)
    world.drain()
    world.check()
    assert rows_of(world) != before

    # The same once more, and a second correction of one of them.
    import_readings(world, names[0], [moved(readings[10], 3), moved(readings[11], 2)])
    # An interval that telemetry told worse, and one that it did not tell.
    told = readings_of(4, days=3)
    energy = [
        Reading(time_of(a), b["import_wh"] - a["import_wh"] + 5, b["export_wh"] - a["export_wh"], seconds=3600)
        for a, b in itertools.pairwise(told[7:21])
    ]
    import_readings(world, names[4], [energy[0], energy[4], energy[12]])
    world.drain()
    world.check()

    discard_readings(world, names[0], time_of(readings[40]), time_of(readings[44]))
    discard_readings(world, names[4], time_of(told[30]), time_of(told[31]))
    world.drain()
    world.check()
    # The stream brings all of it again: closed places stay closed.
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    import_readings(world, names[0], [moved(readings[41], 0)])
    world.drain()
    world.check()
    said = world.call("readings", "history", "--device", names[0], "--time", readings[41]["t"])
    assert "Ada" in said and "a test" in said


def test_what_cannot_be_imported(world):
    devices = make_devices()
    world.prepare(Community(devices))
    world.send(single_messages(devices[0].hub_id, readings_of(0, days=1)))
    world.drain()
    path = world.folder / "bad.csv"
    path.write_text(
        f"device,time,import_wh\n{devices[0].hub_id},2017-03-04T06:00:00,1\nnobody,2017-03-04T06:00:00Z,1\n"
    )
    world.call("readings", "import", *WHO, str(path), status=65)
    assert "line 2" in world.workers[-1].tail()
    world.call("readings", "discard", *WHO, "--device", devices[0].hub_id, "--time", "2001-01-01T00:00:00Z", status=64)
    world.check()


# -------------------------------------------------------------------------------------------------------------- decisions


def anomalies(world) -> dict[tuple[str, int], int]:
    """The open ones of the meter: their numbers by kind and time."""
    listed = json.loads(world.call("anomalies", "list", "--format", "json", "--limit", "1000"))
    return {(each["kind"], microseconds(each["from_at"])): each["id"] for each in listed if each["kind"] in DECISIVE}


def resolve(world, number: int, how: str, *more: str) -> None:
    world.call("anomalies", "resolve", str(number), "--as", how, "--by", "Ada", "--note", "a test", *more)


@pytest.mark.parametrize("is_running", [False, True], ids=["between-runs", "while-a-worker-runs"])
def test_decisions(make_world, is_running):
    """An outlier that was right, one that was not, an exchange of the meter; and the way back."""
    world = make_world(settlement_every="20ms")
    devices = list(make_devices()[:3])
    name = devices[0].hub_id
    messages = [
        each for each in ordinary_messages(make_devices()) if each.device in (devices[1].hub_id, devices[2].hub_id)
    ]
    world.prepare(Community(tuple(devices)))
    world.send(in_time_order([*faulty_meter(name), *messages]))
    world.drain()
    world.check()
    worker = world.start("run") if is_running else None
    found = anomalies(world)
    spike, dip = START + 20 * HOUR, START + 40 * HOUR
    reset = next(time for kind, time in found if kind == "reset")
    shown = world.call("anomalies", "show", str(found["outlier", spike]))
    assert name in shown

    resolve(world, found["outlier", spike], "accept")
    world.decisions[name, spike] = "accept"
    resolve(world, found["outlier", dip], "set-aside")
    world.decisions[name, dip] = "set-aside"
    old, new = (readings_of(0)[60], reset + HOUR)
    swap = MeterSwap(new, old["import_wh"], 17, old["export_wh"], 0)
    resolve(
        *(world, found["reset", reset], "meter-swap"),
        *("--import-final", str(swap.import_final), "--import-start", "17"),
        *("--export-final", str(swap.export_final), "--export-start", "0"),
    )
    world.communities = [Community((replace(devices[0], swaps=(swap,)), *devices[1:]))]
    settle_now(world, worker)
    world.check()

    world.call("anomalies", "reopen", str(found["outlier", spike]))
    del world.decisions[name, spike]
    world.call("anomalies", "reopen", str(found["reset", reset]))
    world.communities = [Community(tuple(devices))]
    settle_now(world, worker)
    world.check()
    if worker:
        assert worker.terminate(5) == 0


def settle_now(world, worker) -> None:
    """Whatever is due again is settled: by the worker that runs, or by one that drains."""
    if worker is None:
        world.drain()
        return
    due = "select (select count(*) from energy.due_mark) + (select count(*) from energy.due_span)"
    world.wait_for("everything to be settled again", lambda: world.value(due) == 0)
