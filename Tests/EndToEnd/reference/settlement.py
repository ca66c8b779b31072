"""What each meter's energy was, interval by interval, and how the community shares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .intervals import find_interval_anomalies, interval_energy
from .model import Community, Device, Reading
from .registers import (
    Anomaly,
    Running,
    find_anomalies,
    register_at,
    running_registers,
    that_count,
    with_both_registers,
    without_outliers,
    worse,
)
from .sharing import divide, share


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
    anomalies: set[Anomaly] = field(default_factory=set)


class Meter:
    """One meter's readings that take part, ready to say what passed in an interval: (import, export, quality), or None."""

    def __init__(self, device: Device, stored: list[Reading], decisions: Mapping[int, str], interval: int):
        self.device = device
        self.interval = interval
        self.readings = with_both_registers(sorted(stored, key=lambda each: each.time))
        counted = that_count(self.readings, decisions)
        self.first = counted[0].time if counted else None
        self.edges = {}
        if device.interval_seconds is not None:
            self.counted = counted
            self.anomalies = find_interval_anomalies(counted, device, decisions)
            return
        self.running: Running = running_registers(without_outliers(counted, device, decisions), device, decisions)
        self.anomalies = find_anomalies(self.readings, device, decisions)

    def energy(self, start: int):
        if self.device.interval_seconds is not None:
            energy = interval_energy(start, self.interval, self.counted)
            return energy and (energy.import_wh, energy.export_wh, energy.quality)
        ends = [self.edge(start), self.edge(start + self.interval)]
        if None in ends:
            return None
        quality = worse(ends[0].quality, ends[1].quality)
        holes = [hole for each in self.running.holes.values() for hole in each]
        if any(left < start + self.interval and start < right for left, right in holes):
            quality = "E"  # some of the interval's energy is not known
        return (ends[1].import_wh - ends[0].import_wh, ends[1].export_wh - ends[0].export_wh, quality)

    def edge(self, instant: int):
        if instant not in self.edges:
            self.edges[instant] = register_at(instant, self.running.series, self.interval)
        return self.edges[instant]


def settle(
    readings: dict[tuple[str, int], Reading],
    community: Community,
    decisions: Mapping[tuple[str, int], str] | None = None,
) -> Settled:
    """Every interval from the first in which a meter is expected to the last event."""
    result = Settled()
    decisions = decisions or {}
    meters: dict[str, Meter] = {}
    starts = []
    interval = community.interval
    for device in community.devices:
        name = device.hub_id
        stored = [each for (owner, _), each in readings.items() if owner == name and each.quality in "MSE"]
        meter = Meter(
            device, stored, {time: what for (owner, time), what in decisions.items() if owner == name}, interval
        )
        meters[name] = meter
        for anomaly in meter.anomalies:
            _, _, since, until = anomaly
            if any(each.start <= until and (each.end is None or since < each.end) for each in device.participations):
                result.anomalies.add(anomaly)
        if meter.first is not None:
            for each in device.participations:
                start = -(-max(each.start, meter.first) // interval) * interval
                starts += [start] if each.holds(start) else []
    if not starts:
        return result
    last_event = max(reading.end for reading in readings.values() if reading.quality in "MSE")
    for start in range(min(starts), last_event - interval + 1, interval):
        settle_interval(start, community, meters, result)
    return result


def settle_interval(start, community: Community, meters: dict[str, Meter], result: Settled) -> None:
    """A meter is expected in the intervals of its participation that begin at or after its first reading."""
    shares, expected, measured = {}, 0, {}
    for name, meter in meters.items():
        participation = next((each for each in meter.device.participations if each.holds(start)), None)
        if participation is None:
            continue
        shares[name] = participation.share_ppm
        if meter.first is None or start < meter.first:
            continue
        expected += 1
        energy = meter.energy(start)
        if energy is not None:
            measured[name] = energy
    imports = {name: energy[0] for name, energy in measured.items()}
    exports = {name: energy[1] for name, energy in measured.items()}
    gets = share(community.key, community.rounds, sum(exports.values()), imports, shares)
    gives = divide(sum(gets.values()), list(exports.items()))
    for name, (imported, exported, quality) in measured.items():
        community_wh, shared_wh = gets.get(name, 0), gives[name]
        result.rows[start, name] = Split(
            import_wh=imported,
            community_wh=community_wh,
            grid_wh=imported - community_wh,
            export_wh=exported,
            shared_wh=shared_wh,
            surplus_wh=exported - shared_wh,
            quality=quality,
        )
    result.status[start] = (expected, len(measured))
