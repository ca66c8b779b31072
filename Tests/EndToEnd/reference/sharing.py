"""How what is offered is divided among those who need it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf

from .model import WHOLE


def divide(total: int, weights: list[tuple[str, int]], remainder: str = "largest-remainder") -> dict[str, int]:
    """Divides whole Wh by the largest-remainder rule; ties go to the smallest name in byte order. Or only rounds down."""
    whole = sum(weight for _, weight in weights)
    if whole == 0:
        return {name: 0 for name, _ in weights}
    parts = {name: total * weight // whole for name, weight in weights}
    left_over = total - sum(parts.values())
    if left_over > 0 and remainder == "largest-remainder":
        remainders = {name: total * weight % whole for name, weight in weights}
        for name in sorted(parts, key=lambda each: (-remainders[each], each.encode()))[:left_over]:
            parts[name] += 1
    return parts


@dataclass(frozen=True)
class Interval:
    """What there is to divide in an interval."""

    offered: int
    needs: Mapping[str, int]  # of the meters that have a value
    shares: Mapping[str, int] = field(default_factory=dict)  # parts per million, of all who take part
    priorities: Mapping[str, int | None] = field(default_factory=dict)


def share(key: str, rounds: str, interval: Interval, remainder: str = "largest-remainder") -> dict[str, int]:
    """How much of what is offered each meter gets."""
    offered, needs = interval.offered, interval.needs
    nothing = dict.fromkeys(needs, 0)
    if key in ("proportional", "pool"):
        return divide(min(offered, sum(needs.values())), list(needs.items()), remainder)
    if key == "static":
        return fixed(interval, remainder)[0]
    if key == "static-multi-round":
        given, left = fixed(interval, remainder)
        return fill(left, given, needs, interval.shares, "many", remainder)
    if key == "hybrid":
        given, left = fixed(interval, remainder)
        open_needs = {name: needs[name] - given[name] for name in needs}
        more = divide(min(left, sum(open_needs.values())), list(open_needs.items()), remainder)
        return {name: given[name] + more[name] for name in needs}
    if key == "equal":
        return fill(offered, nothing, needs, dict.fromkeys(needs, 1), rounds, remainder)
    if key == "priority":
        given = nothing
        for name in sorted(needs, key=lambda each: (rank(interval.priorities.get(each)), each.encode())):
            given[name] = min(needs[name], offered - sum(given.values()))
        return given
    raise AssertionError(f"the reference does not know the key {key}")


def rank(priority: int | None) -> float:
    """Who has no priority comes last."""
    return inf if priority is None else priority


def fixed(interval: Interval, remainder: str) -> tuple[dict[str, int], int]:
    """By fixed shares: what each gets, and what may be divided again.

    That is the reserve, which nobody has a share of, and what members could not use; what rounding down leaves over is not.
    """
    offered, shares = interval.offered, interval.shares
    agreed = offered * sum(shares.values()) // WHOLE
    if remainder == "surplus":
        parts = {name: offered * each // WHOLE for name, each in shares.items()}
    else:
        parts = divide(agreed, list(shares.items()))
    given = {name: min(need, parts.get(name, 0)) for name, need in interval.needs.items()}
    return given, offered - agreed + sum(parts.values()) - sum(given.values())


def fill(
    left: int, given: dict[str, int], needs: Mapping[str, int], weights: Mapping[str, int], rounds: str, remainder: str
) -> dict[str, int]:
    """Divides what is left among those that still need something, again and again; only what nobody could use goes into the next round."""
    given = dict(given)
    while left > 0:
        hungry = [(name, weights.get(name, 0)) for name in needs if given[name] < needs[name]]
        parts = divide(left, hungry, remainder)
        used = {name: min(part, needs[name] - given[name]) for name, part in parts.items()}
        for name, wh in used.items():
            given[name] += wh
        left = sum(parts.values()) - sum(used.values())
        if rounds == "one" or not any(used.values()):
            break
    return given
