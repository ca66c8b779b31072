"""From registers to the registers at interval edges: breaks, outliers, rollovers, exchanges and what people decided."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from .model import QUALITIES, SECOND, Device, Reading

# Decisions by the time of the reading: "set-aside" or "accept".
Decisions = Mapping[int, str]
NOTHING: Decisions = {}
REGISTERS = ("import", "export")

Anomaly = tuple[str, str, int, int]  # device, kind, from, to


def value(reading: Reading, register: str) -> int:
    return getattr(reading, f"{register}_wh")


def with_both_registers(series: list[Reading]) -> list[Reading]:
    """A register that a meter does not have counts nothing."""
    return [replace(each, import_wh=each.import_wh or 0, export_wh=each.export_wh or 0) for each in series]


def worse(*qualities: str) -> str:
    return max(qualities, key=QUALITIES.index)


def most(register: str, device: Device, time: int) -> int:
    """What the connection can carry in that time, and a Wh more for rounding; a short time counts as a quarter of an hour."""
    tenths_of_watts = device.connection_watts * 12
    if register == "export" and device.inverter_watts is not None:
        tenths_of_watts = device.inverter_watts * 11
    return tenths_of_watts * max(time, 900 * SECOND) // (10 * 3600 * SECOND) + 1


@dataclass(frozen=True)
class Step:
    """What a register did between two readings: `energy` is None where none is counted."""

    energy: int | None
    breaks: bool = False
    rolls_over: bool = False


def step(register: str, before: Reading, after: Reading, device: Device, decisions: Decisions = NOTHING) -> Step:
    shown_before, shown_after = value(before, register), value(after, register)
    limit = most(register, device, after.time - before.time)
    gains = [swap.gain(register) for swap in device.swaps if before.time < swap.at <= after.time]
    if None in gains:
        return Step(None)
    rise = shown_after + sum(gains) - shown_before
    if 0 <= rise <= limit:
        return Step(rise)
    if not gains and rise < 0 and device.register_digits is not None:
        capacity = 10**device.register_digits * 1000
        if capacity * 9 <= shown_before * 10 and shown_before < capacity and rise + capacity <= limit:
            return Step(rise + capacity, rolls_over=True)
    if decisions.get(after.time) == "accept":
        return Step(rise if rise >= 0 else None)
    return Step(None, breaks=True)


def breaks(before: Reading, after: Reading, device: Device, decisions: Decisions = NOTHING) -> bool:
    """Whether a register fell, or rose by more than the connection can carry, and nothing explains it."""
    return any(step(register, before, after, device, decisions).breaks for register in REGISTERS)


def that_count(series: list[Reading], decisions: Decisions) -> list[Reading]:
    return [reading for reading in series if decisions.get(reading.time) != "set-aside"]


def without_outliers(series: list[Reading], device: Device, decisions: Decisions = NOTHING) -> list[Reading]:
    """Sets aside each reading that alone does not fit between its neighbours."""

    def breaks_at(i: int, j: int) -> bool:
        return breaks(series[i], series[j], device, decisions)

    def is_candidate(i: int) -> bool:
        if not 0 < i < len(series) - 1:
            return False
        return breaks_at(i - 1, i) and breaks_at(i, i + 1) and not breaks_at(i - 1, i + 1)

    return [
        reading
        for i, reading in enumerate(series)
        if not (is_candidate(i) and not is_candidate(i - 1) and not is_candidate(i + 1))
    ]


def find_anomalies(stored: list[Reading], device: Device, decisions: Decisions = NOTHING) -> set[Anomaly]:
    """The readings that were set aside, and what happened between those that were not."""
    counted = that_count(stored, decisions)
    kept = without_outliers(counted, device, decisions)
    found = {(device.hub_id, "outlier", each.time, each.time) for each in counted if each not in kept}
    for before, after in itertools.pairwise(kept):
        steps = {register: step(register, before, after, device, decisions) for register in REGISTERS}
        broken = [register for register in REGISTERS if steps[register].breaks]
        kind = None
        if broken:
            is_exchanged = any(before.time < swap.at <= after.time for swap in device.swaps)
            begins_again = all(value(after, each) * 100 < value(before, each) for each in broken)
            kind = "reset" if begins_again and not is_exchanged else "break"
        elif any(each.rolls_over for each in steps.values()) and decisions.get(after.time) != "accept":
            kind = "rollover"
        if kind:
            found.add((device.hub_id, kind, before.time, after.time))
    return found


@dataclass(frozen=True)
class Running:
    """A meter's registers as they run on: they begin as read and rise by what was really counted."""

    series: list[Reading]
    holes: dict[str, list[tuple[int, int]]]  # where no energy is counted from one reading to the next


def running_registers(series: list[Reading], device: Device, decisions: Decisions = NOTHING) -> Running:
    result: list[Reading] = []
    holes = {register: [] for register in REGISTERS}
    for i, reading in enumerate(series):
        if i == 0:
            result.append(reading)
            continue
        before, run = series[i - 1], result[-1]
        is_broken = breaks(before, reading, device, decisions)
        totals = {}
        for register in REGISTERS:
            energy = None if is_broken else step(register, before, reading, device, decisions).energy
            totals[f"{register}_wh"] = value(run, register) + (energy or 0)
            if energy is None:
                holes[register].append((before.time, reading.time))
        result.append(replace(reading, **totals))
    return Running(result, holes)


@dataclass(frozen=True)
class Edge:
    import_wh: int
    export_wh: int
    quality: str


def register_at(edge: int, series: list[Reading], interval: int) -> Edge | None:
    """R(b): the reading at the edge, or the floored line between its neighbours."""
    place = bisect_left(series, edge, key=lambda each: each.time)
    if place < len(series) and series[place].time == edge:
        return Edge(series[place].import_wh, series[place].export_wh, series[place].quality)
    if not 0 < place < len(series):
        return None
    before, after = series[place - 1], series[place]
    part = Fraction(edge - before.time, after.time - before.time)
    quality = worse(before.quality, after.quality)
    if after.time - before.time > interval:
        quality = "E"
    return Edge(
        before.import_wh + floor(part * (after.import_wh - before.import_wh)),
        before.export_wh + floor(part * (after.export_wh - before.export_wh)),
        quality,
    )
