"""Rules that change on a date: the length of intervals, the key, the grace; and readings that come late around that date."""

from dataclasses import replace

import pytest

from homes import START, Message, make_devices, ordinary_messages
from reference import DAY, HOUR, Community, Rule, rule_at
from world import since_epoch

QUARTER = HOUR // 4
CHANGE = START + 2 * DAY + 5 * HOUR  # 11:00 in the community's zone: somebody exports
CHANGES = {
    "60 to 15 minutes": (Rule(HOUR), Rule(QUARTER)),
    "15 to 60 minutes": (Rule(QUARTER), Rule(HOUR)),
    "30 to 15 minutes, static to priority": (Rule(2 * QUARTER, "static"), Rule(QUARTER, "priority")),
    "proportional to static": (Rule(HOUR), Rule(HOUR, "static", remainder="surplus")),
    "equal in one round to many": (Rule(HOUR, "equal"), Rule(HOUR, "equal", "many")),
    "hybrid to pool": (Rule(QUARTER, "hybrid"), Rule(QUARTER, "pool", remainder="surplus")),
}


def dated(*rules: Rule, at: int = CHANGE) -> Community:
    first, second = rules
    return Community(make_devices(), dated=(replace(first, end=at), replace(second, start=at)))


def on_time_and_late(days: float = 4) -> tuple[list[Message], list[Message]]:
    """Two meters say nothing for the hours around the change, one for long before it, one for long after; then it all comes."""
    silent = {
        "home-B": (CHANGE - 3 * HOUR, CHANGE + 3 * HOUR),
        "home-a": (CHANGE - 40 * 60 * 10**6, CHANGE + 50 * 60 * 10**6),
        "home-10": (CHANGE - DAY, CHANGE + 10 * 60 * 10**6),
        "Home.c": (CHANGE - 10 * 60 * 10**6, CHANGE + DAY),
    }
    messages = ordinary_messages(make_devices(), days=days)

    def is_late(message: Message) -> bool:
        since, until = silent.get(message.device, (0, 0))
        return since < message.timestamp < until

    return [each for each in messages if not is_late(each)], [each for each in messages if is_late(each)]


def sides(world) -> tuple[int, int]:
    """How many intervals are settled before and after the change."""
    starts = world.stored_status("e2e")
    return sum(each < CHANGE for each in starts), sum(each >= CHANGE for each in starts)


@pytest.mark.parametrize("rules", CHANGES.values(), ids=CHANGES.keys())
def test_a_rule_changes_on_a_date(world, rules):
    community = dated(*rules)
    world.prepare(community)
    on_time, late = on_time_and_late()
    world.send(on_time)
    world.drain()
    world.check()
    before = sides(world)
    assert before == ((CHANGE - START) // rules[0].interval, (START + 4 * DAY - CHANGE) // rules[1].interval)
    world.send(late)
    world.drain()
    world.check()
    assert sides(world) == before


@pytest.mark.parametrize("graces", [(0, 6 * HOUR), (6 * HOUR, 0), (HOUR, 3 * HOUR)])
def test_a_grace_changes_on_a_date(world, graces):
    """What is settled while the stream stands still is what the grace of each interval's own rule allows, and no more."""
    community = dated(*(Rule(QUARTER, grace=grace) for grace in graces))
    world.prepare(community)
    on_time, late = on_time_and_late()
    worker = world.start("run")
    for reach in (CHANGE, CHANGE + HOUR, CHANGE + 4 * HOUR, CHANGE + 8 * HOUR):
        sent = [each for each in on_time if each.timestamp <= reach]
        on_time = on_time[len(sent) :]
        world.send(sent)
        world.wait_until_read()
        # All partitions are at their end: the newest record's time counts.
        check_reach(world, community, max(record.timestamp for record in world.records))
    world.send([*on_time, *late])
    world.wait_until_read()
    assert worker.terminate(5) == 0
    world.drain()
    world.check()


def check_reach(world, community: Community, watermark: int) -> None:
    start, due = START, []
    while (rule := rule_at(community, start)) and start + rule.interval + rule.grace <= watermark:
        due.append(start)
        start += rule.interval

    world.wait_for("what is due to be settled", lambda: world.settled() >= len(due))
    assert sorted(world.stored_status("e2e")) == due


def test_a_key_is_changed_for_the_past(world):
    """It holds from a day on that is settled already, then from a day earlier, then always; only what it changes is settled again."""
    world.prepare(Community(make_devices()))
    on_time, late = on_time_and_late()
    world.send(on_time)
    world.drain()
    world.check()
    again = "select min(interval_start) from energy.interval_status where settled_at > %s"
    for at in (CHANGE, CHANGE - DAY):
        before = world.value("select now()")
        world.apply(dated(Rule(HOUR), Rule(HOUR, "static"), at=at))
        world.drain()
        world.check()
        assert since_epoch(world.rows(again, before)[0][0]) == at
    world.send(late)
    world.apply(Community(make_devices(), key="equal", rounds="many"))
    world.drain()
    world.check()


def test_intervals_keep_their_length_where_they_are_settled(world):
    world.prepare(Community(make_devices()))
    on_time, late = on_time_and_late()
    first = [each for each in on_time if each.timestamp <= CHANGE]
    world.send(first)
    world.drain()
    world.check()
    end = max(world.stored_status("e2e")) + HOUR
    world.apply(dated(Rule(HOUR), Rule(QUARTER), at=end - HOUR), status=65)
    world.check()
    # What is not settled yet may have another.
    world.apply(dated(Rule(HOUR), Rule(QUARTER), at=end))
    world.send(on_time[len(first) :] + late)
    world.drain()
    world.check()
