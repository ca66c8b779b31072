"""How what is offered is divided among those who need it."""

from __future__ import annotations

from fractions import Fraction
from math import floor


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
