"""What each meter's energy was, interval by interval, and how the community shares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .intervals import find_interval_anomalies, interval_energy
from .model import WHOLE, Community, Device, Participation, Reading, Rule
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
from .sharing import Interval, divide, share


@dataclass(frozen=True)
class Split:
    import_wh: int
    community_wh: int
    grid_wh: int
    export_wh: int
    shared_wh: int
    surplus_wh: int
    quality: str
    unshared_import_wh: int | None = None  # what takes part in no community, in the row of the meter's first one
    unshared_export_wh: int | None = None


@dataclass
class Settled:
    """The contents of current_attribution, interval_status and anomaly, of one community."""

    rows: dict[tuple[int, str], Split] = field(default_factory=dict)
    status: dict[int, tuple[int, int]] = field(default_factory=dict)  # expected, received
    missing: dict[int, set[str]] = field(default_factory=dict)
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
        self.energies = {}
        if device.interval_seconds is not None:
            self.counted = counted
            self.anomalies = find_interval_anomalies(counted, device, decisions)
            return
        self.running: Running = running_registers(without_outliers(counted, device, decisions), device, decisions)
        self.anomalies = find_anomalies(self.readings, device, decisions)

    def energy(self, start: int):
        if start not in self.energies:
            self.energies[start] = self.find_energy(start)
        return self.energies[start]

    def find_energy(self, start: int):
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
    """A community that has no meter in common with another."""
    return settle_all(readings, [community], decisions)[community.code]


def settle_all(
    readings: dict[tuple[str, int], Reading],
    communities: list[Community],
    decisions: Mapping[tuple[str, int], str] | None = None,
) -> dict[str, Settled]:
    """Of each community every interval from the first in which a meter is expected to the last event.

    The communities come in the order of their numbers, which are given when they are first applied.
    """
    decisions = decisions or {}
    meters: dict[str, dict[int, Meter]] = {}  # by name and length of interval
    for device in (device for community in communities for device in community.devices):
        name = device.hub_id
        stored = [each for (owner, _), each in readings.items() if owner == name and each.quality in "MSE"]
        decided = {time: what for (owner, time), what in decisions.items() if owner == name}
        lengths = {rule.interval for community in communities for rule in community.rules}
        meters[name] = {interval: Meter(device, stored, decided, interval) for interval in lengths}
    order = [community.code for community in communities]
    last_event = max((each.end for each in readings.values() if each.quality in "MSE"), default=0)
    return {community.code: settle_one(community, meters, order, last_event) for community in communities}


def settle_one(community: Community, meters: dict[str, dict[int, Meter]], order: list[str], last_event: int) -> Settled:
    result = Settled()
    starts = []
    own: dict[str, dict[int, Meter]] = {}  # who ever takes part
    for name, lengths in meters.items():
        meter = next(iter(lengths.values()))
        spans = [each for each in meter.device.participations if each.community == community.code]
        if spans:
            own[name] = lengths
        for anomaly in meter.anomalies:
            _, _, since, until = anomaly
            if any(each.start <= until and (each.end is None or since < each.end) for each in spans):
                result.anomalies.add(anomaly)
        for each in spans if meter.first is not None else ():
            start = first_edge(community, max(each.start, meter.first))
            starts += [start] if start is not None and each.holds(start) else []
    if not starts:
        return result
    for rule in community.rules:
        start = min(starts) if rule.start is None else max(rule.start, min(starts))
        start = -(-start // rule.interval) * rule.interval
        end = last_event if rule.end is None else min(rule.end, last_event)
        of_length = {name: lengths[rule.interval] for name, lengths in own.items()}
        for each in range(start, end - rule.interval + 1, rule.interval):
            settle_interval(each, rule, community, of_length, order, result)
    return result


def first_edge(community: Community, instant: int) -> int | None:
    """The first beginning of an interval at or after an instant."""
    for rule in community.rules:
        after = instant if rule.start is None else max(instant, rule.start)
        edge = -(-after // rule.interval) * rule.interval
        if rule.holds(edge):
            return edge
    return None


def settle_interval(
    start, rule: Rule, community: Community, meters: dict[str, Meter], order: list[str], result: Settled
) -> None:
    """A meter is expected in the intervals of its participation that begin at or after its first reading."""
    shares, priorities, parts, expected, measured = {}, {}, {}, [], {}
    profile = next((each for each in community.profiles if each.holds(start)), None)
    for name, meter in meters.items():
        holding = {each.community: each for each in meter.device.participations if each.holds(start)}
        participation = holding.get(community.code)
        if participation is None:
            continue
        shares[name] = profile.share(name, start) if profile else participation.share_ppm
        priorities[name] = participation.priority
        if meter.first is None or start < meter.first:
            continue
        expected.append(name)
        energy = meter.energy(start)
        if energy is not None:
            measured[name] = energy
            parts[name] = parts_of(energy, holding, community.code, order)
    imports = {name: part.imported for name, part in parts.items()}
    exports = {name: part.exported for name, part in parts.items()}
    interval = Interval(sum(exports.values()), imports, shares, priorities)
    gets = share(rule.key, rule.rounds, interval, rule.remainder)
    gives = divide(sum(gets.values()), list(exports.items()))
    for name, part in parts.items():
        result.rows[start, name] = Split(
            import_wh=part.imported,
            community_wh=gets[name],
            grid_wh=part.imported - gets[name],
            export_wh=part.exported,
            shared_wh=gives[name],
            surplus_wh=part.exported - gives[name],
            quality=measured[name][2],
            unshared_import_wh=part.unshared_import,
            unshared_export_wh=part.unshared_export,
        )
    result.status[start] = (len(expected), len(measured))
    if len(measured) < len(expected):
        result.missing[start] = set(expected) - set(measured)


@dataclass(frozen=True)
class Part:
    """What of a meter's energy takes part in a community, and what of it in none, if that is to be said here."""

    imported: int
    exported: int
    unshared_import: int | None
    unshared_export: int | None


def parts_of(energy, holding: Mapping[str, Participation], code: str, order: list[str]) -> Part:
    whole = energy[:2]
    each = {name: [wh * part.part_ppm // WHOLE for wh in whole] for name, part in holding.items()}
    rest = [wh - sum(part[register] for part in each.values()) for register, wh in enumerate(whole)]
    is_said_here = code == min(holding, key=order.index) and any(rest)
    return Part(*each[code], *(rest if is_said_here else (None, None)))
