"""Invented homes: their meters' registers over some days, and the records that a hub would make of the readings."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from reference import DAY, EPOCH, HOUR, SECOND, Device, Participation, microseconds

# A Saturday; the community's zone changes its clocks on the 12th of March, within the ten days of most tests.
START = 1_488_607_200 * SECOND - 1_488_607_200 * SECOND % HOUR
DAYS = 10

# Names whose order by bytes is not that of a dictionary: ties are decided by bytes.
NAMES = ("home-B", "home-a", "home-10", "home-9", "Home.c")


def make_devices(
    start: int = START - 2 * DAY, shares=(400_000, 250_000, 150_000, 100_000, 50_000)
) -> tuple[Device, ...]:
    """Five homes; the fourth has no panels, and a meter with one register."""
    return tuple(
        Device(
            name,
            (Participation(start, share_ppm=share),),
            inverter_watts=5_000,
            registers="import" if name == NAMES[3] else "both",
        )
        for name, share in zip(NAMES, shares, strict=True)
    )


@dataclass(frozen=True)
class Message:
    """A record that is to be sent: what the reference and the broker are given."""

    device: str
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int
    key: bytes | None = None
    # What it says, as telemetry v1 with the hub's headers; None: it is that itself.
    plain: Message | None = None
    place: int | None = None

    def partition(self, count: int) -> int:
        """Like a hub: all of a device's records are in one partition, unless a place is given."""
        return (crc32(self.device.encode()) if self.place is None else self.place) % count


def rfc3339(time: int) -> str:
    return (EPOCH + timedelta(microseconds=time)).isoformat().replace("+00:00", "Z")


def readings_of(home: int, *, start: int = START, days: float = DAYS, step: int = HOUR, shift: int = 0) -> list[dict]:
    """One meter's readings every `step`, `shift` after the hour: the evening draws, the noon feeds, each home has its own size."""
    draw = random.Random(home)
    imported, exported = draw.randrange(10**7), draw.randrange(10**6)
    readings = []
    time = start + shift
    while time <= start + days * 24 * HOUR:
        readings.append({"t": rfc3339(time), "import_wh": imported, "export_wh": exported})
        hour = time // HOUR % 24
        hours = step / HOUR
        if 16 <= hour <= 23:
            exported += int(draw.randrange(2_000 + 400 * home) * hours)
        if not 17 <= hour <= 22:
            imported += int(draw.randrange(1_500 + 300 * (5 - home)) * hours)
        time += step
    return readings


def hub_message(
    device: str, body, *, enqueued: int, amqp: bool = False, headers=(), key: bytes | None = None
) -> Message:
    """A record as a hub makes it: identity and enqueued time in headers, plain or AMQP-encoded."""
    named = device.encode()
    stamp = rfc3339(enqueued).encode()
    source = b"Telemetry"
    if amqp:
        named = bytes([0xA1, len(named)]) + named
        stamp = b"\x83" + (enqueued // 1000).to_bytes(8, "big")
        source = bytes([0xA1, len(source)]) + source
    value = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    return Message(
        device,
        value,
        (
            ("iothub-connection-device-id", named),
            ("iothub-enqueuedtime", stamp),
            ("iothub-message-source", source),
            ("content-type", b"application/json"),
            *headers,
        ),
        enqueued // 1000 * 1000,
        key,
    )


def time_of(reading: dict) -> int:
    return microseconds(reading["t"])


def single_messages(device: str, readings: list[dict], *, delay: int = 2 * SECOND, amqp: bool = False) -> list[Message]:
    """Each reading in a record of its own, inline, enqueued a moment later."""
    return [
        hub_message(device, {"v": 1, **reading}, enqueued=time_of(reading) + delay, amqp=amqp) for reading in readings
    ]


def batched_messages(device: str, readings: list[dict], size: int, *, enqueued: int | None = None) -> list[Message]:
    """Several readings in a record, as readers do that save messages; enqueued after the last of them, or at a given time."""
    messages = []
    for first in range(0, len(readings), size):
        batch = readings[first : first + size]
        at = enqueued if enqueued is not None else max(map(time_of, batch)) + SECOND
        messages.append(hub_message(device, {"v": 1, "device": device, "readings": batch}, enqueued=at, amqp=True))
    return messages


def in_time_order(messages: list[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: message.timestamp)


def ordinary_messages(devices: tuple[Device, ...], days: float = DAYS) -> list[Message]:
    """What a community sends on ordinary days: on the hour, off the hour, every quarter, singly and in batches, some in kWh.

    The home without panels reports its import register alone.
    """
    names = [device.hub_id for device in devices]
    without_panels = readings_of(3, days=days)
    for reading in without_panels:
        del reading["export_wh"]
    in_kilowatt_hours = readings_of(1, days=days, shift=7 * 60 * SECOND)
    for reading in in_kilowatt_hours:
        wh = reading.pop("import_wh")
        reading["import_kwh"] = f"{wh // 1000}.{wh % 1000:03}9"  # what is below a Wh is cut off
    messages = [
        *single_messages(names[0], readings_of(0, days=days)),
        *single_messages(names[1], in_kilowatt_hours, amqp=True),
        *single_messages(names[2], readings_of(2, days=days, step=HOUR // 4)),
        *batched_messages(names[3], without_panels, 6),
        *single_messages(names[4], readings_of(4, days=days), amqp=True),
    ]
    return in_time_order(messages)
