"""Whatever comes in whichever order, however often, to however many workers, however often they are killed: the same watt-hours."""

import hashlib
import random
from dataclasses import replace

import pytest

from disorder import disorderly_messages
from homes import Message, make_devices
from reference import Record, ingest, settle_all
from test_parts import communities

PARTITIONS = 3
DEVICES = make_devices()


def fingerprint(rows: dict[str, dict]) -> str:
    """Of who got what of which interval in which community, and how sure that is."""
    lines = [
        f"{code} {start} {device} {split}" for code, each in rows.items() for (start, device), split in each.items()
    ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


@pytest.fixture(scope="module")
def expected() -> str:
    """Each message once, in the order in which the meters sent them."""
    records = [
        Record(message.partition(PARTITIONS), offset, message.value, message.headers, message.timestamp)
        for offset, message in enumerate(disorderly_messages(DEVICES))
    ]
    shared = list(communities())
    devices = [device for community in shared for device in community.devices]
    settled = settle_all(ingest(records, devices).readings, shared)
    return fingerprint({code: each.rows for code, each in settled.items()})


def shuffled(draw: random.Random, is_scattered: bool) -> list[Message]:
    """All messages, a third of them twice or more, in no order at all; scattered: as a producer without keys sends them."""
    messages = disorderly_messages(DEVICES)
    messages += draw.choices(messages, k=len(messages) // 3)
    if is_scattered:
        messages = [replace(message, place=draw.randrange(PARTITIONS)) for message in messages]
    draw.shuffle(messages)
    return messages


@pytest.mark.parametrize(
    ("workers", "batch_rows", "chunk_rows", "is_scattered"),
    [(1, 7, 1_000, False), (2, 50, 25, False), (3, 20_000, 100, False), (3, 13, 40, True)],
)
def test_the_same_watt_hours(make_world, expected, workers, batch_rows, chunk_rows, is_scattered):
    world = make_world(
        partitions=PARTITIONS,
        ingest_batch_rows=batch_rows,
        ingest_batch_age="50ms",
        settlement_chunk_rows=chunk_rows,
        settlement_every="10ms",
    )
    world.prepare(*communities(), grace="0s")
    draw = random.Random(batch_rows)
    messages = shuffled(draw, is_scattered)
    running = [world.start("run") for _ in range(workers)]
    parts = 3
    for part in range(parts):
        before = len(world.records)
        world.send(messages[part::parts])
        # One is killed in the middle of what was sent last, or of settling it, and another one takes its place.
        world.wait_until_read(before + draw.randrange(1, len(world.records) - before))
        running.pop(0).kill()
        running.append(world.start("run"))
    world.wait_until_read()
    for worker in running:
        assert worker.terminate(5) == 0
    # A group of its own: the broker need not find out first that the killed ones are gone. Positions are the database's.
    world.group += "-drain"
    world.drain()
    settled = world.expected()[1]
    world.check_settled(settled)
    assert fingerprint({code: world.stored_attribution(code) for code in settled}) == expected
    world.call("verify")
