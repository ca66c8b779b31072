"""When an interval becomes final, and until when late readings may change it."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from .model import DAY, EPOCH, Community, Rule

DEFAULT = 35 * DAY


def rule_at(community: Community, instant: int) -> Rule | None:
    return next((rule for rule in community.rules if rule.holds(instant)), None)


def local(instant: int, zone: ZoneInfo) -> datetime:
    return (EPOCH + timedelta(microseconds=instant)).astimezone(zone)


def instant_of(clock: datetime, zone: ZoneInfo) -> int:
    """The instant at which the zone's clocks show this: of a time that they show twice the second, of one that they skip as if they had not.

    So PostgreSQL does it.
    """
    first, second = clock.replace(tzinfo=zone, fold=0), clock.replace(tzinfo=zone, fold=1)
    is_twice = first.utcoffset() > second.utcoffset()
    return ((second if is_twice else first).astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def final_at(community: Community, start: int) -> int:
    """When the interval that begins there becomes final."""
    rule = rule_at(community, start)
    if rule.final_day is None:
        return start + rule.interval + (DEFAULT if rule.finality is None else rule.finality)
    zone = ZoneInfo(community.time_zone)
    month = local(start, zone)
    year, number = (month.year, month.month + 1) if month.month < 12 else (month.year + 1, 1)
    return instant_of(
        datetime.combine(datetime(year, number, rule.final_day), time.fromisoformat(rule.final_time)), zone
    )


def is_closed(community: Community, start: int, watermark: int) -> bool:
    """Whether late readings change it no more."""
    rule = rule_at(community, start)
    return rule.corrections is not None and start + rule.interval + rule.corrections <= watermark
