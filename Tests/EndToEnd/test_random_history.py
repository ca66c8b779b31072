"""What may happen to communities in the course of time, in any order: after every step the tables are what the reference says."""

import random
from dataclasses import replace

from homes import START, time_of
from reference import DAY, HOUR, SECOND, WHOLE, Community, Profile, Rule
from test_by_hand import discard_readings, import_readings, moved
from test_random_communities import (
    DAYS,
    END,
    KEYS,
    REMAINDERS,
    change_factors,
    make_communities,
    make_readings,
    messages_of,
)
from test_shares import write
from world import told_due


class History:
    """A world, and what may happen next."""

    def __init__(self, world, draw: random.Random, interval: int):
        self.world, self.draw, self.interval = world, draw, interval
        world.prepare(*make_communities(draw, interval))
        self.said = {device.hub_id: make_readings(draw, device) for device in world.devices}
        messages = [each for device in world.devices for each in messages_of(draw, device, self.said[device.hub_id])]
        # The last ones are sent first: the stream goes no further than the readings.
        self.left = sorted(messages, key=lambda each: (each.timestamp < END, draw.random()))

    def edge(self) -> int:
        return START + self.draw.randrange(1, DAYS * DAY // self.interval) * self.interval

    def span(self) -> tuple[int, int]:
        start, end = sorted((self.edge(), self.edge()))
        return start, max(end, start + self.interval)

    def apply(self, changed: list[Community]) -> None:
        """What a dry run tells becomes due."""
        told = told_due(self.world.apply(*changed, options=("--dry-run",)))
        self.world.apply(*changed)
        assert {code: len(starts) for code, starts in self.world.due().items()} == told

    # What may happen.

    def readings_come(self) -> None:
        count = len(self.left) // 3 + 1
        self.world.send(self.left[:count])
        self.left = self.left[count:]

    def factors_change(self) -> None:
        self.apply(list(change_factors(self.draw, tuple(self.world.communities), self.interval)))

    def keys_change(self) -> None:
        """From an edge on, in some communities; what held before that edge stays."""
        result = []
        for community in self.world.communities:
            if self.draw.random() < 0.7:
                result.append(community)
                continue
            at, key = self.edge(), self.draw.choice(KEYS)
            rounds = self.draw.choice(["one", "many"]) if key == "equal" else "one"
            before = [replace(each, end=min(each.end or at, at)) for each in community.rules if (each.start or 0) < at]
            rule = Rule(self.interval, key, rounds, self.draw.choice(REMAINDERS), start=at, grace=0)
            result.append(replace(community, dated=(*before, rule)))
        self.apply(result)

    def shares_and_priorities_change(self) -> None:
        result = []
        for community in self.world.communities:
            devices = []
            for device in community.devices:
                parts = [
                    replace(each, share_ppm=self.draw.randrange(WHOLE // 24), priority=self.draw.choice([None, 1, 5]))
                    if self.draw.random() < 0.4
                    else each
                    for each in device.participations
                ]
                devices.append(replace(device, participations=tuple(parts)))
            result.append(replace(community, devices=tuple(devices)))
        self.apply(result)

    def somebody_leaves(self) -> None:
        """One community, at an edge of what is left of its participations there; of those that begin later nothing remains."""
        device = self.draw.choice(self.world.devices)
        code = self.draw.choice(device.participations).community
        others = [each for each in device.participations if each.community != code]
        own = sorted((each for each in device.participations if each.community == code), key=lambda each: each.start)
        end = max(self.edge(), own[0].start + self.interval)
        left = [replace(each, end=min(each.end or end, end)) for each in own if each.start < end]
        parts = [*others, *left]
        result = []
        for community in self.world.communities:
            devices = [
                replace(each, participations=tuple(parts)) if each.hub_id == device.hub_id else each
                for each in community.devices
            ]
            result.append(replace(community, devices=tuple(devices)))
        self.apply(result)

    def shares_come_by_the_hour(self) -> None:
        place = self.draw.randrange(len(self.world.communities))
        community = self.world.communities[place]
        names = sorted(
            {
                device.hub_id
                for device in self.world.devices
                if any(each.community == community.code for each in device.participations)
            }
        )
        if not names:
            return
        hours = self.draw.randrange(1, 60)
        start = START + self.draw.randrange(DAYS * 24) * HOUR
        named = self.draw.sample(names, self.draw.randrange(1, len(names) + 1))
        profile = Profile(
            start, {name: tuple(self.draw.randrange(WHOLE // len(named)) for _ in range(hours)) for name in named}
        )
        path = write(self.world, profile)
        told = told_due(self.world.call("registry", "shares", path, "--community", community.code, "--dry-run"))
        self.world.call("registry", "shares", path, "--community", community.code)
        assert {code: len(starts) for code, starts in self.world.due().items()} == told
        self.world.communities[place] = replace(community, profiles=(profile, *community.profiles))

    def readings_are_discarded(self) -> None:
        device = self.draw.choice(self.world.devices)
        stored = [time for name, time in self.world.stored_readings() if name == device.hub_id]
        if stored:
            start = self.draw.choice(stored)
            discard_readings(self.world, device.hub_id, start, start + self.draw.choice([1, 3, 30]) * HOUR)

    def readings_are_corrected(self) -> None:
        device = self.draw.choice(self.world.devices)
        reading = self.draw.choice(self.said[device.hub_id])
        if device.registers == "both":
            wh = (
                self.draw.choice([-5_000, 0, 1, 3, 40_000])
                if device.interval_seconds is None
                else self.draw.randrange(9)
            )
            corrected = moved(reading, wh, self.draw.choice("MSE"), device.interval_seconds or 0)
            if corrected.import_wh >= 0 and time_of(reading) + corrected.seconds * SECOND <= END:
                import_readings(self.world, device.hub_id, [corrected])


def test_whatever_happens(make_world, history_seed, request):
    minutes = (15, 30, 60)[history_seed % 3]
    draw = random.Random(history_seed)
    world = make_world(settlement_chunk_rows=draw.randrange(100, 2_000))
    history = History(world, draw, minutes * 60 * SECOND)
    steps = [
        *(history.factors_change, history.keys_change, history.shares_and_priorities_change, history.somebody_leaves),
        *(history.shares_come_by_the_hour, history.readings_are_discarded, history.readings_are_corrected),
    ]
    history.readings_come()
    for number in range(request.config.getoption("--steps")):
        for step in draw.sample(steps, 2):
            print(f"step {number}: {step.__name__}")
            if world.due():
                world.drain()
            step()
        if number % 3 == 0:
            history.readings_come()
        world.drain()
        world.check()
