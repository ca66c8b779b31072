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
from psycopg import conninfo

from homes import hub_message, make_devices, ordinary_messages, readings_of, time_of
from kit.invariants import check_all
from kit.proxy import Link
from kit.rules import Rule
from kit.servers import Broker, Postgres, free_port, until
from kit.watch import Watch
from reference import SECOND, Community
from world import Worker, World

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
        self._is_proxied = False
        self.http_port = 0
        super().__init__(name, postgres.url, folder, **(SETTINGS | settings))

    @property
    def environment(self) -> dict[str, str]:
        environment = super().environment
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
        inode = inode_of(link.client_port, link.proxy.port)
        for worker in self.workers:
            with contextlib.suppress(OSError):
                for entry in Path(f"/proc/{worker.process.pid}/fd").iterdir():
                    with contextlib.suppress(OSError):
                        if os.readlink(entry) == f"socket:[{inode}]":
                            return worker
        raise AssertionError(f"no worker is at the other end of {link}")

    def kill(self, link: Link) -> None:
        """Kills the worker at the other end of the link, as a power cut would."""
        worker = self.worker_of(link)
        worker.is_finished = True
        worker.process.kill()

    def freeze(self, link: Link) -> None:
        """Stops the worker at the other end of the link, until it gets SIGCONT."""
        self.worker_of(link).process.send_signal(signal.SIGSTOP)

    def ask_to_end(self, link: Link) -> None:
        """SIGTERM to the worker at the other end of the link."""
        worker = self.worker_of(link)
        worker.is_finished = True
        worker.process.terminate()

    def killed(self, rule: Rule) -> None:
        """Waits until a rule with `kill` has killed its worker, and buries it."""
        rule.wait()
        until("the worker to be killed", lambda: any(-signal.SIGKILL == each.process.poll() for each in self.workers))

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

    def send_padded(self, count: int, size: int) -> None:
        """Sends records of one home that are much larger than what they say."""
        readings = readings_of(0)[:count]
        assert len(readings) >= min(count, 200)
        messages = []
        for index in range(count):
            reading = readings[index % len(readings)]
            body = {"v": 1, **reading, "note": "x" * size}
            messages.append(hub_message(self.homes[0].hub_id, body, enqueued=time_of(reading) + 2 * SECOND))
        self.send(messages)

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

    def run_as_owner(self, statement: str) -> list[tuple]:
        """A statement in the world's database, as the superuser and past the proxy."""
        return self.postgres.sql(statement, database=self.name)

    def refuse_in_the_database(self, table: str, state: str, times: int, condition: str = "true") -> None:
        """Lets PostgreSQL refuse the first so many rows of a table with this SQLSTATE: counted by a sequence, which no rollback undoes."""
        self.run_as_owner(f"""
            create sequence public.refusals;
            create function public.refuse() returns trigger language plpgsql security definer as $$
            begin
                if {condition} and nextval('public.refusals') <= {times} then
                    raise exception 'refused by the test' using errcode = '{state}';
                end if;
                return new;
            end $$;
            create trigger refuse before insert on {table} for each row execute function public.refuse()""")

    def refusals(self) -> int:
        """How often the database has refused, and how often it was asked since."""
        return self.run_as_owner("select last_value from public.refusals where is_called")[0][0]

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


def inode_of(port: int, remote: int) -> str:
    """Of the client's socket of a loopback connection."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[1].endswith(f":{port:04X}") and fields[2].endswith(f":{remote:04X}"):
            return fields[9]
    raise AssertionError(f"no socket goes from port {port} to {remote}")
