"""Rows W1 to W16 of the fault matrix: the worker's own process."""

import contextlib
import resource
import signal
import time
from pathlib import Path

import pytest
from kit.invariants import check_books
from kit.kafka_wire import WORKER
from kit.postgres_wire import INGEST
from kit.rules import after, cut, delay, deliver_then, hold, hold_after, reset
from kit.servers import until


def killed_and_succeeded(world, rule) -> None:
    """The worker is killed where the rule says; a successor reads the rest."""
    with world.watched():
        world.run()
        world.killed(rule)
        world.run_to_the_end()
    assert rule.fired == 1
    world.finish()


@pytest.mark.ci
def test_W1_killed_after_the_fetch(world, broker, seed):
    world.send_days()
    rule = broker.proxy.rule("fetched", deliver_then(world.kill, seed * 0.002), name=WORKER)
    killed_and_succeeded(world, rule)


def test_W1_killed_when_validated(world, postgres, seed):
    world.send_days()
    killed_and_succeeded(world, postgres.proxy.rule("begin", after(world.kill, reset), name=INGEST, nth=seed + 1))


@pytest.mark.ci
def test_W2_killed_holding_the_lock(world, postgres, seed):
    world.send_days()
    killed_and_succeeded(world, postgres.proxy.rule("begun", after(world.kill, reset), name=INGEST, nth=seed + 1))


@pytest.mark.ci
def test_W3_killed_in_copy(world, postgres, seed):
    world.send_days()
    action = after(world.kill, cut(17 + 100 * seed))
    killed_and_succeeded(world, postgres.proxy.rule("copy", action, name=INGEST, nth=seed + 1))


@pytest.mark.ci
@pytest.mark.parametrize("moment", ["advanced", "commit"])
def test_W4_killed_before_the_commit(world, postgres, moment, seed):
    world.send_days()
    killed_and_succeeded(world, postgres.proxy.rule(moment, after(world.kill, reset), name=INGEST, nth=seed + 1))


@pytest.mark.ci
def test_W5_killed_after_the_commit(world, postgres, seed):
    world.send_days()
    killed_and_succeeded(world, postgres.proxy.rule("committed", after(world.kill, reset), name=INGEST, nth=seed + 1))


def frozen_and_taken_over(world, postgres, moment, then, nth, *, holds_lock: bool) -> None:
    """One of two workers freezes for longer than its session; the other goes on with its partitions; it wakes up, and has lost."""
    world.send_days(part=0, parts=2)
    workers = world.run(), world.run()
    rule = postgres.proxy.rule(moment, after(world.freeze, then), name=INGEST, nth=nth)
    with world.watched():
        world.send_days(part=1, parts=2)
        frozen = world.worker_of(rule.wait())
        session = "select count(*) from pg_stat_activity where pid = %s and xact_start is not null"
        backend = rule.links[0].backend_pid
        assert postgres.sql(session, backend) == [(1 if holds_lock else 0,)]
        world.wait_until_read()
        if holds_lock:
            assert postgres.sql(session, backend) == [(0,)], "its session should have been ended: it held the lock"
        rule.release()
        frozen.process.send_signal(signal.SIGCONT)
        owners = "select count(distinct owner) from energy.stream_position"
        world.wait_for("the frozen worker to have partitions again", lambda: world.value(owners) == 2)
    assert rule.fired == 1
    # Kafka took its partitions away, or the fence told it first.
    assert world.said("partitions lost", frozen) or world.said("partitions revoked", frozen)
    assert all(worker.is_running for worker in workers)
    world.finish()


@pytest.mark.ci
def test_W6_frozen_in_copy_holding_the_lock(world, postgres, seed):
    frozen_and_taken_over(world, postgres, "copy", hold_after(30), seed + 1, holds_lock=True)


def test_W7_frozen_before_the_transaction(world, postgres, seed):
    frozen_and_taken_over(world, postgres, "begin", hold, seed + 1, holds_lock=False)


def test_W8_frozen_before_the_commit(world, postgres, seed):
    frozen_and_taken_over(world, postgres, "commit", hold, seed + 1, holds_lock=True)


def test_W9_polls_too_late(make_world, postgres, seed):
    """The take-over, which the polling thread waits for, takes longer than the group's patience: all that it knew is void."""
    world = make_world(**{"kafka_max.poll.interval.ms": 2500})
    world.send_days()
    lost = postgres.proxy.rule("begin", reset, name=INGEST, nth=seed + 1)
    late = postgres.proxy.rule("taken over", delay(5), name=INGEST, nth=5)
    with world.watched():
        world.run_to_the_end()
    assert (lost.fired, late.fired) == (1, 1)
    assert world.said("MAXPOLL")
    world.finish()


MOMENTS = ("take over", "begin", "begun", "copy", "copied", "advance", "commit", "committed")


@pytest.mark.ci
def test_W10_asked_to_end_at_every_moment(world, postgres, broker, seed):
    """It ends in good order, within its goal, wherever its batch is."""
    with world.watched():
        for number, moment in enumerate(("fetched", *MOMENTS)):
            world.send_days(part=number, parts=len(MOMENTS) + 1)
            proxy, name = (broker.proxy, WORKER) if moment == "fetched" else (postgres.proxy, INGEST)
            rule = proxy.rule(moment, after(world.ask_to_end, delay(0.1 * seed)), name=name)
            worker = world.run()
            rule.wait()
            status = worker.wait(10)
            assert (moment, status, rule.fired) == (moment, 0, 1), worker.tail()
            check_books(world, is_all_read=False)
    world.finish()


def test_W11_asked_twice_and_killed_while_ending(world, postgres, seed):
    world.send_days()
    with world.watched():
        for number, second in enumerate((signal.SIGTERM, signal.SIGKILL)):
            rule = postgres.proxy.rule("commit", after(world.ask_to_end, delay(0.5)), name=INGEST, nth=seed + number)
            worker = world.run()
            rule.wait()
            time.sleep(0.1)
            worker.process.send_signal(second)
            assert worker.wait(10) in ((0,) if second == signal.SIGTERM else (-signal.SIGKILL,))
            assert rule.fired == 1
    world.finish()


def test_W12_the_schema_is_of_a_newer_version(world):
    """Nothing is begun, and the exit status says that a restart does not help."""
    world.send_days()
    world.run_as_owner(
        "insert into energy.schema_migration select max(version) + 1, 'of the future', 'x' from energy.schema_migration"
    )
    for _ in range(2):
        worker = world.run("--drain")
        assert worker.wait(30) == 78, worker.tail()
    assert world.value("select count(*) from energy.stream_position") == 0
    world.run_as_owner("delete from energy.schema_migration where name = 'of the future'")
    world.finish()


@pytest.mark.ci
def test_W13_two_workers_of_one_name_who_both_own_everything(world, seed):
    """Of two groups, so that Kafka gives each of them all partitions: the epoch alone decides."""
    world.send_days(part=0, parts=3)
    with world.watched():
        first = world.run("--owner", "twin")
        world.wait_until_read()
        group, world.group = world.group, f"{world.group}-twin"
        second = world.run("--owner", "twin")
        world.group = group
        epochs = "select count(*) from energy.stream_position where epoch > 1"
        world.wait_for("the second to take over", lambda: world.value(epochs) == 4)
        for part in (1, 2):
            world.send_days(part=part, parts=3)
            world.wait_until_read()
            # Now the first takes all back.
            if part == 1:
                assert first.is_running
                first.kill()
                world.run("--owner", "twin")
                world.wait_for("the first to take back", lambda: world.value(epochs.replace("1", "2")) == 4)
        assert second.is_running
    assert world.said("fenced") or world.said("another worker")
    world.finish()


def test_W14_memory_is_bounded_while_postgres_stalls(make_world, postgres, seed):
    """Far more waits at the broker than the worker may hold; its transaction hangs for some seconds."""
    world = make_world(kafka_queue_kilobytes=4096, ingest_batch_bytes="1MiB", ingest_memory_budget="16MiB")
    world.send_padded(400, 200_000)
    rule = postgres.proxy.rule("begin", delay(6), name=INGEST, nth=2)
    worker = world.run("--drain")
    rule.wait()
    peak = 0
    while worker.process.poll() is None and peak < 1 << 30:
        with contextlib.suppress(OSError, AttributeError):
            status = Path(f"/proc/{worker.process.pid}/status").read_text()
            peak = max(peak, int(status.partition("VmHWM:")[2].split()[0]) * 1024)
        time.sleep(0.05)
    assert rule.fired == 1
    assert worker.wait(60) == 0
    assert 0 < peak < 110 << 20, f"the worker held {peak >> 20} MiB; 80 MB waited at the broker"
    world.finish()


def test_W15_no_file_descriptor_is_left(world, postgres, broker, seed):
    """New connections fail; it tries again, does not end, and goes on once there are some."""
    world.send_days(part=0, parts=2)
    worker = world.run(is_served=True)
    with world.watched():
        world.wait_until_read()
        used = len(list(Path(f"/proc/{worker.process.pid}/fd").iterdir()))
        _, most = resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE)
        lowest = min(
            set(range(used + 1)) - {int(each.name) for each in Path(f"/proc/{worker.process.pid}/fd").iterdir()}
        )
        resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE, (min(lowest, 3), most))
        world.send_days(part=1, parts=2)
        assert postgres.proxy.reset_links(INGEST) >= 1
        world.wait_for("the worker to be in trouble", lambda: world.said("store away", worker))
        resource.prlimit(worker.process.pid, resource.RLIMIT_NOFILE, (most, most))
        world.wait_until_read()
        until("it to be ready again", lambda: world.ready()[0] == 200)
    world.finish()


def test_W16_rolling_restart_under_load(world, seed):
    workers = [world.run(), world.run()]
    with world.watched():
        for part in range(8):
            world.wait_for("both to own something", lambda: all(world.said("taken over", each) for each in workers))
            world.send_days(part=part, parts=8)
            assert workers.pop(0).terminate(10) == 0
            workers.append(world.run())
            if part % 3 == seed % 3:
                world.wait_until_read()
        world.wait_until_read()
    world.finish()
