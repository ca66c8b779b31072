"""What refused records cost: the ingest rate with so many bad records among the good ones, divided by the rate without any.

`./dev bench poison` starts the servers and runs it. Each kind of stream is produced once, then read in turns with the clean one, each time
into a database of its own; only ratios within one run mean anything. The rate is records by the database's clock, from the first batch
to the last, so that starting the program and joining the group are no part of it.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

import psycopg
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from psycopg import conninfo

DEVICES = 500
START = 1_470_009_600_000  # 2016-08-01T00:00:00Z in milliseconds
BATCH_ROWS = 5_000
REGISTRY_HEAD = """
communities:
  - code: bench
    name: Bench
    time_zone: UTC
    interval_minutes: 60
    sharing_key: proportional
    members:
      - code: all
        name: All
        devices:
"""


def device(number: int) -> str:
    return f"meter-{number:04}"


def headers(name: str, millis: int) -> list[tuple[str, bytes]]:
    """The eight headers of a hub's telemetry."""
    return [
        ("iothub-connection-device-id", name.encode()),
        ("iothub-connection-auth-method", b'{"scope":"device","type":"sas","issuer":"iothub"}'),
        ("iothub-connection-auth-generation-id", b"638000000000000000"),
        ("iothub-enqueuedtime", str(millis).encode()),
        ("iothub-message-source", b"Telemetry"),
        ("content-type", b"application/json"),
        ("content-encoding", b"utf-8"),
        ("message-id", str(uuid.UUID(int=millis * 1000)).encode()),
    ]


def produce(bootstrap: str, topic: str, count: int, is_bad) -> int:
    """A partition of records, of which `is_bad(number)` says which are poison, in four kinds; how many are."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(20)
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 20, "queue.buffering.max.messages": 1_000_000})
    bad = 0
    for number in range(count):
        millis = START + number // DEVICES * 60_000 + number % DEVICES
        name = device(number % DEVICES)
        body = f'{{"v":1,"device":"{name}","t":{millis},"import_wh":{number // DEVICES * 10},"export_wh":0}}'
        if is_bad(number):
            kind = bad % 4
            bad += 1
            if kind == 0:
                body = body[:-9]
            elif kind == 1:
                body = body.replace('"import_wh":', '"import_wh":-')[:-1] + ',"x":"-"}'
                body = body.replace(":-0,", ":-1,")
            elif kind == 2:
                name = "stranger"
            else:
                body = body.replace('"t":', '"time":')
        producer.produce(topic, body.encode(), headers=headers(name, millis), timestamp=millis)
        producer.poll(0)
    assert producer.flush(120) == 0
    return bad


def drain(program: str, server: str, bootstrap: str, topic: str, folder: Path) -> dict:
    """Reads a topic into a database of its own; what came of it."""
    name = f"bench_{uuid.uuid4().hex[:10]}"
    with psycopg.connect(server, autocommit=True) as admin:
        admin.execute(f"create database {name}")
    database = conninfo.make_conninfo(server, dbname=name)
    configuration = folder / "wattsource.yaml"
    configuration.write_text(
        "kafka: { session.timeout.ms: 2000, heartbeat.interval.ms: 300 }\n"
        f"ingest: {{ batch_rows: {BATCH_ROWS} }}\n"
        "retention: { dead_letter_rows_per_day: 1000000000 }\nlog: { level: warning, format: json }\n"
    )
    registry = folder / "registry.yaml"
    entries = [f"          - {{ hub_device_id: {device(each)} }}\n" for each in range(DEVICES)]
    registry.write_text(REGISTRY_HEAD + "".join(entries))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("WATTSOURCE_")} | {
        "WATTSOURCE_CONFIG": str(configuration),
        "WATTSOURCE_DATABASE_URL": database,
        "WATTSOURCE_KAFKA_BOOTSTRAP_SERVERS": bootstrap,
        "WATTSOURCE_KAFKA_TOPICS": topic,
        "WATTSOURCE_KAFKA_GROUP_ID": name,
    }
    if library := os.environ.get("WATTSOURCE_TEST_LIBRARY_PATH"):
        environment["LD_LIBRARY_PATH"] = library

    def call(*arguments: str) -> None:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            sys.exit(f"wattsource {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")

    try:
        for command in (("migrate",), ("registry", "apply", str(registry)), ("run", "--drain", "--only", "ingest")):
            call(*command)
        call("verify")
        with psycopg.connect(database) as connection:
            query = """
                select sum(records)::float8, extract(epoch from max(committed_at) - min(opened_at))::float8,
                       (select count(*) from energy.reading), (select count(*) from energy.dead_letter)
                from energy.ingest_batch"""
            records, seconds, stored, letters = connection.execute(query).fetchone()
    finally:
        with psycopg.connect(server, autocommit=True) as admin:
            admin.execute(f"drop database if exists {name} with (force)")
    return {"rate": records / seconds, "seconds": seconds, "stored": stored, "letters": letters}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=200_000, help="of each stream (200,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is read (3)")
    parser.add_argument("--only", help="only streams whose name begins so")
    options = parser.parse_args()
    needed = ("WATTSOURCE_TEST_PROGRAM", "WATTSOURCE_TEST_DATABASE_URL", "WATTSOURCE_TEST_KAFKA_BOOTSTRAP")
    program, server, bootstrap = (os.environ[name] for name in needed)
    draw = random.Random(1)
    streams = {
        "clean": lambda number: False,
        "one bad in every batch": lambda number: number % BATCH_ROWS == BATCH_ROWS // 2,
        "1 % bad": lambda number: draw.random() < 0.01,
        "10 % bad": lambda number: draw.random() < 0.1,
        "50 % bad": lambda number: draw.random() < 0.5,
    }
    if options.only:
        streams = {name: each for name, each in streams.items() if name.startswith(("clean", options.only))}
    topics, bad = {}, {}
    for name, is_bad in streams.items():
        topics[name] = f"poison-{uuid.uuid4().hex[:10]}"
        bad[name] = produce(bootstrap, topics[name], options.records, is_bad)
    ratios = {name: [] for name in streams if name != "clean"}
    rates = {name: [] for name in streams}
    with tempfile.TemporaryDirectory() as folder:

        def measure(name: str) -> float:
            result = drain(program, server, bootstrap, topics[name], Path(folder))
            assert result["stored"] == options.records - bad[name], "not exactly the good records are stored"
            assert result["letters"] == bad[name], "not every bad record is kept"
            rates[name].append(result["rate"])
            return result["rate"]

        measure("clean")  # whatever is slow only the first time
        rates["clean"].clear()
        for _ in range(options.rounds):
            before = measure("clean")
            for name in ratios:
                rate = measure(name)
                after = measure("clean")
                ratios[name].append(rate / ((before + after) / 2))
                before = after
    print(f"{options.records} records of each stream, batches of {BATCH_ROWS} rows, {options.rounds} rounds; medians")
    print(f"{'stream':24} {'records/s':>10} {'good/s':>10} {'of the clean rate':>18}  (least to most)")
    for name in streams:
        rate = statistics.median(rates[name])
        good = rate * (options.records - bad[name]) / options.records
        line = f"{name:24} {rate:10.0f} {good:10.0f}"
        if each := ratios.get(name):
            line += f" {statistics.median(each):18.2f}  ({min(each):.2f} to {max(each):.2f})"
        print(line)


if __name__ == "__main__":
    main()
