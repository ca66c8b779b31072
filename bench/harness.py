"""What the benchmarks with real servers share: a database of their own, the released program in it, and what noise moves alike."""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import time
import uuid
from pathlib import Path

import psycopg
from psycopg import conninfo

TICKS = os.sysconf("SC_CLK_TCK")
APPLICATION = "wattsource"


class Bench:
    """A database that is dropped at the end, and the program that works in it."""

    def __init__(self, folder: Path, topic: str = "bench", **settings):
        self.program = os.environ["WATTSOURCE_TEST_PROGRAM"]
        self.server = os.environ["WATTSOURCE_TEST_DATABASE_URL"]
        self.bootstrap = os.environ.get("WATTSOURCE_TEST_KAFKA_BOOTSTRAP", "127.0.0.1:1")
        self.folder = folder
        self.topic = topic
        self.name = f"bench_{uuid.uuid4().hex[:10]}"
        self.workers: list[subprocess.Popen] = []
        with psycopg.connect(self.server, autocommit=True) as admin:
            admin.execute(f"create database {self.name}")
        self.database = conninfo.make_conninfo(self.server, dbname=self.name)
        sections = {
            "kafka": {"session.timeout.ms": 2000, "heartbeat.interval.ms": 300},
            "settlement": {"every": "100ms"},
            "http": {"port": 0},
            "log": {"level": "warning", "format": "json"},
        }
        for section, values in settings.items():
            sections.setdefault(section, {}).update(values)
        self.configuration = folder / f"{self.name}.yaml"
        self.configuration.write_text(json.dumps(sections))  # JSON is YAML

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        with psycopg.connect(self.server, autocommit=True) as admin:
            admin.execute(f"drop database if exists {self.name} with (force)")

    @property
    def environment(self) -> dict[str, str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("WATTSOURCE_")} | {
            "WATTSOURCE_CONFIG": str(self.configuration),
            "WATTSOURCE_DATABASE_URL": self.database,
            "WATTSOURCE_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "WATTSOURCE_KAFKA_TOPICS": self.topic,
            "WATTSOURCE_KAFKA_GROUP_ID": self.name,
        }
        if library := os.environ.get("WATTSOURCE_TEST_LIBRARY_PATH"):
            environment["LD_LIBRARY_PATH"] = library
        return environment

    def call(self, *arguments: str) -> str:
        return subprocess.run(
            [self.program, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            text=True,
        ).stdout

    def start(self, *arguments: str) -> subprocess.Popen:
        worker = subprocess.Popen(
            [self.program, *arguments], env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        self.workers.append(worker)
        return worker

    def stop(self, worker: subprocess.Popen) -> None:
        worker.send_signal(signal.SIGTERM)
        worker.wait(60)

    def prepare(self, communities: list[dict]) -> None:
        self.call("migrate")
        path = self.folder / "registry.yaml"
        path.write_text(json.dumps({"communities": communities}))
        self.call("registry", "apply", str(path))

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.database, autocommit=True, application_name="bench")


def community(number: int, meters: list[str], *, minutes: int, key: str, start: str) -> dict:
    """A community of the registry file: each meter a member's, every third one with panels, all with a fixed share and a priority."""
    members = []
    for place, name in enumerate(meters):
        part = {"from": start, "share_ppm": 1_000_000 // len(meters), "priority": place % 7 + 1}
        device = {"hub_device_id": name, "participation": [part]}
        if place % 3 == 0:
            device["inverter_watts"] = 10_000
        members.append({"code": f"m-{place:06}", "name": f"Member {place}", "kind": "household", "devices": [device]})
    return {
        "code": f"bench-{number:04}",
        "name": f"Bench {number}",
        "time_zone": "Europe/Vienna",
        "interval_minutes": minutes,
        "sharing_key": key,
        "grace": "0s",
        "members": members,
    }


def wait_until(condition, worker: subprocess.Popen, what: str, seconds: float = 3600) -> float:
    """Polls; the host's clock when it held."""
    deadline = time.monotonic() + seconds
    while not condition():
        if worker.poll() is not None:
            raise SystemExit(f"the worker ended by itself with {worker.returncode} while waiting for {what}")
        if time.monotonic() > deadline:
            raise SystemExit(f"waited {seconds} s for {what}")
        time.sleep(0.02)
    return time.monotonic()


def processor_seconds(pid: int) -> float:
    """What a process of this machine has used so far; 0 if it cannot be looked at."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def server_seconds(connection: psycopg.Connection) -> float:
    """What the server's processes that work for the program have used so far, if it runs on this machine."""
    rows = connection.execute(
        "select pid from pg_stat_activity where datname = current_database() and application_name like %s",
        [APPLICATION + "%"],
    ).fetchall()
    return sum(processor_seconds(pid) for (pid,) in rows)


class Baseline:
    """COPY of the same number of rows of attribution into an empty partition: what this machine can write at this moment.

    The table is its own twin, with the same columns, checks and key; the rows come from a file that was made once.
    """

    def __init__(self, connection: psycopg.Connection, folder: Path, rows: int, meters: int):
        self.connection, self.rows, self.file = connection, rows, folder / "attribution.binary"
        connection.execute(
            "create table public.twin (like energy.attribution including all) partition by range (interval_start)"
        )
        source = f"""
            select '2001-01-01T00:00:00Z'::timestamptz + n / {meters} * interval '15 minutes' as interval_start,
                   now() as settled_at, (n % 500 + 100)::bigint as import_wh, (n % 100)::bigint as community_wh,
                   (n % 500 + 100 - n % 100)::bigint as grid_wh, 0::bigint as export_wh, 0::bigint as shared_wh,
                   0::bigint as surplus_wh, 1 as community_id, n % {meters} as device_id, 0::smallint as revision,
                   'M'::"char" as quality
            from generate_series(0, {rows} - 1) n"""
        names = "interval_start, settled_at, import_wh, community_wh, grid_wh, export_wh, shared_wh, surplus_wh, community_id, device_id, revision, quality"
        self.into = f"copy public.twin ({names}) from stdin with (format binary)"
        with (
            self.file.open("wb") as file,
            connection.cursor().copy(f"copy ({source}) to stdout with (format binary)") as copy,
        ):
            for block in copy:
                file.write(block)

    def rate(self) -> float:
        """Rows a second."""
        self.connection.execute("drop table if exists public.twin_1")
        self.connection.execute(
            "create table public.twin_1 partition of public.twin for values from ('2001-01-01') to ('2101-01-01')"
        )
        began = time.monotonic()
        with self.file.open("rb") as file, self.connection.cursor().copy(self.into) as copy:
            while block := file.read(1 << 18):
                copy.write(block)
        return self.rows / (time.monotonic() - began)


def median(values: list[float]) -> float:
    return statistics.median(values) if values else float("nan")
