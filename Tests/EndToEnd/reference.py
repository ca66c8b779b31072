"""What the tables must hold, computed from the records alone: slow, obvious, and independent of the program under test.

Everything is an exact integer (or a Fraction on its way to one). Time is microseconds since 1970-01-01T00:00:00Z, energy is Wh.
It follows ARCHITECTURE.md ("What a record is", "From registers to intervals", "Sharing"), not the program's code.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FUTURE_FLAG, FUTURE_LIMIT = 120 * SECOND, 900 * SECOND
LATE_FLAG, TOO_OLD = 35 * DAY, 60 * DAY
LARGEST_WH = 10**12
LONGEST_LIST = 1000
QUALITIES = "MSEFN"  # best first; the first three take part in settlement
AHEAD_OF_HUB, LATE = 1, 2


# ------------------------------------------------------------------------------------------------------------ the input


@dataclass(frozen=True)
class Record:
    """A Kafka record as it was produced."""

    partition: int
    offset: int
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int  # the transport's, microseconds


@dataclass(frozen=True)
class Participation:
    start: int
    end: int | None = None
    share_ppm: int = 0

    def holds(self, instant: int) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


@dataclass(frozen=True)
class Device:
    """A meter as the registry has it."""

    hub_id: str
    participations: tuple[Participation, ...] = ()
    connection_watts: int = 17_250
    inverter_watts: int | None = None
    registers: str = "both"  # or import, or export: what the meter has
    enabled: bool = True


@dataclass(frozen=True)
class Community:
    devices: tuple[Device, ...]
    interval: int = HOUR
    key: str = "proportional"
    rounds: str = "one"


# ------------------------------------------------------------------------------------------------- records to readings


class Refused(Exception):
    """A record or reading that is refused; the reason is one of the closed list."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    time: int
    import_wh: int | None
    export_wh: int | None
    quality: str = "M"
    received_at: int = 0

    @property
    def values(self):
        return (self.import_wh, self.export_wh, self.quality)

    @property
    def rank(self):
        """The smallest of those with the same device and time has the place."""
        none_first = [-1 if value is None else value for value in (self.import_wh, self.export_wh)]
        return (QUALITIES.index(self.quality), self.received_at, *none_first)

    @property
    def flags(self) -> int:
        ahead = AHEAD_OF_HUB if self.time > self.received_at + FUTURE_FLAG else 0
        late = LATE if self.time < self.received_at - LATE_FLAG else 0
        return ahead | late


@dataclass
class Ingested:
    """What ingest leaves: the contents of reading, reading_history and dead_letter, and the ledger's sums."""

    readings: dict[tuple[str, int], Reading] = field(default_factory=dict)
    history: int = 0
    dead: dict[tuple[int, int, int], str] = field(default_factory=dict)
    sums: Counter = field(default_factory=Counter)


def microseconds(text: str) -> int:
    """An RFC 3339 time with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Refused("time_no_zone")
    elapsed = moment - EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * SECOND + elapsed.microseconds


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


def parse_json(value: bytes):
    def no_repetition(pairs):
        if len({name for name, _ in pairs}) != len(pairs):
            raise Refused("bad_json")
        return dict(pairs)

    try:
        return json.loads(value.decode("utf-8"), object_pairs_hook=no_repetition, parse_float=Decimal)
    except (ValueError, RecursionError):
        raise Refused("bad_json") from None


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


def decode(body, hub_id: str) -> list[Reading | Refused]:
    """Telemetry v1, as far as the tests use it. A fault of one reading refuses that reading, any other the whole record."""
    if not isinstance(body, dict) or body.get("v") != 1:
        raise Refused("bad_schema")
    if body.get("device", hub_id) != hub_id:
        raise Refused("device_mismatch")
    if body.get("kind", "register") != "register":
        raise Refused("wrong_kind")
    messages = body.get("readings", [body])
    if not isinstance(messages, list) or not messages:
        raise Refused("bad_schema")
    if len(messages) > LONGEST_LIST:
        raise Refused("too_large")
    readings = []
    for message in messages:
        try:
            readings.append(decode_reading(message))
        except Refused as refused:
            readings.append(refused)
    return readings


def decode_reading(message) -> Reading:
    if not isinstance(message, dict):
        raise Refused("bad_schema")
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
    return Reading(time, imported, exported, quality)


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


def as_registered(reading: Reading, device: Device) -> Reading:
    """A meter reports the registers that it has, always; others are left out."""
    kept = {}
    for name, other in (("import", "export"), ("export", "import")):
        value = getattr(reading, f"{name}_wh")
        kept[f"{name}_wh"] = None if device.registers == other else value
        if value is None and device.registers != other:
            raise Refused("bad_schema")
    return replace(reading, **kept)


def ingest(records: list[Record], devices: list[Device]) -> Ingested:
    """Takes the records in the order of their partitions; each device's records are in one partition."""
    result = Ingested()
    registry = {device.hub_id: device for device in devices}
    for record in sorted(records, key=lambda each: (each.partition, each.offset)):
        result.sums["records"] += 1
        if is_skipped(record):
            result.sums["skipped_records"] += 1
            continue
        try:
            hub_id, readings = open_record(record, registry)
            received_at = enqueued_time(record)
        except Refused as refused:
            result.sums["refused_records"] += 1
            result.dead[record.partition, record.offset, -1] = refused.reason
            continue
        for index, reading in enumerate(readings):
            result.sums["readings"] += 1
            try:
                if isinstance(reading, Refused):
                    raise reading
                reading = replace(as_registered(reading, registry[hub_id]), received_at=received_at)
                check(reading)
            except Refused as refused:
                result.sums["rejected"] += 1
                result.dead[record.partition, record.offset, index] = refused.reason
                continue
            result.sums[place(result, hub_id, reading)] += 1
    return result


def is_skipped(record: Record) -> bool:
    source = dict(record.headers).get("iothub-message-source")
    return record.value is None or (source is not None and header_text(source).lower() != "telemetry")


def open_record(record: Record, registry: dict[str, Device]) -> tuple[str, list[Reading | Refused]]:
    named = dict(record.headers).get("iothub-connection-device-id")
    if named is None:
        raise Refused("no_identity")
    hub_id = header_text(named)
    if hub_id not in registry:
        raise Refused("unknown_device")
    if not registry[hub_id].enabled:
        raise Refused("disabled_device")
    return hub_id, decode(parse_json(record.value), hub_id)


def place(result: Ingested, hub_id: str, reading: Reading) -> str:
    """Gives a reading its place, or not; the outcome."""
    key = (hub_id, reading.time)
    stored = result.readings.get(key)
    if stored is None:
        result.readings[key] = reading
        return "accepted"
    if stored.values == reading.values:
        # The same said twice: it was known since the earlier of both times.
        result.readings[key] = min(stored, reading, key=lambda each: each.received_at)
        return "duplicate"
    result.history += 1
    if reading.rank < stored.rank:
        result.readings[key] = reading
        return "replaced"
    return "superseded"


# ----------------------------------------------------------------------------------------------- readings to intervals


def with_both_registers(series: list[Reading]) -> list[Reading]:
    """A register that a meter does not have counts nothing."""
    return [replace(each, import_wh=each.import_wh or 0, export_wh=each.export_wh or 0) for each in series]


def breaks(before: Reading, after: Reading, device: Device) -> bool:
    """Whether a register fell, or rose by more than the connection can carry."""
    seconds = Fraction(max(after.time - before.time, 900 * SECOND), SECOND)
    import_watts = Fraction(device.connection_watts) * 12 / 10
    if device.inverter_watts is not None:
        export_watts = Fraction(device.inverter_watts) * 11 / 10
    else:
        export_watts = import_watts
    for name, watts in (("import_wh", import_watts), ("export_wh", export_watts)):
        rise = getattr(after, name) - getattr(before, name)
        if rise < 0 or rise > floor(watts * seconds / 3600) + 1:
            return True
    return False


def without_outliers(series: list[Reading], device: Device) -> list[Reading]:
    """Sets aside each reading that alone does not fit between its neighbours."""

    def is_candidate(i: int) -> bool:
        if not 0 < i < len(series) - 1:
            return False
        before, this, after = series[i - 1], series[i], series[i + 1]
        return breaks(before, this, device) and breaks(this, after, device) and not breaks(before, after, device)

    return [
        reading
        for i, reading in enumerate(series)
        if not (is_candidate(i) and not is_candidate(i - 1) and not is_candidate(i + 1))
    ]


@dataclass(frozen=True)
class Edge:
    import_wh: int
    export_wh: int
    quality: str


def worse(left: str, right: str) -> str:
    return max(left, right, key=QUALITIES.index)


def running_registers(series: list[Reading], device: Device) -> list[Reading]:
    """The registers with what breaks took out: they begin as read and rise by what was really counted."""
    result: list[Reading] = []
    for i, reading in enumerate(series):
        if i == 0:
            result.append(reading)
            continue
        before, run = series[i - 1], result[-1]
        if breaks(before, reading, device):
            imported, exported = run.import_wh, run.export_wh
        else:
            imported = run.import_wh + reading.import_wh - before.import_wh
            exported = run.export_wh + reading.export_wh - before.export_wh
        result.append(replace(reading, import_wh=imported, export_wh=exported))
    return result


def register_at(edge: int, series: list[Reading], interval: int) -> Edge | None:
    """R(b): the reading at the edge, or the floored line between its neighbours."""
    for reading in series:
        if reading.time == edge:
            return Edge(reading.import_wh, reading.export_wh, reading.quality)
    earlier = [reading for reading in series if reading.time < edge]
    later = [reading for reading in series if reading.time > edge]
    if not earlier or not later:
        return None
    before, after = earlier[-1], later[0]
    part = Fraction(edge - before.time, after.time - before.time)
    quality = worse(before.quality, after.quality)
    if after.time - before.time > interval:
        quality = "E"
    return Edge(
        before.import_wh + floor(part * (after.import_wh - before.import_wh)),
        before.export_wh + floor(part * (after.export_wh - before.export_wh)),
        quality,
    )


# -------------------------------------------------------------------------------------------------------------- sharing


def divide(total: int, weights: list[tuple[str, int]]) -> dict[str, int]:
    """Divides whole Wh by the largest-remainder rule; ties go to the smallest name in byte order."""
    whole = sum(weight for _, weight in weights)
    if whole == 0:
        return {name: 0 for name, _ in weights}
    exact = {name: Fraction(total * weight, whole) for name, weight in weights}
    parts = {name: floor(quota) for name, quota in exact.items()}
    left_over = total - sum(parts.values())
    for name in sorted(exact, key=lambda each: (parts[each] - exact[each], each.encode()))[:left_over]:
        parts[name] += 1
    return parts


def share(key: str, rounds: str, offered: int, needs: dict[str, int], shares: dict[str, int]) -> dict[str, int]:
    """How much of what is offered each consumer gets. `shares` in parts per million, of all who take part."""
    if key == "proportional":
        return divide(min(offered, sum(needs.values())), list(needs.items()))
    if key == "static":
        agreed = divide(floor(Fraction(offered * sum(shares.values()), 10**6)), list(shares.items()))
        return {name: min(needs.get(name, 0), agreed[name]) for name in shares}
    if key == "equal":
        given = {name: 0 for name in needs}
        while True:
            hungry = [name for name in needs if needs[name] > given[name]]
            left = offered - sum(given.values())
            if not hungry or left == 0:
                return given
            for name, part in divide(left, [(name, 1) for name in hungry]).items():
                given[name] += min(part, needs[name] - given[name])
            if rounds == "one":
                return given
    raise AssertionError(f"the reference does not know the key {key}")


# ----------------------------------------------------------------------------------------------------------- settlement


@dataclass(frozen=True)
class Split:
    import_wh: int
    community_wh: int
    grid_wh: int
    export_wh: int
    shared_wh: int
    surplus_wh: int
    quality: str


@dataclass
class Settled:
    """The contents of current_attribution, interval_status and anomaly."""

    rows: dict[tuple[int, str], Split] = field(default_factory=dict)
    status: dict[int, tuple[int, int]] = field(default_factory=dict)  # expected, received
    anomalies: set[tuple[str, str, int, int]] = field(default_factory=set)  # device, kind, from, to


def find_anomalies(stored: list[Reading], device: Device) -> set[tuple[str, str, int, int]]:
    """The readings that were set aside, and the breaks between those that were not."""
    kept = without_outliers(stored, device)
    outliers = {(device.hub_id, "outlier", each.time, each.time) for each in stored if each not in kept}
    pairs = itertools.pairwise(kept)
    return outliers | {(device.hub_id, "break", a.time, b.time) for a, b in pairs if breaks(a, b, device)}


def settle(readings: dict[tuple[str, int], Reading], community: Community) -> Settled:
    """Every interval from the first in which a meter is expected to the last event."""
    result = Settled()
    series: dict[str, list[Reading]] = {}
    first: dict[str, int] = {}  # each meter's first reading
    starts = []
    interval = community.interval
    for device in community.devices:
        stored = [
            reading for (name, _), reading in readings.items() if name == device.hub_id and reading.quality in "MSE"
        ]
        stored = with_both_registers(sorted(stored, key=lambda each: each.time))
        for anomaly in find_anomalies(stored, device):
            _, _, since, until = anomaly
            if any(each.start <= until and (each.end is None or since < each.end) for each in device.participations):
                result.anomalies.add(anomaly)
        series[device.hub_id] = running_registers(without_outliers(stored, device), device)
        if stored:
            first[device.hub_id] = stored[0].time
            for each in device.participations:
                start = -(-max(each.start, stored[0].time) // interval) * interval
                starts += [start] if each.holds(start) else []
    if not starts:
        return result
    last_event = max(reading.time for reading in readings.values() if reading.quality in "MSE")
    edges = {}
    for start in range(min(starts), last_event - interval + 1, interval):
        settle_interval(start, community, series, first, edges, result)
    return result


def settle_interval(start, community: Community, series, first, edges, result: Settled) -> None:
    """A meter is expected in the intervals of its participation that begin at or after its first reading."""
    interval = community.interval
    shares, expected, measured = {}, 0, {}
    for device in community.devices:
        name = device.hub_id
        participation = next((each for each in device.participations if each.holds(start)), None)
        if participation is None:
            continue
        shares[name] = participation.share_ppm
        if name not in first or start < first[name]:
            continue
        expected += 1
        for edge in (start, start + interval):
            if (name, edge) not in edges:
                edges[name, edge] = register_at(edge, series[name], interval)
        ends = [edges[name, start], edges[name, start + interval]]
        if None not in ends:
            measured[name] = ends
    imports = {name: ends[1].import_wh - ends[0].import_wh for name, ends in measured.items()}
    exports = {name: ends[1].export_wh - ends[0].export_wh for name, ends in measured.items()}
    gets = share(community.key, community.rounds, sum(exports.values()), imports, shares)
    gives = divide(sum(gets.values()), list(exports.items()))
    for name, ends in measured.items():
        community_wh, shared_wh = gets.get(name, 0), gives[name]
        result.rows[start, name] = Split(
            import_wh=imports[name],
            community_wh=community_wh,
            grid_wh=imports[name] - community_wh,
            export_wh=exports[name],
            shared_wh=shared_wh,
            surplus_wh=exports[name] - shared_wh,
            quality=worse(ends[0].quality, ends[1].quality),
        )
    result.status[start] = (expected, len(measured))
