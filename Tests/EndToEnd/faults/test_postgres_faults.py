"""Rows P1 to P23 of the fault matrix: PostgreSQL and the way to it."""

import pytest
from kit.postgres_wire import INGEST
from kit.rules import reset


@pytest.mark.ci
@pytest.mark.parametrize("moment", ["commit", "committed"])
def test_P3_commit_reply_lost(world, postgres, moment, seed):
    """Before the server has it, or after it has done it: the worker cannot know which, and must not guess."""
    world.send_days()
    rule = postgres.proxy.rule(moment, reset, name=INGEST, nth=seed + 1, times=2)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired == 2
    world.finish()


def test_P3_every_commit_reply_lost(make_world, postgres, request, seed):
    """Every batch is committed, and no worker ever hears of it, until so many replies are lost."""
    world = make_world(ingest_batch_rows=2)
    wanted = request.config.getoption("--commit-replies")
    world.send_days(1 + wanted * 3 / 170)
    rule = postgres.proxy.rule("committed", reset, name=INGEST, times=wanted, chance=0.8, in_a_row=3, seed=seed)
    with world.watched():
        world.run_to_the_end(seconds=60 + wanted)
    assert rule.fired == wanted
    world.finish()
