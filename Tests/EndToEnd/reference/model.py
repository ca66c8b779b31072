"""What there is: records, meters as the registry has them, readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

FUTURE_FLAG, FUTURE_LIMIT = 120 * SECOND, 900 * SECOND
LATE_FLAG, TOO_OLD = 35 * DAY, 60 * DAY
ON_GRID = 30 * SECOND
LARGEST_WH = 10**12
LONGEST_LIST = 1000
WHOLE = 10**6  # parts per million
QUALITIES = "MSEFN"  # best first; the first three take part in settlement
AHEAD_OF_HUB, LATE, HUB_TIME, IMPORTED, LOCAL_TIME, SNAPPED = (1 << place for place in range(6))


@dataclass(frozen=True)
class Record:
    """A Kafka record, in the form of telemetry v1 with the hub's headers."""

    partition: int
    offset: int
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    timestamp: int  # the transport's, microseconds


@dataclass(frozen=True)
class Correction:
    """A reading that a person has imported."""

    hub_id: str
    reading: Reading


@dataclass(frozen=True)
class Discard:
    """Readings of [start, end) that a person has taken out, and whose places stay closed to telemetry."""

    hub_id: str
    start: int
    end: int


@dataclass(frozen=True)
class Participation:
    start: int
    end: int | None = None
    share_ppm: int = 0
    community: str = "e2e"
    part_ppm: int = WHOLE  # how much of the meter takes part
    priority: int | None = None

    def holds(self, instant: int) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


@dataclass(frozen=True)
class MeterSwap:
    """An exchange: the old meter's last registers and the new one's first; None: nobody knows."""

    at: int
    import_final: int | None = None
    import_start: int | None = None
    export_final: int | None = None
    export_start: int | None = None

    def gain(self, register: str) -> int | None:
        """What the register counts on top of what it shows from then on; None: no energy crosses."""
        final = getattr(self, f"{register}_final")
        return None if final is None else final - getattr(self, f"{register}_start")


@dataclass(frozen=True)
class Device:
    """A meter as the registry has it."""

    hub_id: str
    participations: tuple[Participation, ...] = ()
    connection_watts: int = 17_250
    inverter_watts: int | None = None
    registers: str = "both"  # or import, or export: what the meter has
    enabled: bool = True
    adapter: str = "v1"
    time_zone: str | None = None
    interval_seconds: int | None = None  # a meter of kind interval
    register_digits: int | None = None
    generation_id: str | None = None
    swaps: tuple[MeterSwap, ...] = ()


@dataclass(frozen=True)
class Rule:
    """How a community settles in a span of time: None has no bound."""

    interval: int = HOUR
    key: str = "proportional"
    rounds: str = "one"
    remainder: str = "largest-remainder"
    start: int | None = None
    end: int | None = None
    grace: int = 2 * HOUR
    finality: int | None = (
        None  # after an interval's end; or by the calendar, on this day of the next month at this local time:
    )
    final_day: int | None = None
    final_time: str | None = None
    corrections: int | None = None  # how long after its end late readings count; None: always

    def holds(self, instant: int) -> bool:
        return (self.start is None or self.start <= instant) and (self.end is None or instant < self.end)


@dataclass(frozen=True)
class Profile:
    """Shares by the hour, from an instant on; a meter that it does not name has none."""

    start: int
    shares: Mapping[str, tuple[int, ...]]

    def share(self, name: str, instant: int) -> int:
        return self.shares[name][(instant - self.start) // HOUR] if name in self.shares else 0

    def holds(self, instant: int) -> bool:
        hours = max(len(each) for each in self.shares.values())
        return self.start <= instant < self.start + hours * HOUR


@dataclass(frozen=True)
class Community:
    """Rules are a dated list, or one for all time, made of interval, key, rounds and remainder."""

    devices: tuple[Device, ...]  # those of its own members; others may take part as well
    interval: int = HOUR
    key: str = "proportional"
    rounds: str = "one"
    remainder: str = "largest-remainder"
    code: str = "e2e"
    time_zone: str = "America/Los_Angeles"
    dated: tuple[Rule, ...] = ()
    profiles: tuple[Profile, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.dated or (Rule(self.interval, self.key, self.rounds, self.remainder),)


class Refused(Exception):
    """A record or reading that is refused; the reason is one of the closed list."""

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Reading:
    """Registers at an instant, or, with a length, the energy of the interval that begins there."""

    time: int
    import_wh: int | None
    export_wh: int | None
    quality: str = "M"
    received_at: int = 0
    seconds: int = 0
    noted: int = 0  # flags that come from how the time was found

    @property
    def end(self) -> int:
        return self.time + self.seconds * SECOND

    @property
    def values(self):
        return (self.import_wh, self.export_wh, self.quality)

    @property
    def rank(self):
        """The smallest of those with the same device and time has the place."""
        none_first = [-1 if value is None else value for value in (self.import_wh, self.export_wh)]
        hand_first = not self.noted & IMPORTED
        return (QUALITIES.index(self.quality), hand_first, self.received_at, *none_first)

    @property
    def flags(self) -> int:
        if self.noted & IMPORTED:
            return self.noted
        ahead = AHEAD_OF_HUB if self.time > self.received_at + FUTURE_FLAG else 0
        late = LATE if self.time < self.received_at - LATE_FLAG else 0
        return ahead | late | self.noted


def microseconds(text: str) -> int:
    """An RFC 3339 time with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise Refused("time_no_zone")
    elapsed = moment - EPOCH
    return (elapsed.days * 86_400 + elapsed.seconds) * SECOND + elapsed.microseconds
