"""The registry file that says what the reference's communities are."""

from __future__ import annotations

from homes import rfc3339
from reference import HOUR, SECOND, Community, Device, MeterSwap, Participation, Rule


def registry_file(communities: tuple[Community, ...], grace: str = "2h") -> dict:
    """`grace` is for communities that have one rule for all time."""
    return {"communities": [community_entry(each, grace) for each in communities]}


def community_entry(community: Community, grace: str) -> dict:
    """Every meter is a member's of its own."""
    members = []
    for number, device in enumerate(community.devices):
        participations = [participation_entry(each, community.code) for each in device.participations]
        entry = device_entry(device) | {"participation": participations}
        member = {"code": f"member-{number:02d}", "name": f"Member {number}", "kind": "household", "devices": [entry]}
        members.append(member)
    entry = {"code": community.code, "name": "End to end", "time_zone": community.time_zone, "members": members}
    if community.dated:
        return entry | {"rules": [rule_entry(each) for each in community.dated]}
    return entry | rule_entry(community.rules[0]) | {"grace": grace}


def rule_entry(rule: Rule) -> dict:
    entry = {
        "interval_minutes": rule.interval * 60 // HOUR,
        "sharing_key": rule.key,
        "remainder": rule.remainder,
        "grace": duration(rule.grace),
    }
    if rule.key == "equal":
        entry["rounds"] = rule.rounds
    for name, bound in (("from", rule.start), ("to", rule.end)):
        if bound is not None:
            entry[name] = rfc3339(bound)
    if rule.final_day is not None:
        entry["finality"] = {"day": rule.final_day, "time": rule.final_time}
    elif rule.finality is not None:
        entry["finality"] = duration(rule.finality)
    if rule.corrections is not None:
        entry["corrections"] = duration(rule.corrections)
    return entry


def duration(microseconds: int) -> str:
    return f"{microseconds // SECOND}s"


def participation_entry(part: Participation, enclosing: str) -> dict:
    entry = {"from": rfc3339(part.start), "share_ppm": part.share_ppm, "participation_ppm": part.part_ppm}
    if part.end is not None:
        entry["to"] = rfc3339(part.end)
    if part.priority is not None:
        entry["priority"] = part.priority
    if part.community != enclosing:
        entry["community"] = part.community
    return entry


def device_entry(device: Device) -> dict:
    """A meter in the registry file; what is not given is left out."""
    given = {
        "hub_device_id": device.hub_id,
        "adapter": device.adapter,
        "connection_watts": device.connection_watts,
        "inverter_watts": device.inverter_watts,
        "registers": device.registers,
        "time_zone": device.time_zone,
        "register_digits": device.register_digits,
        "generation_id": device.generation_id,
        "status": None if device.enabled else "disabled",
        "kind": None if device.interval_seconds is None else "interval",
        "interval_seconds": device.interval_seconds,
    }
    entry = {key: value for key, value in given.items() if value is not None}
    if device.swaps:
        entry["meter_swaps"] = [swap_entry(swap) for swap in device.swaps]
    return entry


def swap_entry(swap: MeterSwap) -> dict:
    entry = {"at": rfc3339(swap.at)}
    for register in ("import", "export"):
        if swap.gain(register) is not None:
            final, start = getattr(swap, f"{register}_final"), getattr(swap, f"{register}_start")
            entry[register] = {"final_wh": final, "start_wh": start}
    return entry
