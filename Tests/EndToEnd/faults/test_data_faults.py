"""Rows D1 to D14 of the fault matrix that need the whole program; the others are Swift tests and end-to-end tests."""

from collections import Counter

import pytest
from kit.invariants import check_books, check_group, check_logs


@pytest.mark.ci
def test_D11_the_database_refuses_a_row(world, seed):
    """One that validation let pass: it alone becomes a dead letter, its neighbours are kept."""
    world.send_days()
    counts = Counter(row[2] for row in world.journal())
    alone = sorted(row for row in world.journal() if row[2] is not None and counts[row[2]] == 1)
    name, time, imported, _ = alone[len(alone) * seed // 7 % len(alone)]
    world.refuse_in_the_database("energy.reading", "22003", 10_000, f"new.import_wh = {imported}")
    with world.watched():
        world.run_to_the_end()
    assert world.refusals() > 1
    letters = world.rows("select hub_device_id, reason from energy.dead_letter")
    assert letters, f"the reading of {name} at {time} should be a dead letter"
    assert {reason for _, reason in letters} == {"database_refused"}
    check_books(world)
    check_group(world)
    check_logs(world)
    world.call("verify")
    # Once the database takes it, it comes back by hand, and all is as if nothing had happened.
    world.run_as_owner("drop trigger refuse on energy.reading")
    world.call("dead-letters", "replay", "--reason", "database_refused")
    stored = world.value("select count(*) from energy.reading")
    assert stored == len({row[:2] for row in world.journal()})
