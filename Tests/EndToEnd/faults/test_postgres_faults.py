"""Rows P1 to P23 of the fault matrix: PostgreSQL and the way to it."""

import os
import signal
import threading

import psycopg
import pytest
from kit.postgres_wire import INGEST, SETTLEMENT
from kit.rules import (
    ANY,
    after,
    black_hole,
    black_hole_both,
    cut,
    delay,
    hold,
    hold_after,
    pass_on,
    reset,
)
from kit.servers import until


def held_at(world, postgres, moment, action, nth, effect) -> None:
    """Something happens to PostgreSQL while a batch is at this moment; the same worker reads on by itself, to the end."""
    world.send_days()
    rule = postgres.proxy.rule(moment, action, name=INGEST, nth=nth)
    worker = world.run("--drain")
    with world.watched():
        link = rule.wait()
        effect(link)
        rule.release()
        world.run_to_the_end(worker)
    assert rule.fired == 1
    world.finish()


@pytest.mark.ci
@pytest.mark.parametrize("mode", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
def test_P1_restarted_in_copy(world, postgres, mode, seed):
    held_at(world, postgres, "copy", hold_after(25), seed + 1, lambda link: postgres.restart(mode))


@pytest.mark.ci
def test_P2_all_processes_killed_in_copy(world, postgres, seed):
    def kill_and_start(link):
        assert postgres.kill() > 5
        postgres.start()

    held_at(world, postgres, "copy", hold_after(25), seed + 1, kill_and_start)


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


@pytest.mark.parametrize("moment", ["commit", "committed"])
def test_P3_commit_reply_of_a_settlement_lost(world, postgres, moment, seed):
    world.send_days()
    rule = postgres.proxy.rule(moment, reset, name=SETTLEMENT, nth=seed, times=3)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired == 3
    world.finish()


def test_P4_commits_forgotten_in_a_crash(world, postgres, seed):
    """With synchronous_commit off a crash takes acknowledged commits along: rows and position together."""
    world.run_as_owner(f'alter database "{world.name}" set synchronous_commit = off')
    postgres.sql("alter system set wal_writer_delay = '10s'")
    postgres.sql("select pg_reload_conf()")
    try:
        world.send_days(part=0, parts=2)
        with world.watched(may_regress=True):
            worker = world.run("--drain")
            rule = postgres.proxy.rule("begin", hold, name=INGEST, nth=seed + 3)
            rule.wait()
            acknowledged = world.progress()
            postgres.kill()
            postgres.start()
            assert world.progress() < acknowledged, "the crash has forgotten nothing: this shows nothing"
            rule.release()
            world.run_to_the_end(worker)
    finally:
        postgres.sql("alter system reset wal_writer_delay")
        postgres.sql("select pg_reload_conf()")
    world.send_days(part=1, parts=2)
    world.finish(may_regress=True)


def in_trouble_and_back(world, postgres, cause, mend, said) -> None:
    """PostgreSQL refuses for a while: not ready, nothing given up, nothing marked as refused; then it goes on by itself."""
    world.send_days(part=0, parts=2)
    worker = world.run(is_served=True)
    with world.watched():
        world.wait_until_read()
        until("it to be ready", lambda: world.ready()[0] == 200)
        cause()
        try:
            sent = world.send_days(part=1, parts=2)
            assert sent
            until("it to be unready", lambda: world.ready()[0] == 503 and "database" in world.ready()[1])
            until("it to say why", lambda: world.said(said, worker))
            assert world.live() == 200
        finally:
            mend()
        world.wait_until_read()
        until("it to be ready again", lambda: world.ready()[0] == 200)
    assert worker.is_running
    assert world.value("select count(*) from energy.dead_letter") == 0
    world.finish()


@pytest.mark.ci
def test_P6_read_only(world, postgres):
    def set_read_only(is_on: bool):
        postgres.sql(f"alter system set default_transaction_read_only = {'on' if is_on else 'off'}")
        postgres.sql("select pg_reload_conf()")

    in_trouble_and_back(world, postgres, lambda: set_read_only(True), lambda: set_read_only(False), "25006")


@pytest.mark.parametrize("state", ["53100", "53200"])
def test_P7_no_room(world, postgres, state, seed):
    """The disk is full, or memory is: the server says so (a trigger does, in its stead), for a while."""
    world.send_days()
    world.refuse_in_the_database("energy.ingest_batch", state, 2 + seed)
    with world.watched():
        world.run_to_the_end()
    assert world.refusals() > 2 + seed
    assert world.value("select count(*) from energy.dead_letter") == 0
    world.finish()


def test_P9_somebody_else_holds_the_row(world, postgres, seed):
    """An operator's session, not a worker's: it is waited for, never ended."""
    world.send_days(part=0, parts=2)
    worker = world.run()
    with world.watched():
        world.wait_until_read()
        with psycopg.connect(postgres.url, dbname=world.name) as operator:
            operator.execute("select from energy.stream_position for update")
            world.send_days(part=1, parts=2)
            world.wait_for("the worker to meet the lock", lambda: world.said("55P03", worker))
            assert operator.execute("select 1").fetchone() == (1,)
        world.wait_until_read()
    assert worker.is_running
    world.finish()


@pytest.mark.parametrize("state", ["40P01"])
def test_P10_deadlock(world, state, seed):
    """PostgreSQL chooses the batch as the victim of a deadlock (a trigger does, in its stead)."""
    refused_for_a_while(world, state, seed)


def test_P11_serialization_failure(world, seed):
    refused_for_a_while(world, "40001", seed)


def refused_for_a_while(world, state: str, seed: int) -> None:
    world.send_days()
    world.refuse_in_the_database("energy.ingest_batch", state, 3 * seed)
    with world.watched():
        world.run_to_the_end()
    assert world.refusals() > 3 * seed
    world.finish()


@pytest.mark.ci
def test_P12_too_many_connections(world, postgres):
    def cause():
        postgres.sql("alter role e2e connection limit 0")
        assert postgres.proxy.reset_links() >= 1

    in_trouble_and_back(world, postgres, cause, lambda: postgres.sql("alter role e2e connection limit -1"), "53300")


@pytest.mark.ci
def test_P13_session_ended_in_copy(world, postgres, seed):
    def end(link):
        assert postgres.sql("select pg_terminate_backend(%s)", link.backend_pid) == [(True,)]

    held_at(world, postgres, "copy", hold_after(25), seed + 1, end)


@pytest.mark.ci
@pytest.mark.parametrize("moment", ["copy", "advance"])
def test_P14_statement_cancelled(world, postgres, moment, seed):
    def cancel(link):
        assert postgres.sql("select pg_cancel_backend(%s)", link.backend_pid) == [(True,)]

    action = hold_after(25) if moment == "copy" else hold
    held_at(world, postgres, moment, action, seed + 1, cancel)


def test_P14_statement_timeout(world, postgres, seed):
    """The batch waits at the gate for longer than the role's statements may take."""
    world.run_as_owner(f'alter role e2e in database "{world.name}" set statement_timeout = 300')
    world.send_days(part=0, parts=2)
    worker = world.run()
    world.wait_until_read()
    with psycopg.connect(postgres.url, dbname=world.name) as operator:
        operator.execute("select pg_advisory_xact_lock(%s)", [0x7761_7474_6761_7465])
        world.send_days(part=1, parts=2)
        world.wait_for("the statement to be cancelled", lambda: world.said("57014", worker))
    world.wait_until_read()
    world.run_as_owner(f'alter role e2e in database "{world.name}" reset statement_timeout')
    world.finish()


@pytest.mark.parametrize(
    ("moment", "action"),
    [("commit", black_hole), ("committed", black_hole), ("copy", black_hole_both)],
    ids=["to-the-server", "to-the-worker", "both"],
)
def test_P15_a_network_that_swallows_everything(world, postgres, moment, action, seed):
    """No byte and no end of the connection arrives: the worker's own deadline (20 s) has to notice."""
    world.send_days()
    rule = postgres.proxy.rule(moment, action, name=INGEST, nth=seed + 1)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired == 1
    assert world.said("did not answer within")
    world.finish()


def test_P16_the_backend_hangs(world, postgres, seed):
    """Frozen in the COMMIT: given up after the worker's own deadline; the outcome is read once the server can tell."""
    world.send_days()
    action = after(lambda link: os.kill(link.backend_pid, signal.SIGSTOP), pass_on)
    rule = postgres.proxy.rule("commit", action, name=INGEST, nth=seed + 1)
    worker = world.run("--drain")
    with world.watched():
        link = rule.wait()
        try:
            world.wait_for("the worker to give up", lambda: world.said("did not answer within", worker))
        finally:
            os.kill(link.backend_pid, signal.SIGCONT)
        world.run_to_the_end(worker)
    assert rule.fired == 1
    world.finish()


@pytest.mark.ci
def test_P17_a_partition_is_missing(world, postgres, seed):
    """Dropped, while the worker believes that it is there."""

    def drop_all(link):
        children = "select inhrelid::regclass::text from pg_inherits where inhparent = 'energy.reading'::regclass"
        found = [
            name
            for (name,) in world.run_as_owner(children)
            if world.run_as_owner(f"select 1 from {name} limit 1") == []
        ]
        assert found
        for name in found:
            world.run_as_owner(f"drop table {name}")

    held_at(world, postgres, "begin", hold, 1, drop_all)


def test_P18_partitions_come_and_go(world, postgres, seed):
    """Other months' partitions are detached and attached again, over and over, while batches are written."""

    def attach_and_detach():
        world.run_as_owner(
            "alter table energy.reading attach partition public.other for values from ('2001-01-01') to ('2001-02-01')"
        )
        world.run_as_owner("alter table energy.reading detach partition public.other")

    world.run_as_owner("create table public.other (like energy.reading including defaults including constraints)")
    under_ddl(world, attach_and_detach)


def test_P19_columns_come_and_go(world, postgres, seed):
    def add_and_drop():
        world.run_as_owner("set lock_timeout = '1500ms'; alter table energy.reading add column of_the_future integer")
        world.run_as_owner("set lock_timeout = '1500ms'; alter table energy.reading drop column of_the_future")

    under_ddl(world, add_and_drop)


def under_ddl(world, change) -> None:
    over = threading.Event()
    changes, waits = [], []

    def loop():
        while not over.is_set():
            try:
                change()
                changes.append(1)
            except psycopg.errors.LockNotAvailable:
                waits.append(1)

    worker = world.run()
    world.wait_for("the worker to have started", lambda: world.said("partition taken over", worker))
    changer = threading.Thread(target=loop)
    changer.start()
    try:
        with world.watched():
            for part in range(6):
                world.send_days(part=part, parts=6)
                world.wait_until_read()
    finally:
        over.set()
        changer.join(30)
    assert len(changes) >= 3
    world.finish()


@pytest.mark.ci
@pytest.mark.parametrize("what", ["revoked", "locked"])
def test_P20_not_allowed_any_more(world, postgres, what):
    """The privilege is revoked, or the role may not log in: nothing is given up meanwhile, and no restart is needed afterwards."""

    def cause():
        if what == "revoked":
            world.run_as_owner("revoke insert on energy.ingest_batch from e2e")
        else:
            postgres.sql("alter role e2e nologin")
            assert postgres.proxy.reset_links() >= 1

    def mend():
        if what == "revoked":
            world.run_as_owner("grant insert on energy.ingest_batch to e2e")
        else:
            postgres.sql("alter role e2e login")

    in_trouble_and_back(world, postgres, cause, mend, "42501" if what == "revoked" else "28000")


def test_P22_everything_is_slow(world, postgres, seed):
    """Each message takes its time, in both directions."""
    world.send_days(1)
    rule = postgres.proxy.rule(ANY, delay(0.004 * seed), times=None)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired > 200
    world.finish()


def test_P23_restored_from_an_older_copy(world, postgres, seed):
    """Kafka's group is ahead of what is restored: only the database's word counts."""
    copy = f"{world.name}_old"
    world.send_days(part=0, parts=3)
    world.drain()
    before = world.progress()
    postgres.sql(f'create database "{copy}" template "{world.name}" owner e2e')
    world.send_days(part=1, parts=3)
    worker = world.run()
    world.wait_until_read()
    # The group hears of it every few seconds.
    world.wait_for("the group to be told", lambda: sum(world.group_offsets().values()) > before)
    postgres.sql(f'alter database "{world.name}" allow_connections false')
    postgres.sql("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", world.name)
    postgres.sql(f'drop database "{world.name}"')
    postgres.sql(f'alter database "{copy}" rename to "{world.name}"')
    assert world.progress() == before
    # Only when it next writes does it find out.
    world.send_days(part=2, parts=3)
    world.wait_until_read()
    assert worker.is_running
    world.finish()


@pytest.mark.ci
@pytest.mark.parametrize("moment", ["begin", "begun", "copy", "copied", "advance", "advanced"])
def test_P3_connection_lost_at_every_other_moment(world, postgres, moment, seed):
    """Not in the COMMIT: the outcome is known, and the answer is the same."""
    world.send_days()
    action = cut(30) if moment == "copy" else reset
    rule = postgres.proxy.rule(moment, action, name=INGEST, nth=seed + 1, times=2)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired == 2
    world.finish()
