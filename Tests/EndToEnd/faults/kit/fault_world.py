"""A world whose workers reach PostgreSQL and the broker only through the fault proxies."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

from confluent_kafka import Consumer, TopicPartition
from homes import make_devices, ordinary_messages
from psycopg import conninfo
from reference import Community
from world import Worker, World

from kit.invariants import check_all
from kit.proxy import Link
from kit.rules import Action, Rule, after, hold
from kit.servers import Broker, Postgres, free_port
from kit.watch import Watch

# Small batches: many moments to be hit at.
SETTINGS = {
    "ingest_batch_rows": 25,
    "ingest_batch_age": "50ms",
    "settlement_chunk_rows": 60,
    "kafka_fetch.wait.max.ms": 50,
}


class FaultWorld(World):
    def __init__(self, name: str, postgres: Postgres, broker: Broker, folder: Path, **settings):
        self.postgres, self.broker = postgres, broker
        self.group = name
        self._is_proxied = False
        self.http_port = 0
        super().__init__(name, postgres.url, folder, **(SETTINGS | settings))

    @property
    def environment(self) -> dict[str, str]:
        environment = super().environment | {"WATTSOURCE_KAFKA_GROUP_ID": self.group}
        if self._is_proxied:
            port = self.postgres.proxy.port
            url = conninfo.make_conninfo(self.database, port=port, sslmode="disable", gssencmode="disable")
            environment["WATTSOURCE_DATABASE_URL"] = url
            environment["WATTSOURCE_HTTP_PORT"] = str(self.http_port)
        return environment

    # -------------------------------------------------------------------------------------------------------- workers

    def run(self, *options: str, is_served: bool = False) -> Worker:
        """A worker behind the proxies; `ready` asks the one that was begun last with `is_served`."""
        self._is_proxied = True
        port, self.http_port = self.http_port, free_port() if is_served else 0
        try:
            return self.start("run", *options)
        finally:
            self._is_proxied = False
            self.http_port = self.http_port or port

    def run_to_the_end(self, worker: Worker | None = None, seconds: float = 120) -> None:
        """Waits until a draining worker (a new one, if none is given) has ended in good order by itself."""
        worker = worker or self.run("--drain")
        status = worker.wait(seconds)
        assert status == 0, f"the worker ended with {status}:\n{worker.tail()}"

    def worker_of(self, link: Link) -> Worker:
        """Who is at the other end of a link."""
        inode = inode_of(link.client_port)
        for worker in self.workers:
            with contextlib.suppress(OSError):
                for entry in Path(f"/proc/{worker.process.pid}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        if os.readlink(entry) == f"socket:[{inode}]":
                            return worker
        raise AssertionError(f"no worker is at the other end of {link}")

    def kill_then(self, then: Action) -> Action:
        """Kills the worker whose bytes these are, as a power cut would, then treats the bytes."""

        def kill(link: Link) -> None:
            worker = self.worker_of(link)
            worker.is_finished = True
            worker.process.kill()

        return after(kill, then)

    def stop_then(self, then: Action = hold) -> Action:
        """Freezes the worker whose bytes these are."""
        return after(lambda link: self.worker_of(link).process.send_signal(signal.SIGSTOP), then)

    def terminate_then(self, then: Action) -> Action:
        """Asks the worker whose bytes these are to end."""

        def terminate(link: Link) -> None:
            worker = self.worker_of(link)
            worker.is_finished = True
            worker.process.terminate()

        return after(terminate, then)

    def killed(self, rule: Rule) -> None:
        """Waits until a rule of `kill_then` has killed its worker, and buries it."""
        rule.wait()
        victim = next(worker for worker in self.workers if worker.is_finished and worker.process.returncode is None)
        assert victim.process.wait(10) == -signal.SIGKILL

    def ready(self) -> tuple[int, str]:
        """What /readyz answers: the status and the reasons; 0 as long as nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/readyz", timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def live(self) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}/livez", timeout=5) as answer:
                return answer.status
        except OSError:
            return 0

    def close(self) -> None:
        del self.producer  # before its broker goes away
        super().close()

    # --------------------------------------------------------------------------------------------------- a usual case

    def prepare_home(self) -> None:
        """The usual five homes."""
        self.homes = make_devices()
        self.prepare(Community(self.homes))

    def send_days(self, days: float = 2, part: int = 0, parts: int = 1) -> int:
        """Sends their ordinary days, or a part of them in time; how many records."""
        messages = ordinary_messages(self.homes, days=days)
        begin, end = (len(messages) * each // parts for each in (part, part + 1))
        self.send(messages[begin:end])
        return end - begin

    def watched(self, may_regress: bool = False) -> Watch:
        """Looks at the books while the block runs; see `Watch`."""
        return Watch(self.database, may_regress)

    def finish(self, may_regress: bool = False) -> None:
        """The end of every case: no fault any more, everything is read and settled, and all invariants hold."""
        for proxy in (self.postgres.proxy, self.broker.proxy):
            proxy.heal()
        for worker in self.workers:
            if not worker.is_finished:
                assert worker.terminate(20) == 0, f"a healthy worker did not end well:\n{worker.tail()}"
        # A group of its own does not wait for members that died.
        group, self.group = self.group, f"{self.group}-end"
        self.drain()
        self.group = group
        check_all(self, may_regress)
        self.check()

    def group_offsets(self) -> dict[int, int]:
        """What the group believes, per partition."""
        consumer = Consumer({"bootstrap.servers": self.broker.address, "group.id": self.group})
        try:
            count = len(consumer.list_topics(self.name, timeout=20).topics[self.name].partitions)
            answers = consumer.committed([TopicPartition(self.name, each) for each in range(count)], timeout=20)
            return {each.partition: each.offset for each in answers if each.offset >= 0}
        finally:
            consumer.close()

    def said(self, word: str, worker: Worker | None = None) -> bool:
        """Whether a worker, or any, has logged a line with this word."""
        logs = [worker.log] if worker else [each.log for each in self.workers]
        return any(word in log.read_text(errors="replace") for log in logs)

    def journal(self) -> list[tuple[str, str, int | None, int | None]]:
        """Every reading that was sent, once per time that it was: meter, time, and the registers in Wh."""
        readings = []
        for record in self.records:
            body = json.loads(record.value)
            name = next(value for key, value in record.headers if key == "iothub-connection-device-id")
            name = name[2:] if name[:1] == b"\xa1" else name
            for reading in body.get("readings", [body]):
                registers = (register_wh(reading, each) for each in ("import", "export"))
                readings.append((name.decode(), reading["t"], *registers))
        return readings


def register_wh(reading: dict, name: str) -> int | None:
    if f"{name}_kwh" in reading:
        whole, _, fraction = reading[f"{name}_kwh"].partition(".")
        return int(whole) * 1000 + int(fraction.ljust(3, "0")[:3])
    return reading.get(f"{name}_wh")


def inode_of(port: int) -> str:
    """Of the client's socket of a loopback connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}"):
            return fields[9]
    raise AssertionError(f"no socket has the port {port}")
