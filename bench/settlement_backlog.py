"""A backlog: a month of quarter-hours of 1,000 meters stands in the table, and `wattsource run --only attribute` settles it."""

from __future__ import annotations

import argparse
import random
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from harness import Baseline, Bench, community, median, processor_seconds, server_seconds, wait_until

START = datetime(2026, 3, 1, tzinfo=UTC)  # with the day of 23 hours in Vienna
YEAR = 365 * 96 * 1000  # meter-intervals of 1,000 meters
COPY = "copy energy.reading (measured_at, received_at, import_wh, export_wh, device_id, quality) from stdin"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--meters", type=int, default=1000, help="of all communities (1,000)")
    parser.add_argument("--communities", type=int, default=1, help="that share them evenly (1)")
    parser.add_argument("--days", type=int, default=31, help="of readings (31)")
    parser.add_argument("--step", type=int, default=900, help="seconds between a meter's readings (900)")
    parser.add_argument("--key", default="proportional", help="the sharing key (proportional)")
    parser.add_argument("--rounds", type=int, default=3, help="how often it is settled (3)")
    parser.add_argument("--chunk-rows", type=int, help="settlement.chunk_rows; default: the program's")


def load(connection: psycopg.Connection, options: argparse.Namespace) -> int:
    """Readings in the order in which they would come: time by time. Every third meter reads off the quarter hour; how many."""
    seconds = options.days * 86_400
    first = (START - timedelta(days=1)).date().replace(day=1)
    while first <= (START + timedelta(seconds=seconds)).date():
        connection.execute("select energy.ensure_partition('reading', %s, 'month')", [first])
        first = (first + timedelta(days=32)).replace(day=1)
    rows = connection.execute("select device_id from energy.device order by hub_device_id").fetchall()
    draw = random.Random(1)
    devices = [identifier for (identifier,) in rows]
    shifts = [draw.randrange(options.step) if place % 3 == 1 else 0 for place in range(len(devices))]
    by_shift = sorted(range(len(devices)), key=lambda place: shifts[place])
    imports = [draw.randrange(10**7) for _ in devices]
    exports = [draw.randrange(10**6) for _ in devices]
    count = 0
    with connection.cursor().copy(COPY) as copy:
        # One step before the beginning and one after the end, so that every edge lies between readings.
        for step in range(-1, seconds // options.step + 2):
            base = START + timedelta(seconds=step * options.step)
            is_noon = 9 <= base.hour < 16
            stamps, lines = {}, []
            for place in by_shift:
                shift = shifts[place]
                if shift not in stamps:
                    stamps[shift] = (base + timedelta(seconds=shift)).strftime("%Y-%m-%dT%H:%M:%SZ")
                stamp = stamps[shift]
                lines.append(f"{stamp}\t{stamp}\t{imports[place]}\t{exports[place]}\t{devices[place]}\tM\n")
                noise = (place * 7919 + step * 104_729) % 997
                if is_noon and place % 3 == 0:
                    exports[place] += noise * options.step // 900
                else:
                    imports[place] += noise * options.step // 1800
            copy.write("".join(lines))
            count += len(lines)
    connection.execute("analyze energy.reading")
    return count


def forget(connection: psycopg.Connection) -> None:
    """As if nothing had been settled yet."""
    connection.execute(
        "truncate energy.attribution, energy.interval_status, energy.due_span, energy.due_mark, energy.plausibility_due, energy.anomaly cascade"
    )
    connection.execute("update energy.community_settlement set settled_until = null, next_due_at = '-infinity'")
    connection.execute("update energy.control set horizon = '-infinity'")


class Work:
    """What a worker that only settles does until a condition holds: seconds, and of the processor in the program and in the server."""

    def __init__(self, bench: Bench, connection: psycopg.Connection, is_done, what: str, then=None):
        began = time.monotonic()
        worker = bench.start("run", "--only", "attribute")
        self.seconds = wait_until(is_done, worker, what) - began
        self.program = processor_seconds(worker.pid)
        self.server = server_seconds(connection)
        self.review = None
        if then:
            self.review = wait_until(then, worker, "the days to be looked at") - began - self.seconds
        bench.stop(worker)


def run(options: argparse.Namespace, folder: Path) -> dict:
    meters = options.meters
    names = [f"meter-{number:06}" for number in range(meters)]
    size = -(-meters // options.communities)
    groups = [names[first : first + size] for first in range(0, meters, size)]
    settings = {"settlement": {"every": "100ms"} | ({"chunk_rows": options.chunk_rows} if options.chunk_rows else {})}
    end = START + timedelta(days=options.days)
    with Bench(folder, **settings) as bench, bench.connect() as connection:
        bench.prepare(
            [
                community(number, group, minutes=15, key=options.key, start=START.strftime("%Y-%m-%dT%H:%M:%SZ"))
                for number, group in enumerate(groups)
            ]
        )
        began = time.monotonic()
        readings = load(connection, options)
        print(f"{readings:,} readings of {meters:,} meters loaded in {time.monotonic() - began:.0f} s", flush=True)
        connection.execute(
            """
            insert into energy.stream_position (topic, partition, first_offset, next_offset, watermark, at_end_since)
            values ('bench', 0, 0, 0, %s, now() - interval '1 day')""",
            [end],
        )
        count = meters * options.days * 96
        baseline = Baseline(connection, folder, count, meters)

        def number(query: str) -> int:
            return connection.execute(query).fetchone()[0]

        def is_settled() -> bool:
            query = (
                "select count(*) from energy.community_settlement where settled_until is null or settled_until < '%s'"
            )
            return number(query % end.isoformat()) == 0

        def is_done_again() -> bool:
            return number("select count(*) from energy.due_span") == 0

        def is_reviewed() -> bool:
            """The last day is not settled as a whole, so it has to wait."""
            return number(f"select count(*) from energy.plausibility_due where day < '{end.date()}'") == 0

        results = {"first": [], "again": []}
        before = baseline.rate()
        for _ in range(options.rounds):
            forget(connection)
            for kind in results:
                if kind == "first":
                    work = Work(bench, connection, is_settled, "the backlog to be settled", is_reviewed)
                    assert number("select count(*) from energy.attribution") == count, (
                        "not every meter-interval is settled"
                    )
                else:
                    connection.execute(
                        """
                        insert into energy.due_span (community_id, from_at, until_at, cause)
                        select community_id, '-infinity', 'infinity', 'requested' from energy.community"""
                    )
                    work = Work(bench, connection, is_done_again, "all of it to be settled again")
                after = baseline.rate()
                results[kind].append(
                    {
                        "per_second": count / work.seconds,
                        "copy_per_second": (before + after) / 2,
                        "ratio": count / work.seconds / ((before + after) / 2),
                        "program_us": work.program / count * 1e6,
                        "server_us": work.server / count * 1e6,
                        "review_seconds": work.review,
                    }
                )
                before = after
    return report(options, count, results)


def report(options: argparse.Namespace, count: int, results: dict) -> dict:
    print(
        f"backlog: {options.meters:,} meters in {options.communities} communities, {options.days} days of quarter-hours, readings every "
        f"{options.step} s, key {options.key}, {options.rounds} rounds; medians"
    )
    print(
        f"{'settling':10} {'meter-intervals/s':>18} {'COPY rows/s':>12} {'ratio':>6} {'(least to most)':>16} {'program':>9} {'server':>9} of the processor a meter-interval"
    )
    figures = {
        "options": {key: value for key, value in vars(options).items() if key not in ("json", "part")},
        "meter_intervals": count,
    }
    for kind, rounds in results.items():
        of = {name: median([each[name] for each in rounds if each[name] is not None]) for name in rounds[0]}
        ratios = [each["ratio"] for each in rounds]
        spread = f"({min(ratios):.3f} to {max(ratios):.3f})"
        print(
            f"{kind:10} {of['per_second']:18,.0f} {of['copy_per_second']:12,.0f} {of['ratio']:6.3f} {spread:>16} {of['program_us']:6.1f} µs {of['server_us']:6.1f} µs"
        )
        figures[kind] = {"median": of, "rounds": rounds}
    first = figures["first"]["median"]
    print(f"looking at the settled days for what is odd: {first['review_seconds']:.1f} s more, after the settlement")
    if count != YEAR:
        print(
            f"a year of 1,000 meters is {YEAR:,} meter-intervals: extrapolated {YEAR / first['per_second'] / 60:.1f} minutes"
        )
    return figures
