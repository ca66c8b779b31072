"""Kafka's protocol, as far as requests and their answers are to be told from each other."""

from __future__ import annotations

from collections.abc import Iterator

from kit.proxy import Link, Proxy, Wire
from kit.rules import Moment

WORKER = "wattsource"  # the client id of a worker

REQUESTS = {
    0: "produce",
    1: "fetch",
    2: "list offsets",
    3: "metadata",
    8: "offset commit",
    9: "offset fetch",
    10: "find coordinator",
    11: "join group",
    12: "heartbeat",
    13: "leave group",
    14: "sync group",
    18: "api versions",
}
# A header that the test's records have: an answer to a fetch that holds it has brought records (they are not compressed).
MARK = b"iothub-enqueuedtime"


class KafkaWire(Wire):
    """A request's kind is its name, an answer's that and " answer"; an answer to a fetch that has records is "fetched"."""

    def __init__(self):
        self._buffers = {True: bytearray(), False: bytearray()}
        self._asked: dict[int, str] = {}

    def feed(self, link: Link, is_up: bool, data: bytes) -> Iterator[Moment]:
        buffer = self._buffers[is_up]
        buffer += data
        while len(buffer) >= 4 and len(buffer) >= (size := 4 + int.from_bytes(buffer[:4], "big")):
            message = bytes(buffer[:size])
            del buffer[:size]
            yield self._ask(link, message) if is_up else self._answered(link, message)

    def _ask(self, link: Link, message: bytes) -> Moment:
        kind = REQUESTS.get(int.from_bytes(message[4:6], "big"), "request")
        self._asked[int.from_bytes(message[8:12], "big")] = kind
        length = int.from_bytes(message[12:14], "big", signed=True)
        if length > 0:
            link.name = message[14 : 14 + length].decode()
        return Moment(link, True, kind, message)

    def _answered(self, link: Link, message: bytes) -> Moment:
        asked = self._asked.pop(int.from_bytes(message[4:8], "big"), "request")
        kind = "fetched" if asked == "fetch" and MARK in message else f"{asked} answer"
        return Moment(link, False, kind, message)


class KafkaProxy(Proxy):
    """A proxy before a broker, which has to advertise the proxy's address."""

    make_wire = KafkaWire
