"""Days of 23 and 25 hours, told by readers whose clocks show local time."""

from dataclasses import replace

from homes import hub_message, in_time_order, make_devices, readings_of, time_of
from readers import READERS, reader_messages, with_reader
from reference import DAY, HOUR, LOCAL_TIME, SECOND, Community, Participation, microseconds

# Clocks in Los Angeles were put back on 2017-11-05 at 09:00 UTC, and in Amsterdam on 2017-10-29 at 01:00 UTC.
BACK = {"America/Los_Angeles": "2017-11-05T09:00:00Z", "Europe/Amsterdam": "2017-10-29T01:00:00Z"}
# And forward on 2017-03-12 at 10:00 UTC, and on 2017-03-26 at 01:00 UTC.
FORWARD = {"America/Los_Angeles": "2017-03-12T10:00:00Z", "Europe/Amsterdam": "2017-03-26T01:00:00Z"}


def home(place: int, name: str, zone: str, start: int):
    device = with_reader(make_devices()[place], name)
    return replace(device, time_zone=zone, participations=(Participation(start - DAY),))


def around(change: str, place: int, step: int = HOUR // 4):
    """A day and a half on each side of a change."""
    return readings_of(place, start=microseconds(change) - 36 * HOUR, days=3, step=step)


def doubtful(messages, zone: str):
    """Of the hour that happens twice the first pass is known by when it came; of the second nobody knows which it is."""
    change = microseconds(BACK[zone])
    result = []
    for message in messages:
        time = message.timestamp - 2 * SECOND
        if change <= time < change + HOUR:
            plain = hub_message(message.device, {"v": 1, "#refused": "time_ambiguous"}, enqueued=message.timestamp)
            message = replace(message, plain=plain)
        result.append(message)
    return result


def test_the_hour_that_happens_twice(world):
    zone = "America/Los_Angeles"
    start = microseconds(BACK[zone]) - 36 * HOUR
    vague = home(0, "tasmota-sml", zone, start)
    telegrams = home(1, "dsmr", zone, start)
    linky = home(2, "linky", zone, start)
    listing = home(4, "tasmota-sml", zone, start)
    messages = doubtful(reader_messages(vague, "tasmota-sml", around(BACK[zone], 0)), zone)
    messages += reader_messages(telegrams, "dsmr", around(BACK[zone], 1))
    messages += reader_messages(linky, "linky", around(BACK[zone], 2))
    messages += lists(listing, around(BACK[zone], 4), 20)
    world.prepare(Community((vague, telegrams, linky, listing)))
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    # Four of its readings are refused, and not a watt-hour is missing: registers go on.
    assert world.rows("select reason, count(*) from energy.dead_letter group by reason") == [("time_ambiguous", 4)]
    hours = world.rows(
        """
        select count(*), sum(import_wh) from energy.current_attribution where hub_device_id = %s""",
        vague.hub_id,
    )[0]
    readings = around(BACK[zone], 0)
    assert hours == (72, readings[-1]["import_wh"] - readings[0]["import_wh"])
    hours_of_days = world.rows("""
        select count(*) from energy.interval_status
        group by (interval_start at time zone 'America/Los_Angeles')::date""")
    assert max(hours_of_days) == (25,)


def test_the_hour_that_never_happens(world):
    zone = "Europe/Amsterdam"
    start = microseconds(FORWARD[zone]) - 36 * HOUR
    vague = home(0, "tasmota-sml", zone, start)
    telegrams = home(1, "dsmr", zone, start)
    messages = reader_messages(vague, "tasmota-sml", around(FORWARD[zone], 0))
    messages += reader_messages(telegrams, "dsmr", around(FORWARD[zone], 1))
    world.prepare(Community((vague, telegrams)))
    world.send(in_time_order(messages))
    world.drain()
    world.check()
    assert world.value("select count(*) from energy.dead_letter") == 0


def lists(device, readings: list[dict], size: int):
    """Several of a reader's messages in one record: their order tells the two passes of an hour apart."""
    messages = []
    for first in range(0, len(readings), size):
        batch = readings[first : first + size]
        enqueued = time_of(batch[-1]) + 2 * SECOND
        body = b"[" + b",".join(READERS["tasmota-sml"].body(each, device) for each in batch) + b"]"
        plain = {"v": 1, "readings": [each | {"#flags": LOCAL_TIME} for each in batch]}
        said = hub_message(device.hub_id, body, enqueued=enqueued)
        messages.append(replace(said, plain=hub_message(device.hub_id, plain, enqueued=enqueued)))
    return messages
