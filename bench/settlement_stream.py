"""A stream: 20,000 readings of 10-second telemetry a second, by an own producer, while quarter-hours are settled.

The event time runs faster than the clock: with so many meters as are given the rate makes so many seconds of it each second. The settled
meter-intervals a second are what they would be with more meters in real time. Afterwards the same records are read again, from the beginning,
with ingest alone and with both loops in turns: how much settlement takes from ingest.
"""

from __future__ import annotations

import argparse
import threading
import time
import uuid
from pathlib import Path

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic
from harness import Bench, community, median, processor_seconds, server_seconds, wait_until

START = 1_772_323_200_000  # 2026-03-01T00:00:00Z in milliseconds
STEP = 10_000  # milliseconds between a meter's readings
QUARTER = 900_000


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rate", type=int, default=20_000, help="readings a second (20,000)")
    parser.add_argument("--seconds", type=int, default=180, help="how long (180)")
    parser.add_argument("--meters", type=int, default=2_000, help="of all communities (2,000)")
    parser.add_argument("--communities", type=int, default=20, help="that share them evenly (20)")
    parser.add_argument("--partitions", type=int, default=4, help="of the topic (4)")
    parser.add_argument("--per-record", type=int, default=1, help="readings in a record (1)")
    parser.add_argument("--key", default="proportional", help="the sharing key (proportional)")
    parser.add_argument("--rounds", type=int, default=2, help="how often it is read again (2)")


class Stream(threading.Thread):
    """Produces at its rate, one step of all meters after the other, and says how far behind its own schedule it is."""

    def __init__(self, bootstrap: str, topic: str, options: argparse.Namespace):
        super().__init__(daemon=True)
        self.options = options
        self.topic = topic
        self.steps = options.rate * options.seconds // options.meters
        self.producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "linger.ms": 20,
                "batch.num.messages": 10_000,
                "queue.buffering.max.messages": 1_000_000,
                "queue.buffering.max.kbytes": 2_000_000,
            }
        )
        self.names = [f"meter-{number:06}" for number in range(options.meters)]
        self.sent = 0  # readings
        self.records = 0
        self.event_time = START
        self.seconds = 0.0
        self.processor = 0.0

    def run(self) -> None:
        options, began = self.options, time.monotonic()
        # What a record says of its meter does not change: only registers and times do.
        identity = [[("iothub-connection-device-id", name.encode())] for name in self.names]
        pending: list[list[str]] = [[] for _ in self.names]
        imports, exports = [number * 1_000 for number in range(options.meters)], [0] * options.meters
        for step in range(self.steps):
            due = began + step * options.meters / options.rate
            if (ahead := due - time.monotonic()) > 0:
                time.sleep(ahead)
            millis = START + step * STEP
            is_noon = 9 <= millis // 3_600_000 % 24 < 16
            is_last = step == self.steps - 1
            for number in range(options.meters):
                rise = (number * 7 + step * 13) % 23
                if is_noon and number % 3 == 0:
                    exports[number] += rise
                else:
                    imports[number] += rise
                reading = f'"t":{millis},"import_wh":{imports[number]},"export_wh":{exports[number]}'
                if options.per_record == 1:
                    self.produce(number, f'{{"v":1,{reading}}}', identity[number], millis)
                    continue
                pending[number].append("{" + reading + "}")
                # Each meter has a turn of its own, so that records come evenly.
                if is_last or (step + number) % options.per_record == 0:
                    self.produce(
                        number, f'{{"v":1,"readings":[{",".join(pending[number])}]}}', identity[number], millis
                    )
                    pending[number].clear()
            self.producer.poll(0)
            self.sent += options.meters
            self.event_time = millis
        left = self.producer.flush(120)
        assert left == 0, f"{left} records were not delivered"
        self.seconds = time.monotonic() - began
        self.processor = time.thread_time()

    def produce(self, number: int, body: str, headers: list, millis: int) -> None:
        self.producer.produce(
            self.topic, body.encode(), headers=headers, timestamp=millis, partition=number % self.options.partitions
        )
        self.records += 1


class Sample:
    """One look: how far readings and settlement are."""

    def __init__(self, stream: Stream, connection, began: float, meters: int):
        self.at = time.monotonic() - began
        self.sent = stream.sent
        records, watermark = connection.execute("""
            select coalesce(sum(next_offset - first_offset), 0)::bigint, (extract(epoch from min(watermark)) * 1000)::bigint
            from energy.stream_position""").fetchone()
        # A quarter of an hour is due when the watermark has passed it.
        due = 0 if watermark is None else max(0, (watermark - START) // QUARTER)
        (settled,) = connection.execute(
            """
            select coalesce(sum((extract(epoch from settled_until) * 1000 - %s)::bigint / %s), 0)::bigint
            from energy.community_settlement""",
            [START, QUARTER],
        ).fetchone()
        communities = stream.options.communities
        self.lag = stream.records - records
        self.due = due * meters
        self.backlog = max(0, due * communities - settled) * meters // communities


def run(options: argparse.Namespace, folder: Path) -> dict:
    size = -(-options.meters // options.communities)
    names = [f"meter-{number:06}" for number in range(options.meters)]
    groups = [names[first : first + size] for first in range(0, options.meters, size)]
    options.communities = len(groups)
    registry = [
        community(number, group, minutes=15, key=options.key, start="2026-03-01T00:00:00Z")
        for number, group in enumerate(groups)
    ]
    topic = f"stream-{uuid.uuid4().hex[:10]}"
    with Bench(folder, topic) as bench, bench.connect() as connection:
        admin = AdminClient({"bootstrap.servers": bench.bootstrap})
        admin.create_topics([NewTopic(topic, options.partitions, 1)])[topic].result(20)
        bench.prepare(registry)
        live = watch(bench, connection, options, topic)
    again = {"ingest alone": [], "with settlement": []}
    expected = live["records"]
    for _ in range(options.rounds):
        for name, arguments in (("ingest alone", ("--only", "ingest")), ("with settlement", ())):
            with Bench(folder, topic) as bench, bench.connect() as connection:
                bench.prepare(registry)
                again[name].append(read_again(bench, connection, expected, arguments))
    return report(options, live, again)


def watch(bench: Bench, connection, options: argparse.Namespace, topic: str) -> dict:
    worker = bench.start("run")
    # It has joined the group and taken the partitions over.
    wait_until(
        lambda: connection.execute("select count(*) from energy.stream_position").fetchone()[0] == options.partitions,
        worker,
        "the partitions to be taken over",
    )
    stream = Stream(bench.bootstrap, topic, options)
    began = time.monotonic()
    used = (processor_seconds(worker.pid), server_seconds(connection))
    stream.start()
    samples = []
    while stream.is_alive():
        samples.append(Sample(stream, connection, began, options.meters))
        if worker.poll() is not None:
            raise SystemExit(f"the worker ended by itself with {worker.returncode}")
        stream.join(0.25)
    ended = time.monotonic()

    def is_caught_up() -> bool:
        last = Sample(stream, connection, began, options.meters)
        return last.lag == 0 and last.backlog == 0

    caught_up = wait_until(is_caught_up, worker, "everything to be read and settled") - ended
    seconds = time.monotonic() - began
    processor = {
        "program": (processor_seconds(worker.pid) - used[0]) / seconds,
        "server": (server_seconds(connection) - used[1]) / seconds,
        "producer": stream.processor / stream.seconds,
    }
    bench.stop(worker)
    (settled,) = connection.execute("select count(*) from energy.attribution").fetchone()
    halves = [samples[len(samples) // 5 : len(samples) * 3 // 5], samples[len(samples) * 3 // 5 :]]
    return {
        "readings": stream.sent,
        "records": stream.records,
        "rate": stream.sent / stream.seconds,
        "event_minutes": (stream.event_time - START) / 60_000,
        "settled": settled,
        "settled_per_second": settled / seconds,
        "most_lag_records": max(each.lag for each in samples),
        "mean_lag_records": [sum(each.lag for each in half) / max(1, len(half)) for half in halves],
        "most_backlog": max(each.backlog for each in samples),
        "mean_backlog": [sum(each.backlog for each in half) / max(1, len(half)) for half in halves],
        "time_with_backlog": sum(each.backlog > 0 for each in samples) / len(samples),
        "caught_up_after": caught_up,
        "processor": processor,
    }


def read_again(bench: Bench, connection, records: int, arguments: tuple[str, ...]) -> dict:
    """From the beginning to the end of what was sent; by the database's clock, from the first batch to the last."""
    worker = bench.start("run", *arguments)
    query = "select coalesce(sum(next_offset - first_offset), 0) from energy.stream_position"
    wait_until(lambda: connection.execute(query).fetchone()[0] == records, worker, "all records to be read")
    first, last, readings = connection.execute(
        "select min(opened_at), max(committed_at), sum(readings)::bigint from energy.ingest_batch"
    ).fetchone()
    (settled,) = connection.execute("select count(*) from energy.attribution").fetchone()
    bench.stop(worker)
    return {"readings_per_second": readings / (last - first).total_seconds(), "settled_meanwhile": settled}


def report(options: argparse.Namespace, live: dict, again: dict) -> dict:
    count = live["settled"]
    print(
        f"stream: {live['readings']:,} readings of {options.meters:,} meters in {options.communities} communities, "
        f"{options.per_record} in a record, {options.partitions} partitions, one worker"
    )
    print(
        f"wanted {options.rate:,} readings/s, sent {live['rate']:,.0f}; {live['event_minutes']:.0f} minutes of event time; "
        f"settled {count:,} meter-intervals, {live['settled_per_second']:,.0f}/s"
    )
    first, second = live["mean_backlog"]
    print(
        f"due and not settled: at most {live['most_backlog']:,} meter-intervals, on average {first:,.0f} and later {second:,.0f}; "
        f"{live['time_with_backlog']:.0%} of the time any"
    )
    first, second = live["mean_lag_records"]
    print(
        f"sent and not stored: at most {live['most_lag_records']:,} records, on average {first:,.0f} and later {second:,.0f}; "
        f"all of it read and settled {live['caught_up_after']:.1f} s after the end"
    )
    used = ", ".join(f"{name} {share:.2f}" for name, share in live["processor"].items())
    print(f"processors in use: {used}")
    alone, both = (
        median([each["readings_per_second"] for each in again[name]]) for name in ("ingest alone", "with settlement")
    )
    ratios = [
        each["readings_per_second"] / other["readings_per_second"]
        for each, other in zip(again["with settlement"], again["ingest alone"], strict=True)
    ]
    spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
    print(
        f"read again, as fast as it goes: {alone:,.0f} readings/s with ingest alone, {both:,.0f} with settlement, ratio "
        f"{median(ratios):.2f} {spread}"
    )
    return {
        "options": {key: value for key, value in vars(options).items() if key not in ("json", "part")},
        "live": live,
        "again": again,
    }
