"""Records that are refused or skipped, however many there are, cost the good ones nothing."""

import random
from dataclasses import replace

import pytest

from disorder import bad_records
from homes import Message, hub_message, in_time_order, make_devices, ordinary_messages, rfc3339
from reference import Community
from transports import amqp_text

DAYS = 3
OLD, PRESENT = b"638000000000000000", b"638765239356645892"
EVENTS = ("twinChangeEvents", "deviceLifecycleEvents", "deviceConnectionStateEvents", "digitalTwinChangeEvents")


def poisoned(messages: list[Message], names: list[str], every: float, seed: int = 1) -> list[Message]:
    """A bad record after `every` good ones on average; exactly then, if it is a whole number."""
    draw = random.Random(seed)
    bad = bad_records(names)
    result, due = [], 0.0
    for message in messages:
        result.append(message)
        due += 1 / every
        while due >= 1:
            due -= 1
            result.append(draw.choice(bad))
    return result


@pytest.mark.parametrize(
    ("every", "batch_rows"),
    [(9, 20_000), (1, 20_000), (1, 50), (20, 21)],
    ids=["tenth", "half", "half-in-small-batches", "one-in-each-batch"],
)
def test_flood(make_world, every, batch_rows):
    world = make_world(ingest_batch_rows=batch_rows)
    devices = make_devices()
    messages = ordinary_messages(devices, days=DAYS)
    flood = poisoned(messages, [device.hub_id for device in devices], every)
    world.prepare(Community(devices))
    world.send(flood)
    world.drain()
    world.check()
    accepted = world.value("select sum(accepted) from energy.ingest_batch")
    refused = world.value("select count(*) from energy.dead_letter")
    assert refused > (len(flood) - len(messages)) / 2
    # All that is in `messages`, and no more than the few good readings that stand beside bad ones.
    good = sum(message.value.count(b'"t"') for message in messages)
    assert good <= accepted <= good + 3


def with_header(message: Message, name: str, value: bytes) -> Message:
    return replace(message, headers=(*((key, old) for key, old in message.headers if key != name), (name, value)))


def test_earlier_lives_of_a_device(world):
    """A device that was deleted and made anew has another generation: what its earlier life still sends is refused."""
    devices = list(make_devices())
    devices[0] = replace(devices[0], generation_id=PRESENT.decode())
    devices[2] = replace(devices[2], generation_id=PRESENT.decode())
    header = "iothub-connection-auth-generation-id"
    messages = []
    for place, message in enumerate(ordinary_messages(tuple(devices), days=DAYS)):
        generation = [PRESENT, OLD, amqp_text(PRESENT), amqp_text(OLD), None][place % 5]
        messages.append(message if generation is None else with_header(message, header, generation))
    world.prepare(Community(tuple(devices)))
    world.send(messages)
    world.drain()
    world.check()
    assert world.value("select count(*) from energy.dead_letter where reason = 'stale_generation'") > 50


def test_what_a_hub_tells_of_itself(world):
    """Events that are no telemetry are skipped, whatever is in them."""
    devices = make_devices()
    messages = ordinary_messages(devices, days=DAYS)
    events = []
    for place, message in enumerate(messages):
        if place % 3:
            continue
        name = EVENTS[place % len(EVENTS)].encode()
        body = [
            {"sequenceNumber": "0000000000000000000000000007"},
            b"",
            b"{",
            {"v": 1, "t": rfc3339(message.timestamp)},
        ]
        event = hub_message(message.device, body[place % 4], enqueued=message.timestamp)
        events.append(with_header(event, "iothub-message-source", amqp_text(name) if place % 2 else name))
    world.prepare(Community(devices))
    world.send(in_time_order(messages + events))
    world.drain()
    world.check()
    assert world.value("select sum(skipped_records) from energy.ingest_batch") == len(events)
    assert world.value("select count(*) from energy.dead_letter") == 0
