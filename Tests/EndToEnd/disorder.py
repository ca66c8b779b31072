"""Everything that goes wrong on the way from the meters, in one list of messages."""

from __future__ import annotations

import json
import random

from homes import (
    DAYS,
    START,
    Message,
    batched_messages,
    hub_message,
    in_time_order,
    ordinary_messages,
    readings_of,
    rfc3339,
    single_messages,
    time_of,
)
from reference import DAY, HOUR, SECOND, Device


def disorderly_messages(devices: tuple[Device, ...], seed: int = 7) -> list[Message]:
    """Ordinary days with a late meter, faulty registers, repetitions, contradictions and records that are none."""
    draw = random.Random(seed)
    names = [device.hub_id for device in devices]
    messages = [message for message in ordinary_messages(devices) if message.device not in (names[0], names[4])]
    messages += faulty_meter(names[0])
    messages += repetitions(messages, draw)
    messages += contradictions(names[1], draw)
    messages += bad_records(names)
    messages = in_time_order(messages)
    # Neighbours change places, as they do when a hub's partitions are written by several machines.
    for _ in range(len(messages)):
        i = draw.randrange(len(messages) - 1)
        j = min(len(messages) - 1, i + draw.randrange(1, 40))
        messages[i], messages[j] = messages[j], messages[i]
    return messages + late_meter(names[4])


def late_meter(device: str) -> list[Message]:
    """It kept its readings for all those days, a day more than the others have, and sends them at the end, the newest first."""
    readings = readings_of(4, start=START, days=DAYS)
    before = readings_of(4, start=START - DAY, days=0.9)
    for reading in before:  # the register of the day before stands below the first day's
        reading["import_wh"] = readings[0]["import_wh"]
        reading["export_wh"] = readings[0]["export_wh"]
    everything = before + readings
    everything.reverse()
    return batched_messages(device, everything, 100, enqueued=START + DAYS * DAY)


def faulty_meter(device: str) -> list[Message]:
    """A spike, a meter that was exchanged, a hole, readings of lesser quality, and some that take no part."""
    readings = readings_of(0)
    readings[20]["import_wh"] += 5_000_000  # a spike: one reading that fits neither neighbour
    readings[40]["export_wh"] = 0  # a dip: the same the other way
    for reading in readings[60:]:  # another meter, which begins near zero
        reading["import_wh"] -= readings_of(0)[60]["import_wh"] - 17
        reading["export_wh"] -= readings_of(0)[60]["export_wh"]
    readings[80]["q"] = "S"
    readings[90]["q"] = "E"
    readings[100] |= {"q": "F", "import_wh": 1}
    readings[101] |= {"q": "N", "import_wh": 0, "export_wh": 0}
    return single_messages(device, [*readings[:120], *readings[150:]])


def repetitions(messages: list[Message], draw: random.Random) -> list[Message]:
    """A hub delivers at least once: the same again, now or later; and a reader that sends its last reading anew."""
    again = draw.sample(messages, 60)
    for message in draw.sample([each for each in messages if each.value], 40):
        body = json.loads(message.value)
        moment = min(message.timestamp + draw.randrange(-1_000, 3 * 3600 * 1_000) * 1_000, START + DAYS * DAY)
        again.append(hub_message(message.device, body, enqueued=moment))
    return again


def contradictions(device: str, draw: random.Random) -> list[Message]:
    """Other values for the same instant: better, worse, equal, earlier, later."""
    messages = []
    for reading in draw.sample(readings_of(1, shift=7 * 60 * SECOND), 40):
        other = dict(reading)
        other["import_wh"] += draw.choice([-1, 0, 1])
        other["export_wh"] += draw.choice([0, 1])
        other["q"] = draw.choice("MMSEFN")
        moment = time_of(reading) + draw.choice([-1, 0, 2, 2, 5, 3_000]) * SECOND
        messages.append(hub_message(device, {"v": 1, **other}, enqueued=moment))
    return messages


def bad_records(names: list[str]) -> list[Message]:
    """What is refused or skipped, each in the neighbourhood of good ones."""
    at = START + 3 * DAY
    reading = {"v": 1, "t": rfc3339(at), "import_wh": 1, "export_wh": 1}
    good_time = reading | {"t": rfc3339(at - HOUR // 2)}
    name = names[2]
    nothing = Message(name, json.dumps(reading).encode(), (), at)
    keyed = Message(name, json.dumps(reading).encode(), (), at, key=name.encode())
    long_list = [reading | {"t": rfc3339(at - i * SECOND)} for i in range(1_001)]
    lone = readings_of(3)[24 * 3]["import_wh"]
    register = readings_of(2, step=HOUR // 4)[24 * 4 * 3]
    mixed = [
        {"t": rfc3339(at + 5 * 60 * SECOND), "import_wh": register["import_wh"], "export_wh": register["export_wh"]},
        {"t": rfc3339(at + DAY), "import_wh": 1, "export_wh": 1},  # far in the future
        {"t": rfc3339(at - 61 * DAY), "import_wh": 1, "export_wh": 1},  # far in the past
        {"t": rfc3339(at + 6 * 60 * SECOND), "import_wh": -1, "export_wh": 1},
        {"t": rfc3339(at + 7 * 60 * SECOND), "import_wh": 10**12 + 1, "export_wh": 1},
        {"import_wh": 1, "export_wh": 1},  # says no time
        {"t": rfc3339(at).removesuffix("Z"), "import_wh": 1},  # says no zone
        {"t": rfc3339(at + 8 * 60 * SECOND)},  # says no register
        {"t": rfc3339(at + 8 * 60 * SECOND), "import_wh": 1},  # lacks a register that the meter has
        {"t": rfc3339(at + 9 * 60 * SECOND), "import_wh": "1", "export_wh": 1},  # text where a number is expected
    ]
    bodies = [
        (name, b"not json at all"),
        (name, b'{"v":1,"t":"2017-03-07T06:00:00Z","import_wh":1,'),
        (name, b""),
        (name, None),
        (name, b"\xff\xfe\x00"),
        (name, json.dumps(reading).encode() + b"]"),
        (name, {"v": 2, **{key: reading[key] for key in ("t", "import_wh", "export_wh")}}),
        (name, {"v": 1, "readings": []}),
        (name, {"v": 1, "readings": long_list}),
        (name, reading | {"device": names[3]}),
        ("a-stranger", reading),
        (name, {"v": 1, "readings": mixed}),
        (name, {"v": 1, "t": rfc3339(at), "import_wh": 1, "export_wh": 1, "q": "?"}),
        (names[3], reading | {"t": rfc3339(at + 300 * SECOND), "import_wh": lone}),  # a register too many
    ]
    messages = [hub_message(device, body, enqueued=at) for device, body in bodies]
    change = hub_message(name, good_time, enqueued=at)
    headers = [
        (header, b"twinChangeEvents" if header.endswith("source") else value) for header, value in change.headers
    ]
    return [*messages, nothing, keyed, Message(name, change.value, tuple(headers), at)]
