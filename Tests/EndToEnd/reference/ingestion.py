"""From records to readings: who sent it, what it says, whether it is taken, and which of several has the place."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import floor

from .model import (
    FUTURE_LIMIT,
    IMPORTED,
    LARGEST_WH,
    LONGEST_LIST,
    ON_GRID,
    QUALITIES,
    SECOND,
    SNAPPED,
    TOO_OLD,
    Correction,
    Device,
    Discard,
    Reading,
    Record,
    Refused,
    microseconds,
)


@dataclass
class Ingested:
    """What ingest leaves: the contents of the readings' tables, reading_history and dead_letter, and the ledger's sums."""

    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)
    history: int = 0
    dead: dict[tuple[int, int, int], str] = field(default_factory=dict)
    closed: set[tuple[str, int]] = field(default_factory=set)  # places of readings that were discarded
    sums: Counter = field(default_factory=Counter)


def ingest(happenings: list[Record | Correction | Discard], devices: list[Device]) -> Ingested:
    """Takes what happened: records, in the order of their partitions (each device's are in one), and between them what people did."""
    result = Ingested()
    registry = {device.hub_id: device for device in devices}
    for is_stream, group in itertools.groupby(happenings, lambda each: isinstance(each, Record)):
        if is_stream:
            for record in sorted(group, key=lambda each: (each.partition, each.offset)):
                take(record, registry, result)
            continue
        for deed in group:
            if isinstance(deed, Discard):
                discard(result, deed)
            else:
                correct(result, deed)
    return result


def take(record: Record, registry: dict[str, Device], result: Ingested) -> None:
    result.sums["records"] += 1
    if is_skipped(record):
        result.sums["skipped_records"] += 1
        return
    try:
        device, readings = open_record(record, registry)
        received_at = enqueued_time(record)
    except Refused as refused:
        result.sums["refused_records"] += 1
        result.dead[record.partition, record.offset, -1] = refused.reason
        return
    for index, reading in enumerate(readings):
        result.sums["readings"] += 1
        try:
            if isinstance(reading, Refused):
                raise reading
            reading = replace(as_registered(reading, device), received_at=received_at)
            check(reading)
        except Refused as refused:
            result.sums["rejected"] += 1
            result.dead[record.partition, record.offset, index] = refused.reason
            continue
        result.sums[place(result, device.hub_id, reading)] += 1


def discard(result: Ingested, deed: Discard) -> None:
    for key in [key for key in result.readings if key[0] == deed.hub_id and deed.start <= key[1] < deed.end]:
        del result.readings[key]
        result.closed.add(key)
        result.history += 1


def correct(result: Ingested, deed: Correction) -> None:
    """A reading by hand goes before telemetry of equal quality, and a later one before an earlier one."""
    key = (deed.hub_id, deed.reading.time)
    reading = replace(deed.reading, noted=deed.reading.noted | IMPORTED)
    stored = result.readings.get(key)
    result.closed.discard(key)
    if stored is None:
        result.readings[key] = reading
        return
    is_worse = QUALITIES.index(reading.quality) > QUALITIES.index(stored.quality)
    if stored.values != reading.values:
        result.history += 1
    if not is_worse:
        result.readings[key] = reading


def place(result: Ingested, hub_id: str, reading: Reading) -> str:
    """Gives a reading its place, or not; the outcome."""
    key = (hub_id, reading.time)
    stored = result.readings.get(key)
    if key in result.closed:
        result.history += 1
        return "superseded"
    if stored is None:
        result.readings[key] = reading
        return "accepted"
    if stored.values == reading.values:
        # The same said twice: it was known since the earlier of both times.
        result.readings[key] = min(stored, reading, key=lambda each: each.rank)
        return "duplicate"
    result.history += 1
    if reading.rank < stored.rank:
        result.readings[key] = reading
        return "replaced"
    return "superseded"


# ---------------------------------------------------------------------------------------------------------- the record


def header_text(value: bytes) -> str:
    """A hub header's text: plain UTF-8, or an AMQP string or symbol with its type byte."""
    if value[:1] in (b"\xa1", b"\xa3") and len(value) >= 2 and len(value) == 2 + value[1]:
        return value[2:].decode()
    if value[:1] in (b"\xb1", b"\xb3") and len(value) >= 5 and len(value) == 5 + int.from_bytes(value[1:5], "big"):
        return value[5:].decode()
    return value.decode()


def enqueued_time(record: Record) -> int:
    """When the hub took the record: its header (AMQP timestamp, or text), else the transport's time."""
    value = dict(record.headers).get("iothub-enqueuedtime")
    if value is None:
        return record.timestamp
    if value[:1] == b"\x83" and len(value) == 9:
        return int.from_bytes(value[1:], "big", signed=True) * 1000
    return microseconds(value.decode())


def is_skipped(record: Record) -> bool:
    source = dict(record.headers).get("iothub-message-source")
    return record.value is None or (source is not None and header_text(source).lower() != "telemetry")


def open_record(record: Record, registry: dict[str, Device]) -> tuple[Device, list[Reading | Refused]]:
    headers = dict(record.headers)
    named = headers.get("iothub-connection-device-id")
    if named is None:
        raise Refused("no_identity")
    device = registry.get(header_text(named))
    if device is None:
        raise Refused("unknown_device")
    if not device.enabled:
        raise Refused("disabled_device")
    generation = headers.get("iothub-connection-auth-generation-id")
    if None not in (generation, device.generation_id) and header_text(generation) != device.generation_id:
        raise Refused("stale_generation")
    return device, decode(parse_json(record.value), device)


# ------------------------------------------------------------------------------------------------------------ the body


def parse_json(value: bytes):
    def no_repetition(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refused("bad_json")
        return dict(pairs)

    try:
        return json.loads(value.decode("utf-8"), object_pairs_hook=no_repetition, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Refused("bad_json") from None


def decode(body, device: Device) -> list[Reading | Refused]:
    """Telemetry v1, as far as the tests use it. A fault of one reading refuses that reading, any other the whole record."""
    if not isinstance(body, dict) or body.get("v") != 1:
        raise Refused("bad_schema")
    if body.get("device", device.hub_id) != device.hub_id:
        raise Refused("device_mismatch")
    kind = "register" if device.interval_seconds is None else "interval"
    if body.get("kind", "register") != kind:
        raise Refused("wrong_kind")
    messages = body.get("readings", [body])
    if not isinstance(messages, list) or not messages:
        raise Refused("bad_schema")
    if len(messages) > LONGEST_LIST:
        raise Refused("too_large")
    seconds = device.interval_seconds or 0
    if kind == "interval" and body.get("interval_s") != seconds:
        raise Refused("wrong_kind")
    readings = []
    for message in messages:
        try:
            reading = decode_reading(message)
            readings.append(reading if kind == "register" else on_grid(reading, seconds))
        except Refused as refused:
            readings.append(refused)
    return readings


def decode_reading(message) -> Reading:
    if not isinstance(message, dict):
        raise Refused("bad_schema")
    if "#refused" in message:  # what a test knows of a payload of another make
        raise Refused(message["#refused"])
    time = message.get("t")
    if isinstance(time, str):
        time = microseconds(time)
    elif isinstance(time, int) and not isinstance(time, bool):
        time *= 1000
    else:
        raise Refused("bad_schema")
    quality = message.get("q", "M")
    imported, exported = energy(message, "import"), energy(message, "export")
    if quality not in list(QUALITIES) or (imported is None and exported is None):
        raise Refused("bad_schema")
    return Reading(time, imported, exported, quality, noted=message.get("#flags", 0))


def energy(message: dict, name: str) -> int | None:
    """import_wh, or import_kwh as a decimal that is floored to Wh."""
    wh, kwh = message.get(f"{name}_wh"), message.get(f"{name}_kwh")
    if wh is not None and kwh is not None:
        raise Refused("bad_schema")
    if kwh is not None:
        wh = floor(Fraction(Decimal(kwh)) * 1000)
    if wh is None:
        return None
    if isinstance(wh, bool) or not isinstance(wh, (int, Decimal)) or wh != int(wh):
        raise Refused("bad_schema")
    return int(wh)


def on_grid(reading: Reading, seconds: int) -> Reading:
    """Intervals begin on the grid of their length, or nearly."""
    length = seconds * SECOND
    nearest = (reading.time + length // 2) // length * length
    if abs(nearest - reading.time) > ON_GRID:
        raise Refused("time_unaligned")
    noted = reading.noted | (SNAPPED if nearest != reading.time else 0)
    return replace(reading, time=nearest, seconds=seconds, noted=noted)


def as_registered(reading: Reading, device: Device) -> Reading:
    """A meter reports the registers that it has, always; others are left out."""
    kept = {}
    for name, other in (("import", "export"), ("export", "import")):
        value = getattr(reading, f"{name}_wh")
        kept[f"{name}_wh"] = None if device.registers == other else value
        if value is None and device.registers != other:
            raise Refused("bad_schema")
    return replace(reading, **kept)


def check(reading: Reading) -> None:
    for value in (reading.import_wh, reading.export_wh):
        if value is not None and value < 0:
            raise Refused("negative_value")
        if value is not None and value > LARGEST_WH:
            raise Refused("out_of_range")
    if reading.time > reading.received_at + FUTURE_LIMIT:
        raise Refused("time_future")
    if reading.time < reading.received_at - TOO_OLD:
        raise Refused("time_too_old")
