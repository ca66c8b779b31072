"""Dead letters come back: by themselves, by command, once and only once; or they are discarded, and kept."""

import json

import pytest

from homes import START, hub_message, make_devices, ordinary_messages, rfc3339
from reference import HOUR, SECOND, Community, ingest, settle_all
from registry import registry_file
from world import same, stored_form

UNRESOLVED = "select count(*) from energy.dead_letter where resolved_at is null"
RESOLVED = "select count(*) from energy.dead_letter where resolution = 'replayed'"


def without(devices, *missing):
    return Community(tuple(device for device in devices if device not in missing))


def check_as_if_known(world, community: Community) -> None:
    """The tables are what they would be had the registry been like this from the beginning; the books say how."""
    expected = ingest(world.records, list(community.devices))
    settled = settle_all(expected.readings, [community])
    same("reading", world.stored_readings(), {key: stored_form(each) for key, each in expected.readings.items()})
    world.check_settled(settled)
    accepted = int(world.value("select coalesce(sum(accepted), 0) from energy.ingest_batch"))
    replayed = int(world.value("select coalesce(sum(readings), 0) from energy.reading_event where kind = 'replay'"))
    assert accepted + replayed == len(expected.readings)
    world.call("verify")


def test_an_unknown_device_comes_back_with_the_next_drain(world):
    devices = make_devices()
    world.prepare(without(devices, devices[0]))
    world.send(ordinary_messages(devices, days=4))
    world.drain()
    refused = world.value(UNRESOLVED)
    assert refused == sum(record_of(record) == devices[0].hub_id for record in world.records) > 0
    world.prepare(Community(devices))
    world.drain()
    assert world.value(UNRESOLVED) == 0
    assert world.value("select sum(letters) from energy.reading_event") == refused
    check_as_if_known(world, Community(devices))


def test_unknown_devices_come_back_while_workers_run(make_world):
    """The registry learns of them in the middle of the stream, with batches of the old version in flight."""
    world = make_world(ingest_batch_rows=25, settlement_every="20ms")
    devices = make_devices()
    world.prepare(without(devices, devices[1], devices[2]), grace="0s")
    messages = ordinary_messages(devices, days=6)
    first, second = world.start("run"), world.start("run")
    third = len(messages) // 3
    world.send(messages[:third])
    world.wait_until_read(third // 2)
    world.prepare(without(devices, devices[1]), grace="0s")
    world.send(messages[third : 2 * third])
    world.prepare(Community(devices), grace="0s")
    world.send(messages[2 * third :])
    world.wait_until_read()
    world.wait_for("all dead letters to be replayed", lambda: world.value(UNRESOLVED) == 0)
    assert first.terminate(5) == 0
    # The test broker waits long for a member that leaves while it is asked to join again.
    owners = "select count(distinct owner) from energy.stream_position"
    world.wait_for("the other to own all partitions", lambda: world.value(owners) == 1)
    assert second.terminate(5) == 0
    world.drain()
    check_as_if_known(world, Community(devices))


def test_killed_while_dead_letters_come_back(make_world):
    world = make_world(settlement_every="20ms")
    devices = make_devices()
    world.prepare(without(devices, devices[2]))
    world.send(ordinary_messages(devices))
    world.drain()
    refused = world.value(UNRESOLVED)
    world.prepare(Community(devices))
    for share in (1, 2, 3):
        worker = world.start("run")
        enough = min(refused, share * refused // 6)
        world.wait_for("some to be replayed", lambda enough=enough: world.value(RESOLVED) >= enough)
        worker.kill()
    world.drain()
    assert world.value(RESOLVED) == refused
    check_as_if_known(world, Community(devices))
    # By hand, with nothing left to do.
    assert "no dead letters" in world.call("dead-letters", "replay", "--all")
    check_as_if_known(world, Community(devices))


@pytest.mark.parametrize(
    ("key", "wrong", "right", "reason"),
    [("status", "disabled", "enabled", "disabled_device"), ("adapter", "homewizard", "v1", "bad_schema")],
)
def test_replayed_by_hand_once_the_cause_is_mended(world, key, wrong, right, reason):
    """A device that somebody had disabled, or given another reader's adapter; and a reading that stays refused."""
    devices = make_devices()
    community = Community(devices)
    world.prepare(community)
    apply(world, community, devices[0].hub_id, **{key: wrong})
    messages = ordinary_messages(devices, days=3)
    at = START + 2 * HOUR
    readings = [{"t": rfc3339(at), "import_wh": 5, "export_wh": 5}, {"t": rfc3339(at + HOUR), "import_wh": -1}]
    messages.append(hub_message("home-10", {"v": 1, "readings": readings[1:]}, enqueued=at + 2 * HOUR))
    world.send(messages)
    world.drain()
    apply(world, community, devices[0].hub_id, **{key: right})
    world.drain()
    unresolved = f"select count(*) from energy.dead_letter where reason = '{reason}' and resolved_at is null"
    refused = world.value(unresolved)
    assert refused > 0
    choice = ("--reason", reason, "--device", devices[0].hub_id)
    told = world.call("dead-letters", "replay", *choice, "--dry-run")
    assert told.count("accepted 1\n") == refused and "nothing was changed" in told
    assert world.value(unresolved) == refused
    world.call("dead-letters", "replay", *choice, "--limit", "7")
    assert world.value(unresolved) == refused - 7
    world.call("dead-letters", "replay", "--all", "--because", "it was a mistake", "--author", "ada")
    assert world.value(unresolved) == 0
    # What is wrong stays wrong.
    query = "select reason, attempts, resolved_at is null from energy.dead_letter where reason = 'negative_value'"
    assert world.rows(query) == [("negative_value", 1, True)]
    query = "select distinct actor, reason from energy.reading_event where reason like 'it was%%'"
    assert world.rows(query) == [("ada", "it was a mistake")]
    world.drain()
    check_as_if_known(world, community)


def test_discarded_ones_are_kept_and_stay_away(world):
    devices = make_devices()
    world.prepare(without(devices, devices[0]))
    world.send(ordinary_messages(devices, days=2))
    world.drain()
    refused = world.value(UNRESOLVED)
    choice = ("--device", devices[0].hub_id)
    world.call("dead-letters", "discard", *choice, status=64)
    assert "would be" in world.call("dead-letters", "discard", *choice, "--because", "a test", "--dry-run")
    assert world.value(UNRESOLVED) == refused
    world.call("dead-letters", "discard", *choice, "--because", "a test device")
    assert world.value(UNRESOLVED) == 0
    world.prepare(Community(devices))
    world.drain()
    query = "select distinct resolution, note from energy.dead_letter"
    assert world.rows(query) == [("discarded", "a test device")]
    assert world.value("select count(*) from energy.reading_event") == 0
    world.call("verify")


@pytest.mark.parametrize("per_batch", [1, 25])
def test_a_flood_costs_good_records_nothing(make_world, per_batch):
    """Bad records among all good ones, more than a day may keep: exactly the good ones are stored, and the books balance."""
    world = make_world(ingest_batch_rows=50, retention_dead_letter_rows_per_day=5)
    devices = make_devices()
    world.prepare(Community(devices))
    messages = []
    for number, message in enumerate(ordinary_messages(devices, days=4)):
        messages.append(message)
        if number % 25 < per_batch:
            at = message.timestamp + number % SECOND
            messages.append(hub_message(message.device, b"{" * (number % 50), enqueued=at))
    world.send(messages)
    world.drain()
    expected = ingest(world.records, list(devices))
    same("reading", world.stored_readings(), {key: stored_form(each) for key, each in expected.readings.items()})
    kept = world.value("select count(*) from energy.dead_letter")
    dropped = int(world.value("select sum(dropped) from energy.dead_letter_tally"))
    assert kept + dropped == len(expected.dead)
    assert dropped > 0
    world.call("verify")
    assert "daily limit" in world.call("status")


def record_of(record) -> str:
    text = dict(record.headers)["iothub-connection-device-id"]
    return (text[2:] if text[0] == 0xA1 else text).decode()


def apply(world, community: Community, device: str, **changes) -> None:
    """The community's registry, with one device changed."""
    document = registry_file((community,))
    for member in document["communities"][0]["members"]:
        for entry in member["devices"]:
            if entry["hub_device_id"] == device:
                entry.update(changes)
    path = world.folder / "changed.yaml"
    path.write_text(json.dumps(document))
    world.call("registry", "apply", str(path))
