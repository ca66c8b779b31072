"""Every reader, over every transport: whatever the form, the same readings become the same watt-hours."""

import pytest

from homes import NAMES, in_time_order, make_devices, ordinary_messages, readings_of
from readers import READERS, crc16, reader_messages, with_reader
from reference import HOUR, SECOND, Community
from transports import TRANSPORTS, compressed, under_key

DAYS = 3


def community_of(name: str):
    """Five homes whose readers are all of one make, and what they send."""
    devices = tuple(with_reader(device, name) for device in make_devices())
    messages = []
    for home, device in enumerate(devices):
        step = HOUR // 4 if home == 2 else HOUR
        readings = readings_of(home, days=DAYS, step=step, shift=7 * 60 * SECOND * (home % 2))
        if device.registers == "import":
            readings = [{key: value for key, value in each.items() if key != "export_wh"} for each in readings]
        messages += reader_messages(device, name, readings)
    return devices, in_time_order(messages)


def test_telegrams_are_summed_as_the_standard_says():
    telegram = b"/KFM5KAIFA-METER\r\n\r\n1-0:1.8.1(000671.578*kWh)\r\n1-0:1.7.0(00.318*kW)\r\n!"
    assert crc16(telegram) == 0x1E1D
    assert crc16(b"123456789") == 0xBB3D


@pytest.mark.parametrize("name", READERS)
def test_reader(world, name):
    devices, messages = community_of(name)
    world.prepare(Community(devices))
    world.send(messages)
    world.drain()
    world.check()
    # The same energy as telemetry v1 would have told: the reference has seen nothing else.
    assert world.value("select count(*) from energy.reading") == len(messages)
    assert world.value("select sum(community_wh) from energy.current_attribution") > 0


def test_transports_in_turn(make_world):
    """One stream holds them all: with or without the hub's headers, around every body that there is."""
    world = make_world(ingest_identity="envelope")
    devices = list(make_devices())
    messages = [each for each in ordinary_messages(tuple(devices), days=DAYS) if each.device in (NAMES[0], NAMES[2])]
    for place, name in ((1, "tasmota-sml"), (4, "dsmr")):
        devices[place] = with_reader(devices[place], name)
        messages += reader_messages(devices[place], name, readings_of(place, days=DAYS))
    messages = in_time_order(messages)
    ways = list(TRANSPORTS.values())
    world.prepare(Community(tuple(devices)))
    world.send([ways[place % len(ways)](message) for place, message in enumerate(messages)])
    world.drain()
    world.check()


def test_plain_kafka(make_world):
    """The record's key names the device, and the transport's time is when it came."""
    world = make_world(ingest_identity="record-key")
    devices = make_devices()
    messages = [under_key(message) for message in ordinary_messages(devices, days=DAYS)]
    world.prepare(Community(devices))
    world.send([compressed(message) if place % 5 == 0 else message for place, message in enumerate(messages)])
    world.drain()
    world.check()
