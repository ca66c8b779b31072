"""PostgreSQL's protocol, version 3, as far as the moments of a worker's batch are to be told from each other."""

from __future__ import annotations

from collections.abc import Iterator

from kit.proxy import Link, Proxy, Wire
from kit.rules import Moment

INGEST = "wattsource ingest"
SETTLEMENT = "wattsource settlement"

# What a worker asks for, by a part of the statement that nothing else has; and what the end of the answer is called.
STATEMENTS = {
    "take over": ("set epoch = epoch + 1", "taken over"),
    "begin": ("begin;\nselect p.topic", "begun"),
    "copy start": ("from stdin (format binary)", "copying"),
    "advance": ("with batch as (", "advanced"),
    "directory": ("select registry_version from energy.control;\nselect device_id", "directory read"),
}


class PostgresWire(Wire):
    """The moments of a batch, in order:

    up:    begin            copy start  copy copied            advance            commit
    down:           begun               (the server waits)               advanced        committed

    `copied` ends the COPY. A moment upwards is a statement that has not reached the server yet; one downwards an answer that has not
    reached the client. Of other messages the kind is "message".
    """

    def __init__(self):
        self._buffers = {True: bytearray(), False: bytearray()}
        self._is_started = False
        self._answer: str | None = None  # what the next ReadyForQuery is

    def feed(self, link: Link, is_up: bool, data: bytes) -> Iterator[Moment]:
        buffer = self._buffers[is_up]
        buffer += data
        while True:
            head = 0 if is_up and not self._is_started else 1
            if len(buffer) < head + 4:
                return
            size = head + int.from_bytes(buffer[head : head + 4], "big")
            if len(buffer) < size:
                return
            message = bytes(buffer[:size])
            del buffer[:size]
            if not head:
                yield self._start(link, message)
            elif is_up:
                yield self._ask(link, message)
            else:
                yield self._answered(link, message)

    def _start(self, link: Link, message: bytes) -> Moment:
        code = int.from_bytes(message[4:8], "big")
        if code == 196_608:
            self._is_started = True
            words = message[8:].split(b"\0")
            link.name = dict(zip(words[::2], words[1::2], strict=False)).get(b"application_name", b"").decode()
            return Moment(link, True, "startup", message)
        assert code == 80_877_102, "connect with sslmode=disable and gssencmode=disable: the proxy reads along"
        return Moment(link, True, "cancel", message)

    def _ask(self, link: Link, message: bytes) -> Moment:
        letter = message[:1]
        kind, text = "message", ""
        if letter == b"d":
            kind = "copy"
        elif letter == b"c":
            kind = "copied"
        elif letter in b"QP":
            text = message[5:].split(b"\0")[letter == b"P"].decode()
            if text.strip().lower() == "commit":
                kind, self._answer = "commit", "committed"
            for each, (part, answer) in STATEMENTS.items():
                if part in text:
                    kind, self._answer = each, answer
        return Moment(link, True, kind, message, text)

    def _answered(self, link: Link, message: bytes) -> Moment:
        letter = message[:1]
        kind = "message"
        if letter == b"K":
            link.backend_pid = int.from_bytes(message[5:9], "big")
        elif letter == b"C" and message[5:-1] == b"COMMIT" and self._answer == "committed":
            kind = "committed"
        elif letter == b"G" and self._answer == "copying":
            kind = "copying"
        elif letter == b"Z":
            if self._answer not in (None, "committed", "copying"):
                kind = self._answer
            self._answer = None
        return Moment(link, False, kind, message)


class PostgresProxy(Proxy):
    """A proxy before PostgreSQL."""

    make_wire = PostgresWire
