"""Rows W1 to W16 of the fault matrix: the worker's own process."""

import signal

import pytest
from kit.postgres_wire import INGEST
from kit.rules import hold_after


@pytest.mark.ci
def test_W6_frozen_in_copy_holding_the_lock(world, postgres, seed):
    """Longer than its session: another takes over by ending its backend; when it wakes it has lost, and knows."""
    world.send_days(part=0, parts=2)
    first, second = world.run(), world.run()
    rule = postgres.proxy.rule("copy", world.stop_then(hold_after(30)), name=INGEST, nth=seed + 1)
    with world.watched():
        world.send_days(part=1, parts=2)
        frozen = world.worker_of(rule.wait())
        other = second if frozen is first else first
        waiting = (
            "select 1 from pg_stat_activity where pid = %s and state = 'active' and query ilike 'copy%%from stdin%%'"
        )
        assert postgres.sql(waiting, rule.links[0].backend_pid), "the server does not wait in a COPY"
        world.wait_until_read()
        assert not postgres.sql(waiting, rule.links[0].backend_pid), "its session should have been ended"
        rule.release()
        frozen.process.send_signal(signal.SIGCONT)
        owners = "select count(distinct owner) from energy.stream_position"
        world.wait_for("the frozen worker to have partitions again", lambda: world.value(owners) == 2)
    assert world.said("partitions lost", frozen)
    assert other.is_running
    world.finish()
