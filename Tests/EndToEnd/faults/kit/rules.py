"""What is done to the bytes that pass a proxy: rules, which say when, and actions, which say what."""

from __future__ import annotations

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kit.proxy import Link


@dataclass(frozen=True)
class Moment:
    """A message, or a piece of the stream, that is about to be passed on."""

    link: Link
    is_up: bool  # from the client to the server
    kind: str  # what a wire calls it: "commit", "copy", "fetched"; "bytes" where it does not know
    data: bytes
    text: str = ""


ANY = "any"  # a rule for moments of every kind

# Says what is to be passed on of a moment: other bytes, or None for nothing.
Action = Callable[["Rule", Moment], Awaitable[bytes | None]]


class Rule:
    """Does something from the nth moment of a kind on, `times` times at most (None: always); it counts what it has done.

    `chance`: with this probability each time, drawn from `seed`; `in_a_row`: after so many in a row one is let through.
    """

    def __init__(
        self,
        kind: str,
        action: Action,
        *,
        name: str | None = None,
        nth: int = 1,
        times: int | None = 1,
        chance: float = 1,
        in_a_row: int | None = None,
        seed: int = 0,
        where: Callable[[Moment], bool] = lambda moment: True,
    ):
        self.kind, self.action, self.name, self.where = kind, action, name, where
        self.nth, self.times, self.chance, self.in_a_row = nth, times, chance, in_a_row
        self.draw = random.Random(seed)
        self.seen = 0
        self.fired = 0
        self._row = 0  # how often in a row it has fired
        self.links: list[Link] = []  # where it has fired
        self._first = threading.Event()
        self._released = threading.Event()

    def __repr__(self) -> str:
        return f"the rule at '{self.kind}' (seen {self.seen} times, fired {self.fired} times)"

    def wants(self, moment: Moment) -> bool:
        """Whether it does something now; counts the moment."""
        if self.kind not in (moment.kind, ANY) or self.name not in (None, moment.link.name) or not self.where(moment):
            return False
        self.seen += 1
        if (
            self.seen < self.nth
            or self.fired == self.times
            or self.draw.random() >= self.chance
            or self._row == self.in_a_row
        ):
            self._row = 0
            return False
        self._row += 1
        self.fired += 1
        self.links.append(moment.link)
        return True

    async def fire(self, moment: Moment) -> bytes | None:
        self._first.set()
        return await self.action(self, moment)

    def wait(self, seconds: float = 30) -> Link:
        """Waits until it has fired for the first time; where it did."""
        assert self._first.wait(seconds), f"{self} did not fire within {seconds} s"
        return self.links[0]

    def release(self) -> None:
        """Lets go of what is held."""
        self._released.set()

    async def released(self) -> None:
        while not self._released.is_set():
            await asyncio.sleep(0.005)


async def pass_on(rule: Rule, moment: Moment) -> bytes | None:
    """Only counts it."""
    return moment.data


async def drop(rule: Rule, moment: Moment) -> bytes | None:
    """It never arrives; all that comes later does."""
    return None


async def reset(rule: Rule, moment: Moment) -> bytes | None:
    """It never arrives: both sides see a reset connection."""
    moment.link.reset()
    return None


async def hold(rule: Rule, moment: Moment) -> bytes | None:
    """It and what follows it in this direction arrive once the rule is released."""
    await rule.released()
    return moment.data


async def black_hole(rule: Rule, moment: Moment) -> bytes | None:
    """From here on nothing arrives in this direction, not even the end of the connection."""
    moment.link.swallow(moment.is_up)
    return None


async def black_hole_both(rule: Rule, moment: Moment) -> bytes | None:
    """From here on nothing arrives in either direction, not even the end of the connection."""
    moment.link.swallow(True)
    moment.link.swallow(False)
    return None


def delay(seconds: float) -> Action:
    """It, and what follows it in this direction, arrive later."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        await asyncio.sleep(seconds)
        return moment.data

    return action


def cut(count: int) -> Action:
    """So many bytes of it arrive, then both sides see a reset connection."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        await moment.link.send(moment.is_up, moment.data[:count])
        # A reset overtakes what its receiver has not read yet.
        await asyncio.sleep(0.05)
        moment.link.reset()
        return None

    return action


def hold_after(count: int) -> Action:
    """So many bytes of it arrive at once, the others when the rule is released."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        await moment.link.send(moment.is_up, moment.data[:count])
        await rule.released()
        return moment.data[count:]

    return action


def flip(place: Callable[[bytes], int], bit: int = 0) -> Action:
    """One bit of it arrives as its opposite; `place` says in which byte."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        data = bytearray(moment.data)
        data[place(moment.data)] ^= 1 << bit
        return bytes(data)

    return action


def deliver_then(effect: Callable[[Link], None], pause: float = 0.003) -> Action:
    """It arrives, and a moment later something happens to the processes."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        await moment.link.send(moment.is_up, moment.data)
        await asyncio.sleep(pause)
        effect(moment.link)
        return None

    return action


def after(effect: Callable[[Link], None], then: Action) -> Action:
    """Something happens to the processes (a signal, say), then the bytes are treated."""

    async def action(rule: Rule, moment: Moment) -> bytes | None:
        effect(moment.link)
        return await then(rule, moment)

    return action
