"""The tester, tested: the proxy does what its rules say and counts it, and the checker finds what is wrong."""

import socket
import threading
import time

import pytest
from kit import rules
from kit.invariants import check_books, check_journal
from kit.kafka_wire import KafkaWire
from kit.postgres_wire import PostgresWire
from kit.proxy import Proxy
from psycopg.conninfo import make_conninfo

pytestmark = pytest.mark.ci


class Echo:
    """A server that says everything back, in capitals."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.heard = b""
        self.ends = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while data := connection.recv(1024):
                self.heard += data
                connection.sendall(data.upper())
        except ConnectionError:
            pass
        self.ends += 1


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.listener.close()


@pytest.fixture
def proxy(echo):
    proxy = Proxy(echo.port)
    yield proxy
    proxy.close()


def call(proxy: Proxy, data: bytes = b"hello") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    connection.sendall(data)
    return connection


def test_it_passes_on_what_no_rule_wants(proxy):
    with call(proxy) as connection:
        assert connection.recv(100) == b"HELLO"


def test_reset_before_the_server_has_it(proxy, echo):
    rule = proxy.rule("bytes", rules.reset)
    with call(proxy) as connection, pytest.raises(ConnectionResetError):
        connection.recv(100)
    assert (rule.seen, rule.fired, echo.heard) == (1, 1, b"")


def test_reset_of_the_answer(proxy, echo):
    rule = proxy.rule("bytes", rules.reset, where=lambda moment: not moment.is_up)
    with call(proxy) as connection, pytest.raises(ConnectionResetError):
        connection.recv(100)
    assert (rule.fired, echo.heard) == (1, b"hello")


def test_cut_and_flip_and_drop(proxy, echo):
    proxy.rule("bytes", rules.flip(lambda data: 1, bit=1), nth=1, where=lambda moment: moment.is_up)
    with call(proxy) as connection:
        assert connection.recv(100) == b"HGLLO"
    dropped = proxy.rule("bytes", rules.drop, where=lambda moment: moment.is_up)
    with call(proxy) as connection:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(100)
        connection.sendall(b"more")
        connection.settimeout(5)
        assert connection.recv(100) == b"MORE"
    cut = proxy.rule("bytes", rules.cut(3), where=lambda moment: moment.is_up)
    with call(proxy) as connection, pytest.raises(ConnectionResetError):
        while connection.recv(100):
            pass
    assert echo.heard == b"hglloMOREhel".replace(b"MORE", b"more")
    assert (dropped.fired, cut.fired) == (1, 1)


def test_hold_and_release(proxy, echo):
    rule = proxy.rule("bytes", rules.hold_after(2), where=lambda moment: moment.is_up)
    with call(proxy) as connection:
        rule.wait(5)
        assert connection.recv(2) == b"HE"
        assert echo.heard == b"he"
        rule.release()
        assert connection.recv(100) == b"LLO"


def test_delay(proxy):
    rule = proxy.rule("bytes", rules.delay(0.2), where=lambda moment: moment.is_up)
    began = time.monotonic()
    with call(proxy) as connection:
        assert connection.recv(100) == b"HELLO"
    assert time.monotonic() - began >= 0.2
    assert rule.fired == 1


@pytest.mark.parametrize("is_up", [True, False])
def test_a_black_hole_swallows_even_the_end(proxy, echo, is_up):
    proxy.rule("bytes", rules.black_hole, where=lambda moment: moment.is_up == is_up)
    with call(proxy) as connection:
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(100)
    assert echo.heard == (b"" if is_up else b"hello")
    assert echo.ends == 0 or not is_up


def test_the_nth_and_by_chance_and_in_a_row(proxy):
    third = proxy.rule("bytes", rules.pass_on, nth=3, times=2, where=lambda moment: moment.is_up)
    always = proxy.rule("bytes", rules.pass_on, times=None, in_a_row=2, where=lambda moment: moment.is_up)
    draws = [proxy.rule("bytes", rules.pass_on, times=None, chance=0.5, seed=7) for _ in range(2)]
    with call(proxy, b"x") as connection:
        for _ in range(9):
            assert connection.recv(1) == b"X"
            connection.sendall(b"x")
        assert connection.recv(1) == b"X"
    assert (third.seen, third.fired) == (10, 2)
    assert always.fired == 7  # every third is let through
    assert draws[0].fired == draws[1].fired
    assert 0 < draws[0].fired < draws[0].seen


def test_shut_and_open(proxy):
    with call(proxy) as connection:
        assert connection.recv(100) == b"HELLO"
        assert proxy.shut() == 1
        with pytest.raises(ConnectionResetError):
            connection.recv(100)
    with pytest.raises(ConnectionRefusedError):
        call(proxy)
    proxy.open()
    with call(proxy) as connection:
        assert connection.recv(100) == b"HELLO"


def test_a_fault_of_the_kit_itself_is_told(proxy):
    proxy.rule("bytes", rules.after(lambda link: 1 // 0, rules.pass_on))
    with call(proxy) as connection, pytest.raises(ConnectionResetError):
        connection.recv(100)
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        proxy.heal()


class NoLink:
    name = ""
    backend_pid = None


def message(letter: bytes, body: bytes) -> bytes:
    return letter + (len(body) + 4).to_bytes(4, "big") + body


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_postgres_moments(size):
    """Whole messages, however the bytes are cut."""
    link, wire = NoLink(), PostgresWire()
    start = (196_608).to_bytes(4, "big") + b"user\0e2e\0application_name\0wattsource ingest\0\0"
    up = (len(start) + 4).to_bytes(4, "big") + start
    up += message(b"Q", b"begin;\nselect p.topic\0") + message(b"Q", b"copy x from stdin (format binary)\0")
    up += message(b"d", b"rows") + message(b"c", b"") + message(b"P", b"\0with batch as (\0\0\0") + message(b"S", b"")
    kinds = kinds_of(wire, link, True, up, size)
    assert kinds == ["startup", "begin", "copy start", "copy", "copied", "advance", "message"]
    assert link.name == "wattsource ingest"
    assert kinds_of(wire, link, False, message(b"Z", b"T"), size) == ["advanced"]
    assert kinds_of(wire, link, True, message(b"Q", b"commit\0"), size) == ["commit"]
    down = message(b"C", b"COMMIT\0") + message(b"Z", b"I")
    assert kinds_of(wire, link, False, down, size) == ["committed", "message"]
    # Of a failed transaction it is no commit.
    kinds_of(wire, link, True, message(b"Q", b"commit\0"), size)
    assert kinds_of(wire, link, False, message(b"C", b"ROLLBACK\0"), size) == ["message"]


@pytest.mark.parametrize("size", [1, 5, 1000])
def test_kafka_moments(size):
    link, wire = NoLink(), KafkaWire()

    def packet(body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + body

    request = b"\0\1" + b"\0\4" + (7).to_bytes(4, "big") + (10).to_bytes(2, "big") + b"wattsource"
    assert kinds_of(wire, link, True, packet(request) * 1, size) == ["fetch"]
    assert link.name == "wattsource"
    assert kinds_of(wire, link, False, packet((7).to_bytes(4, "big") + b"nothing"), size) == ["fetch answer"]
    kinds_of(wire, link, True, packet(request), size)
    assert kinds_of(wire, link, False, packet((7).to_bytes(4, "big") + b"iothub-enqueuedtime"), size) == ["fetched"]


def kinds_of(wire, link, is_up: bool, data: bytes, size: int) -> list[str]:
    pieces = [data[at : at + size] for at in range(0, len(data), size)]
    return [moment.kind for piece in pieces for moment in wire.feed(link, is_up, piece)]


OVERLAP = """
    insert into energy.ingest_batch (topic, partition, incarnation, first_offset, last_offset, epoch, records, skipped_records,
        refused_records, readings, accepted, duplicate, replaced, superseded, rejected)
    select topic, partition, incarnation, 3, last_offset, epoch, last_offset - 2, 0, 0, 0, 0, 0, 0, 0, 0
    from energy.ingest_batch where partition = 3"""
LAST = "(select max(import_wh) from energy.reading)"
HARMS = [
    ("delete from energy.ingest_batch where partition = 3", "I3"),
    ("update energy.ingest_batch set first_offset = 5, records = records - 5 where partition = 3", "I1: the ledger of"),
    (OVERLAP, "I1, I2, I6"),
    ("update energy.ingest_batch set epoch = epoch + 9", "I4"),
    ("update energy.ingest_batch set accepted = accepted + 1, readings = readings + 1 where partition = 3", "I2: rows"),
    ("update energy.stream_position set next_offset = next_offset - 1 where partition = 3", "I3"),
    (f"delete from energy.reading where import_wh = {LAST}", "I2: rows"),
    (f"update energy.reading set import_wh = import_wh + 1 where import_wh = {LAST}", "I1: lost"),
]


def test_the_checker_finds_every_harm(world, postgres):
    world.send_days()
    world.run_to_the_end()
    check_books(world)
    check_journal(world)
    database = world.database
    for number, (harm, words) in enumerate(HARMS):
        copy = f"{world.name}_{number}"
        postgres.sql(f'create database "{copy}" template "{world.name}"')
        postgres.sql(harm, database=copy)
        world.database = make_conninfo(database, dbname=copy)
        with pytest.raises(AssertionError, match=words):
            check_books(world)
            check_journal(world)
        postgres.sql(f'drop database "{copy}"')
    world.database = database
