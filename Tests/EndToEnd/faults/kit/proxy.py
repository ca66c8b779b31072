"""A TCP proxy on the loopback interface that passes on what its rules let pass, and counts what they did."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import Future

from kit.rules import Action, Moment, Rule


class Wire:
    """Cuts the stream of a connection into moments; this one knows no protocol."""

    def feed(self, link: Link, is_up: bool, data: bytes) -> Iterator[Moment]:
        yield Moment(link, is_up, "bytes", data)


class Link:
    """One connection through the proxy."""

    def __init__(self, proxy: Proxy, number: int, client, server):
        self.proxy, self.number = proxy, number
        self.client, self.server = client, server  # reader and writer of each side
        self.name = ""  # what the client calls itself
        self.backend_pid: int | None = None  # PostgreSQL: the server's process
        self.wire = proxy.make_wire()
        self.client_port = client[1].get_extra_info("peername")[1]
        self.is_over = False
        self._swallows = {True: False, False: False}
        self.passed = {True: 0, False: 0}  # bytes

    def __repr__(self) -> str:
        return f"link {self.number} of {self.name or 'nobody'}"

    def swallow(self, is_up: bool) -> None:
        """From now on nothing of this direction arrives, for ever."""
        self._swallows[is_up] = True

    def swallows(self, is_up: bool) -> bool:
        return self._swallows[is_up] or self.proxy.swallowing[is_up]

    def reset(self) -> None:
        """Both sides see a reset connection. Only on the proxy's thread."""
        self.is_over = True
        for _, writer in (self.client, self.server):
            with contextlib.suppress(OSError, AttributeError):
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            writer.transport.abort()

    async def send(self, is_up: bool, data: bytes) -> None:
        writer = (self.server if is_up else self.client)[1]
        writer.write(data)
        self.passed[is_up] += len(data)
        await writer.drain()


class Proxy:
    """Runs on a thread of its own; everything that a test calls may be called from the test's thread."""

    make_wire = Wire

    def __init__(self, target: int, port: int = 0):
        self.target = target
        self.rules: list[Rule] = []
        self.links: list[Link] = []
        self.swallowing = {True: False, False: False}  # of all links
        self.faults: list[str] = []  # of the kit itself
        self.refused = 0  # connections that came while nothing listened behind the proxy
        self.port = port
        self._listener: asyncio.Server | None = None
        self._tasks: set[asyncio.Task] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fault proxy", daemon=True)
        self._thread.start()
        self.open()

    # ----------------------------------------------------------------------------------------------- what a test calls

    def rule(self, kind: str, action: Action, **options) -> Rule:
        """Adds a rule; see `Rule`. The first that wants a moment has it alone."""
        rule = Rule(kind, action, **options)
        self.rules.append(rule)
        return rule

    def open(self) -> None:
        """Listens, on the same port every time."""

        async def listen():
            self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)
            self.port = self._listener.sockets[0].getsockname()[1]

        if self._listener is None:
            self._call(listen())

    def shut(self, name: str | None = None) -> int:
        """Goes away: connections are refused, those that there are are reset; how many."""

        async def stop():
            self._listener.close()
            self._listener = None

        if self._listener is not None:
            self._call(stop())
        return self.reset_links(name)

    def reset_links(self, name: str | None = None) -> int:
        """Resets all connections, or those of a name; how many."""

        async def reset_all():
            chosen = [link for link in self.links if not link.is_over and name in (None, link.name)]
            for link in chosen:
                link.reset()
            return len(chosen)

        return self._call(reset_all())

    def heal(self) -> None:
        """No rule from here on; what is held goes on, what was swallowed is lost with its connection."""
        faults, self.faults = self.faults, []
        assert not faults, "the proxy itself failed:\n" + "\n".join(faults)
        for rule in self.rules:
            rule.release()
        self.rules = []
        self.swallowing = {True: False, False: False}
        self.open()

        async def reset_holes():
            for link in self.links:
                if not link.is_over and any(link.swallows(is_up) for is_up in (True, False)):
                    link.reset()

        self._call(reset_holes())

    def close(self) -> None:
        self.shut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    # ------------------------------------------------------------------------------------------- on the proxy's thread

    def _call(self, coroutine):
        future: Future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        return future.result(10)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            self.refused += 1
            writer.transport.abort()
            return
        link = Link(self, len(self.links), (reader, writer), server)
        self.links.append(link)
        for is_up in (True, False):
            task = self._loop.create_task(self._pump(link, is_up))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pump(self, link: Link, is_up: bool) -> None:
        reader = (link.client if is_up else link.server)[0]
        writer = (link.server if is_up else link.client)[1]
        try:
            while data := await reader.read(1 << 16):
                for moment in link.wire.feed(link, is_up, data):
                    passed = await self._treat(moment)
                    if link.is_over:
                        return
                    if passed and not link.swallows(is_up):
                        await link.send(is_up, passed)
            if not link.swallows(is_up):
                link.is_over = True
                writer.close()
        except (ConnectionError, TimeoutError):
            if not link.swallows(is_up):
                link.reset()
        except Exception:  # noqa: BLE001 - whatever it is, the test has to hear of it
            self.faults.append(f"{link}:\n{traceback.format_exc()}")
            link.reset()

    async def _treat(self, moment: Moment) -> bytes | None:
        # All rules count, so that the nth of one kind does not depend on another rule; one acts.
        wanting = [rule for rule in self.rules if rule.wants(moment)]
        return await wanting[0].fire(moment) if wanting else moment.data
