"""One test's own database and topic, the program under test, and the comparison with the reference."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from psycopg import conninfo

from homes import Message
from reference import (
    EPOCH,
    IMPORTED,
    Community,
    Correction,
    Device,
    Discard,
    Ingested,
    Record,
    Settled,
    Split,
    final_at,
    ingest,
    settle_all,
)
from registry import registry_file

# The kinds of anomalies that decide on energy; the others say what looks odd over days.
DECISIVE = ("break", "reset", "rollover", "outlier", "overlap", "over_limit")
LEDGER = ["records", "skipped_records", "refused_records", "readings"]
LEDGER += ["accepted", "duplicate", "replaced", "superseded", "rejected"]


class World:
    """Everything here is synchronous and bounded by deadlines; nothing sleeps for a fixed time to wait for something."""

    def __init__(self, name: str, server: str, folder: Path, partitions: int = 4, **settings):
        self.name = name
        self.group = name
        self.partitions = partitions
        self.folder = folder
        self.bootstrap = os.environ["WATTSOURCE_TEST_KAFKA_BOOTSTRAP"]
        self.server = server
        self.records: list[Record | Correction | Discard] = []  # what happened, in this order
        self.communities: list[Community] = []  # in the order of their numbers
        self.decisions: dict[tuple[str, int], str] = {}  # what the test has decided about readings
        self.workers: list[Worker] = []
        self._make_database()
        self._make_topic()
        self.write_configuration(**settings)

    # ------------------------------------------------------------------------------------------------- what is around

    def _make_database(self) -> None:
        """Owned by a role without special rights, in a time zone that nobody expects."""
        with psycopg.connect(self.server, autocommit=True) as server:
            if not server.execute("select 1 from pg_roles where rolname = 'e2e'").fetchone():
                server.execute("create role e2e login")
            server.execute(f'create database "{self.name}" owner e2e')
            server.execute(f"alter database \"{self.name}\" set timezone = 'America/St_Johns'")
        self.database = conninfo.make_conninfo(self.server, dbname=self.name, user="e2e")

    def _make_topic(self) -> None:
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        for future in admin.create_topics([NewTopic(self.name, self.partitions, 1)]).values():
            future.result(timeout=20)
        self.producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5, "partitioner": "random"})

    def write_configuration(self, **settings) -> None:
        """The configuration file; settings as section_key='value' replace or add to these."""
        sections = {
            # The broker answers a join after half of the session timeout.
            "kafka": {"session.timeout.ms": 2000, "heartbeat.interval.ms": 300},
            "settlement": {"every": "100ms", "idle_after": "200ms"},
            "http": {"port": 0},
            "log": {"level": "debug", "format": "json"},
        }
        for name, value in settings.items():
            section, key = name.split("_", 1)
            sections.setdefault(section, {})[key] = value
        self.configuration = self.folder / "wattsource.yaml"
        # JSON is YAML.
        self.configuration.write_text(json.dumps(sections))

    @property
    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WATTSOURCE_")}
        return inherited | {
            "WATTSOURCE_CONFIG": str(self.configuration),
            "WATTSOURCE_DATABASE_URL": self.database,
            "WATTSOURCE_KAFKA_BOOTSTRAP_SERVERS": self.bootstrap,
            "WATTSOURCE_KAFKA_TOPICS": self.name,
            "WATTSOURCE_KAFKA_GROUP_ID": self.group,
            "LD_LIBRARY_PATH": os.environ.get("WATTSOURCE_TEST_LIBRARY_PATH", ""),
            # A crash should end at once, not in a debugger.
            "SWIFT_BACKTRACE": "enable=no",
        }

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
            print(f"--- the end of {worker.log.name}:\n{worker.tail()}")
        with psycopg.connect(self.server, autocommit=True) as server:
            server.execute(f'drop database "{self.name}" with (force)')

    # ---------------------------------------------------------------------------------------------------- the program

    def call(self, *arguments: str, status: int = 0, timeout: float = 120) -> str:
        """Runs a command to its end; its standard output."""
        worker = self.start(*arguments)
        ended = worker.wait(timeout)
        assert ended == status, f"wattsource {' '.join(arguments)} ended with {ended}:\n{worker.tail()}"
        return worker.output.read_text()

    def start(self, *arguments: str) -> Worker:
        worker = Worker(self, arguments)
        self.workers.append(worker)
        return worker

    def drain(self) -> None:
        self.call("run", "--drain")

    def prepare(self, *communities: Community, grace: str = "2h") -> None:
        """Migrates, and applies the communities' registry."""
        self.call("migrate")
        self.apply(*communities, grace=grace)

    def apply(self, *communities: Community, grace: str = "2h", options: tuple[str, ...] = (), status: int = 0) -> str:
        """Applies a registry file of these communities, unless it is a dry run or is refused; what it says."""
        path = self.folder / "registry.yaml"
        path.write_text(json.dumps(registry_file(communities, grace)))
        if status == 0 and "--dry-run" not in options:
            known = {each.code: each for each in self.communities}
            self.communities = list((known | {each.code: each for each in communities}).values())
        return self.call("registry", "apply", *options, str(path), status=status)

    # ------------------------------------------------------------------------------------------------------ the stream

    def send(self, messages: list[Message]) -> None:
        """Produces in this order, waits for the broker, and remembers what is where."""
        placed: list[tuple[Message, int, int]] = []
        faults = []

        def note(message):
            def delivered(error, record):
                if error:
                    faults.append(error)
                else:
                    placed.append((message, record.partition(), record.offset()))

            return delivered

        for message in messages:
            self.producer.produce(
                self.name,
                value=message.value,
                key=message.key,
                headers=list(message.headers),
                partition=message.partition(self.partitions),
                timestamp=message.timestamp // 1000,
                on_delivery=note(message),
            )
            self.producer.poll(0)
        assert self.producer.flush(60) == 0 and not faults, faults
        for message, partition, offset in placed:
            said = message.plain or message
            self.records.append(Record(partition, offset, said.value, said.headers, message.timestamp))

    # ---------------------------------------------------------------------------------------------------- the database

    def rows(self, query: str, *parameters) -> list[tuple]:
        with psycopg.connect(self.database, autocommit=True) as connection:
            return connection.execute(query, parameters).fetchall()

    def value(self, query: str):
        return self.rows(query)[0][0]

    def progress(self) -> int:
        """How many offsets are in the database; 0 as long as it cannot say."""
        try:
            return int(self.value("select coalesce(sum(next_offset - first_offset), 0) from energy.stream_position"))
        except psycopg.OperationalError:
            return 0

    def settled(self) -> int:
        return self.value("select count(*) from energy.interval_status")

    def wait_for(self, what: str, condition, seconds: float = 60) -> None:
        """Polls a condition, as long as no worker that should run has ended by itself."""
        deadline = time.monotonic() + seconds
        while not condition():
            for worker in self.workers:
                assert worker.is_running or worker.is_finished, f"the worker ended by itself:\n{worker.tail()}"
            assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
            time.sleep(0.005)

    def wait_until_read(self, count: int | None = None) -> None:
        count = len(self.records) if count is None else count
        self.wait_for(f"{count} records to be in the database", lambda: self.progress() >= count)

    # ---------------------------------------------------------------------------------------------------- the contents

    @property
    def devices(self) -> list[Device]:
        return [device for community in self.communities for device in community.devices]

    def expected(self) -> tuple[Ingested, dict[str, Settled]]:
        """What the reference says."""
        expected = ingest(self.records, self.devices)
        return expected, settle_all(expected.readings, self.communities, self.decisions)

    def check(self) -> None:
        """Everything that the reference says, and the program's own proof."""
        expected, settled = self.expected()
        same("reading", self.stored_readings(), {key: stored_form(each) for key, each in expected.readings.items()})
        same("dead_letter", self.stored_dead_letters(), expected.dead)
        assert self.value("select count(*) from energy.reading_history") == expected.history
        same("the ledger's sums", without_order(self.ledger_sums()), without_order(expected.sums))
        self.check_settled(settled)
        self.call("verify")

    def check_settled(self, settled: dict[str, Settled]) -> None:
        """What settlement left, of every community."""
        for code, each in settled.items():
            same(f"interval_status of {code}", self.stored_status(code), each.status)
            same(f"the missing meters of {code}", self.stored_missing(code), each.missing)
            self.check_finality(code)
            rows = self.stored_attribution(code)
            same(f"current_attribution of {code}", rows, each.rows)
            for row, split in rows.items():
                assert split.community_wh + split.grid_wh == split.import_wh, row
                assert split.shared_wh + split.surplus_wh == split.export_wh, row
        anomalies = set().union(*(each.anomalies for each in settled.values()))
        same("anomaly", self.stored_anomalies(), anomalies)

    def check_finality(self, code: str) -> None:
        """When intervals become final; none is before its time by the stream."""
        community = next(each for each in self.communities if each.code == code)
        rows = self.rows(
            """
            select interval_start, final_at, state,
                   final_at <= (select coalesce(max(watermark), '-infinity') from energy.stream_position)
            from energy.interval_status join energy.community using (community_id) where code = %s""",
            code,
        )
        expected = {since_epoch(start): final_at(community, since_epoch(start)) for start, *_ in rows}
        same(f"final_at of {code}", {since_epoch(start): since_epoch(at) for start, at, *_ in rows}, expected)
        for start, _, state, is_ripe in rows:
            assert is_ripe or state == "provisional", f"{code} at {start} is {state} before its time"

    def stored_readings(self) -> dict:
        query = """
            select d.hub_device_id, r.measured_at, r.import_wh, r.export_wh, r.quality::text, r.received_at, r.flags
            from energy.reading r join energy.device d using (device_id)
            union all
            select d.hub_device_id, i.interval_start, i.import_wh, i.export_wh, i.quality::text, i.received_at, i.flags
            from energy.interval_reading i join energy.device d using (device_id)"""
        return {
            (device, since_epoch(at)): stored_values(imported, exported, quality, since_epoch(received), flags)
            for device, at, imported, exported, quality, received, flags in self.rows(query)
        }

    def stored_dead_letters(self) -> dict:
        query = "select partition, record_offset, reading_index, reason from energy.dead_letter"
        return {(partition, offset, index): reason for partition, offset, index, reason in self.rows(query)}

    def ledger_sums(self) -> Counter:
        sums = ", ".join(f"coalesce(sum({name}), 0)" for name in LEDGER)
        counts = self.rows(f"select {sums} from energy.ingest_batch")[0]
        return Counter({name: int(count) for name, count in zip(LEDGER, counts, strict=True) if count})

    def stored_status(self, code: str) -> dict:
        query = """
            select interval_start, expected, received
            from energy.interval_status join energy.community using (community_id) where code = %s"""
        return {since_epoch(start): (expected, received) for start, expected, received in self.rows(query, code)}

    def stored_attribution(self, code: str) -> dict:
        query = """
            select a.interval_start, hub_device_id, a.import_wh, a.community_wh, a.grid_wh, a.export_wh, a.shared_wh,
                   a.surplus_wh, a.quality::text, r.unshared_import_wh, r.unshared_export_wh
            from energy.current_attribution a
            join energy.attribution r using (community_id, interval_start, device_id, revision)
            where community = %s"""
        return {(since_epoch(start), device): Split(*values) for start, device, *values in self.rows(query, code)}

    def stored_missing(self, code: str) -> dict:
        query = """
            select interval_start, array_agg(hub_device_id), max(missing)
            from energy.interval_status join energy.community using (community_id)
            cross join unnest(missing) device_id join energy.device using (device_id)
            where code = %s group by interval_start"""
        result = {}
        for start, names, numbers in self.rows(query, code):
            assert numbers == sorted(set(numbers)), "the numbers of missing meters ascend"
            result[since_epoch(start)] = set(names)
        return result

    def due(self) -> dict[str, list[int]]:
        """The settled intervals that are due again, of each community that has any."""
        query = """
            select code, interval_start
            from energy.interval_status s join energy.community using (community_id)
            where exists (select from energy.due_span d where d.community_id = s.community_id
                          and d.from_at < s.interval_end and d.until_at > s.interval_start)
            order by 1, 2"""
        result = {}
        for code, start in self.rows(query):
            result.setdefault(code, []).append(since_epoch(start))
        return result

    def stored_anomalies(self) -> set:
        query = """
            select d.hub_device_id, a.kind, a.from_at, a.to_at
            from energy.anomaly a join energy.device d using (device_id)
            where a.resolved_at is null and a.kind = any (%s)"""
        rows = self.rows(query, list(DECISIVE))
        return {(device, kind, since_epoch(start), since_epoch(end)) for device, kind, start, end in rows}


class Worker:
    """A process of the program under test."""

    def __init__(self, world: World, arguments: tuple[str, ...]):
        number = len(world.workers) + 1
        self.log = world.folder / f"{number:02d}-{arguments[0]}.log"
        self.output = world.folder / f"{number:02d}-{arguments[0]}.out"
        self.is_finished = False
        with self.log.open("wb") as log, self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [os.environ["WATTSOURCE_TEST_PROGRAM"], *arguments],
                env=world.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
            )

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """As a power cut would: it can do nothing about it."""
        self.is_finished = True
        self.process.kill()
        self.process.wait()

    def terminate(self, seconds: float) -> int:
        """Asks it to end, and says with which status it did within the time."""
        self.is_finished = True
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(seconds)

    def wait(self, seconds: float) -> int:
        self.is_finished = True
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end within {seconds} s:\n{self.tail()}") from None

    def tail(self, lines: int = 25) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def since_epoch(moment) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def without_order(sums: Counter) -> Counter:
    """Of several readings of one instant in one batch nobody can say which replaced which: one has the place, the others lost it."""
    lost = sums["replaced"] + sums["superseded"]
    return Counter({name: count for name, count in sums.items() if name not in ("replaced", "superseded")}, lost=lost)


def stored_form(reading) -> tuple:
    return stored_values(*reading.values, reading.received_at, reading.flags)


def stored_values(imported, exported, quality, received_at, flags) -> tuple:
    """Nobody knows beforehand when a command by hand will run."""
    return (imported, exported, quality, None if flags & IMPORTED else received_at, flags)


def same(what: str, found, expected) -> None:
    """Equal, or a message that shows the first few differences (a whole year would not help anybody)."""
    if found == expected:
        return
    if isinstance(found, set):
        found, expected = dict.fromkeys(found, "there"), dict.fromkeys(expected, "there")
    keys = sorted({key for key in {**found, **expected} if found.get(key) != expected.get(key)}, key=str)
    lines = [f"  {key}: found {found.get(key)}, expected {expected.get(key)}" for key in keys[:10]]
    raise AssertionError(f"{what}: {len(keys)} differences of {len(expected)}\n" + "\n".join(lines))


def told_due(text: str) -> dict[str, int]:
    """How many settled intervals of each community a dry run says would be due again."""
    found = re.findall(r"^would be due again: (\d+) settled intervals? of ([^ ,]+),", text, re.MULTILINE)
    result = Counter()
    for count, code in found:
        result[code] += int(count)
    return dict(result)


def with_key(community: Community, key: str, rounds: str = "one") -> Community:
    return replace(community, key=key, rounds=rounds)
