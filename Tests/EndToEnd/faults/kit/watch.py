"""Somebody else who reads the books while they are written."""

from __future__ import annotations

import threading
from typing import Self

import psycopg

BOOKS = """
    select p.topic, p.partition, p.incarnation, p.epoch, p.next_offset,
           coalesce((select max(l.last_offset) + 1 from energy.ingest_batch l
                     where l.topic = p.topic and l.partition = p.partition and l.incarnation = p.incarnation),
                    p.first_offset)
    from energy.stream_position p"""


class Watch:
    """In every snapshot each position is the end of its ledger, and neither it nor its epoch ever falls back.

    `may_regress`: PostgreSQL may forget commits (a crash with synchronous_commit=off, an older copy): then it may fall back.
    """

    def __init__(self, database: str, may_regress: bool = False):
        self.database, self.may_regress = database, may_regress
        self.looks = 0
        self.fault: str | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look_on, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind, value, trace) -> None:
        self._over.set()
        self._thread.join(30)
        if kind is None:
            assert self.fault is None, self.fault
            assert self.looks > 0, "nobody could look at the books while they were written"

    def _look_on(self) -> None:
        seen: dict[tuple, tuple[int, int]] = {}
        while not self._over.is_set() and self.fault is None:
            try:
                with psycopg.connect(self.database, autocommit=True, connect_timeout=5) as connection:
                    while not self._over.wait(0.1) and self.fault is None:
                        self._look(connection, seen)
            except psycopg.Error:
                self._over.wait(0.2)

    def _look(self, connection: psycopg.Connection, seen: dict) -> None:
        for topic, partition, incarnation, epoch, next_offset, ledger_end in connection.execute(BOOKS).fetchall():
            where = f"{topic}[{partition}]"
            if next_offset != ledger_end:
                self.fault = f"I3: a reader saw {where} at {next_offset} while its ledger ended at {ledger_end}"
            before = seen.get((topic, partition, incarnation), (0, 0))
            if not self.may_regress and (epoch, next_offset) < before:
                self.fault = f"I4: {where} fell back from (epoch, offset) {before} to {(epoch, next_offset)}"
            seen[topic, partition, incarnation] = (epoch, next_offset)
        self.looks += 1
