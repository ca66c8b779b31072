"""Rows K1 to K22 of the fault matrix: the broker and the way to it."""

import pytest
from confluent_kafka.admin import AdminClient, NewTopic
from kit.invariants import check_books, check_journal, check_logs
from kit.kafka_wire import MARK, WORKER
from kit.postgres_wire import INGEST
from kit.rules import ANY, delay, flip, reset
from kit.servers import until


@pytest.mark.ci
def test_K1_the_broker_is_away(world, broker, seed):
    """For some seconds, in the middle of reading: not ready, then it goes on where it was, without a rewind or a leap."""
    world.send_days(part=0, parts=2)
    worker = world.run(is_served=True)
    with world.watched():
        world.wait_until_read()
        until("it to be ready", lambda: world.ready()[0] == 200)
        world.send_days(part=1, parts=2)
        assert broker.proxy.shut() >= 2
        until("it to be unready", lambda: world.ready()[0] == 503 and "kafka" in world.ready()[1], 60)
        assert world.live() == 200
        broker.proxy.open()
        world.wait_until_read()
        until("it to be ready again", lambda: world.ready()[0] == 200)
    assert worker.is_running
    world.finish()


def test_K2_a_slow_broker(world, broker, seed):
    """Every answer comes late: longer delays, nothing else."""
    world.send_days()
    rule = broker.proxy.rule(ANY, delay(0.15), name=WORKER, times=None, where=lambda moment: not moment.is_up)
    with world.watched():
        world.run_to_the_end()
    assert rule.fired > 10
    world.finish()


@pytest.mark.ci
@pytest.mark.parametrize(
    "kind", ["fetched", "metadata answer", "list offsets answer", "heartbeat answer", "offset commit answer"]
)
def test_K1_connection_lost(world, broker, kind, seed):
    """Single connections break, on an answer of each kind; other brokers of a cluster would be there all the time."""
    world.send_days()
    # All records may come in one answer; of the others there are many.
    rule = broker.proxy.rule(kind, reset, name=WORKER, nth=1 if kind == "fetched" else seed, times=2)
    worker = world.run()
    with world.watched():
        world.wait_until_read()
        world.wait_for(f"'{kind}' to be hit", lambda: rule.fired == 2)
    assert worker.is_running
    world.finish()


@pytest.mark.ci
def test_K4_rebalance_answers_lost(world, broker, seed):
    """Whoever joins, or learns what is his, does not hear of it: he asks again."""
    world.send_days()
    rules = [
        broker.proxy.rule(kind, reset, name=WORKER, nth=1, times=1)
        for kind in ("find coordinator answer", "join group answer", "sync group answer")
    ]
    with world.watched():
        world.run_to_the_end()
    assert [rule.fired for rule in rules] == [1, 1, 1]
    world.finish()


@pytest.mark.ci
@pytest.mark.parametrize("where", ["in-a-body", "in-a-header", "in-the-length"])
def test_K11_a_bit_is_flipped(world, broker, where, seed):
    """On the way, in a batch of records: its checksum tells; nothing of it is believed, and it is fetched again."""
    world.send_days()

    def place(data: bytes) -> int:
        if where == "in-a-body":
            return data.index(b'"import_wh": ') + len(b'"import_wh": ')
        if where == "in-a-header":
            return data.index(MARK) + len(MARK) + 12 + seed
        return data.index(MARK) - 40 - seed

    rule = broker.proxy.rule(
        "fetched", flip(place, bit=seed % 3), name=WORKER, times=2, where=lambda m: b'"import_wh": ' in m.data
    )
    with world.watched():
        world.run_to_the_end()
    assert rule.fired == 2
    world.finish()


def test_K13_rebalance_storm(world, seed):
    """Members come and go all the time: there is progress, and it is exact."""
    world.send_days(part=0, parts=6)
    steady = world.run()
    with world.watched():
        for part in range(1, 6):
            guest = world.run()
            world.wait_for("the guest to own something", lambda guest=guest: world.said("partition taken over", guest))
            world.send_days(part=part, parts=6)
            world.wait_until_read()
            if part % 2 == seed % 2:
                guest.kill()
            else:
                assert guest.terminate(10) == 0
        world.wait_until_read()
    assert steady.is_running
    world.finish()


def make_anew(world, broker) -> None:
    admin = AdminClient({"bootstrap.servers": broker.address})
    for future in admin.delete_topics([world.name]).values():
        future.result(30)
    for future in admin.create_topics([NewTopic(world.name, world.partitions, 1)]).values():
        future.result(30)


def positions(world) -> dict[int, tuple]:
    return {
        row[0]: row[1:] for row in world.rows("select partition, incarnation, next_offset from energy.stream_position")
    }


def halted_until_somebody_decides(world, worker, before: dict[int, tuple]) -> None:
    halted = "select partition, halt_reason from energy.stream_position where state = 'halted'"
    world.wait_for("all partitions to halt", lambda: len(world.rows(halted)) == world.partitions)
    assert all(reason for _, reason in world.rows(halted))
    assert positions(world) == before, "a halted position moved"
    until("it to be unready", lambda: world.ready()[0] == 503 and "halted" in world.ready()[1])
    for partition in range(world.partitions):
        place = ["--topic", world.name, "--partition", str(partition)]
        world.call("positions", "accept-gap", *place, "--to", "0", "--new-incarnation", "--reason", "a test")
    world.wait_for("it to read the new log", lambda: all(row[0] == 1 for row in positions(world).values()))
    assert worker.terminate(10) == 0
    world.drain()
    check_books(world, is_all_read=False)
    check_journal(world)
    check_logs(world)
    world.call("verify")


@pytest.mark.ci
def test_K8_the_topic_was_made_anew(world, broker):
    """What is there now is not what was consumed: all its partitions halt, until somebody says how to go on."""
    world.send_days(part=0, parts=3)
    world.drain()
    before = positions(world)
    make_anew(world, broker)
    world.send_days(part=1, parts=3)
    world.send_days(part=2, parts=3)
    halted_until_somebody_decides(world, world.run(is_served=True), before)


def test_K7_the_log_is_shorter_than_what_was_read(world, broker):
    """As after an unclean election: the position is behind the log's end."""
    world.send_days(part=0, parts=2)
    world.drain()
    before = positions(world)
    make_anew(world, broker)
    worker = world.run(is_served=True)
    halted_until_somebody_decides(world, worker, before)
    world.send_days(part=1, parts=2)
    world.drain()
    check_books(world, is_all_read=False)
    check_journal(world)
    world.call("verify")


def test_K17_everything_is_sent_twice(world, seed):
    """By a producer that tried again: other offsets, the same readings."""
    world.send_days()
    world.send_days()
    with world.watched():
        world.run_to_the_end()
    assert world.value("select sum(duplicate) from energy.ingest_batch") > 0
    world.finish()


@pytest.mark.ci
def test_K22_idle_connections_are_cut(world, broker, postgres, seed):
    """As load balancers do, and without a word: to Kafka and to PostgreSQL, while there is nothing to do."""
    worker = world.run()
    world.wait_for("it to own partitions", lambda: world.said("partition taken over", worker))
    with world.watched():
        for part in range(3):
            world.send_days(part=part, parts=3)
            world.wait_until_read()
            assert broker.proxy.reset_links(WORKER) >= 1
            assert postgres.proxy.reset_links(INGEST) >= 1
    assert worker.is_running
    world.finish()


def test_K22_the_network_swallows_everything(make_world, broker, seed):
    """To and from Kafka, with no end of the connection: the client's own deadline notices."""
    world = make_world(**{"kafka_socket.timeout.ms": 3000})
    world.send_days(part=0, parts=2)
    worker = world.run()
    with world.watched():
        world.wait_until_read()
        links = [link for link in broker.proxy.links if link.name == WORKER and not link.is_over]
        assert links
        for link in links:
            link.swallow(True)
            link.swallow(False)
        world.send_days(part=1, parts=2)
        world.wait_until_read()
    assert worker.is_running
    world.finish()
