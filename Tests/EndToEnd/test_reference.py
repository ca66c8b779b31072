"""The reference against cases computed by hand and published examples; needs no server."""

import json

import pytest

from disorder import disorderly_messages
from homes import make_devices
from reference import (
    DAY,
    HOUR,
    SECOND,
    Community,
    Device,
    Edge,
    Participation,
    Reading,
    Record,
    Split,
    breaks,
    divide,
    enqueued_time,
    header_text,
    ingest,
    microseconds,
    register_at,
    running_registers,
    settle,
    share,
    without_outliers,
)

NOON = 1_500_000_000 * SECOND - 1_500_000_000 * SECOND % HOUR
METER = Device("m-1", (Participation(0),))


def record(body, *, offset=0, device="m-1", enqueued=NOON, partition=0, headers=()):
    value = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    named = (("iothub-connection-device-id", device.encode()),) if device else ()
    time = (("iothub-enqueuedtime", b"\x83" + (enqueued // 1000).to_bytes(8, "big")),)
    return Record(partition, offset, value, named + time + tuple(headers), enqueued)


def message(time=NOON, imported=100, exported=10, **more):
    return {"v": 1, "t": time // 1000, "import_wh": imported, "export_wh": exported, **more}


@pytest.mark.parametrize(
    ("key", "rounds", "offered", "needs", "shares", "gets"),
    [
        ("static", "one", 10_000, [5_000, 20_000], [100_000, 900_000], [1_000, 9_000]),
        ("static", "one", 10_000, [2_000], [900_000], [2_000]),
        ("proportional", "one", 10_000, [2_000, 8_000], [0, 0], [2_000, 8_000]),
        ("proportional", "one", 3_500, [0, 0], [0, 0], [0, 0]),
        ("equal", "one", 10_000, [1_000, 2_000, 3_000, 6_000], [0] * 4, [1_000, 2_000, 2_500, 2_500]),
        ("equal", "many", 10_000, [1_000, 2_000, 3_000, 6_000], [0] * 4, [1_000, 2_000, 3_000, 4_000]),
        ("proportional", "one", 10_000, [1_000, 2_000, 3_000, 6_000], [0] * 4, [833, 1_667, 2_500, 5_000]),
        ("proportional", "one", 10, [7, 7, 7], [0] * 3, [4, 3, 3]),
        ("equal", "one", 10, [0, 7, 7, 7], [0] * 4, [0, 4, 3, 3]),
        # 7 of 10 are shared by agreement: 7 x 1/7 and 7 x 6/7; nobody needs more than that.
        ("static", "one", 10, [5, 9], [100_000, 600_000], [1, 6]),
    ],
)
def test_published_and_hand_computed_splits(key, rounds, offered, needs, shares, gets):
    names = [f"m-{i}" for i in range(len(needs))]
    result = share(key, rounds, offered, dict(zip(names, needs)), dict(zip(names, shares)))
    assert [result[name] for name in names] == gets


def test_left_over_watt_hours_go_to_the_largest_remainder_then_the_smallest_name():
    assert divide(10, [("b", 1), ("a", 1), ("c", 1)]) == {"a": 4, "b": 3, "c": 3}
    assert divide(10, [("a", 1), ("b", 2)]) == {"a": 3, "b": 7}
    assert divide(1, [("Z", 1), ("a", 1)]) == {"Z": 1, "a": 0}
    assert divide(5, [("a", 0)]) == {"a": 0}


def test_a_register_between_two_readings_is_the_floored_line():
    series = [Reading(0, 100, 0), Reading(3, 110, 1)]
    assert register_at(0, series, 3) == Edge(100, 0, "M")
    assert register_at(1, series, 3) == Edge(103, 0, "M")
    assert register_at(2, series, 3) == Edge(106, 0, "M")
    assert register_at(2, series, 2) == Edge(106, 0, "E")
    assert register_at(4, series, 3) is None
    assert register_at(-1, series, 3) is None


def test_a_break_is_a_fall_or_more_than_the_connection_carries():
    # 17,250 W x 1.2 for an hour are 20,700 Wh; one more is allowed for rounding.
    assert not breaks(Reading(0, 0, 0), Reading(HOUR, 20_701, 0), METER)
    assert breaks(Reading(0, 0, 0), Reading(HOUR, 20_702, 0), METER)
    assert not breaks(Reading(0, 0, 0), Reading(HOUR, 0, 20_701), METER)
    assert breaks(Reading(0, 5, 0), Reading(HOUR, 4, 0), METER)
    # A short step is judged like a quarter of an hour.
    assert not breaks(Reading(0, 0, 0), Reading(SECOND, 5_176, 0), METER)
    assert breaks(Reading(0, 0, 0), Reading(SECOND, 5_177, 0), METER)
    solar = Device("m-1", inverter_watts=5_000)
    assert not breaks(Reading(0, 0, 0), Reading(HOUR, 0, 5_501), solar)
    assert breaks(Reading(0, 0, 0), Reading(HOUR, 0, 5_502), solar)


def test_one_reading_that_does_not_fit_is_set_aside_and_two_are_not():
    good = [Reading(i * HOUR, 1_000 + i * 100, 0) for i in range(6)]
    spike = [*good[:2], Reading(2 * HOUR, 900_000, 0), *good[3:]]
    assert without_outliers(spike, METER) == [*good[:2], *good[3:]]
    twice = [*good[:2], Reading(2 * HOUR, 900_000, 0), Reading(3 * HOUR, 900_100, 0), *good[4:]]
    assert without_outliers(twice, METER) == twice
    # At the ends there is only one neighbour to disagree with.
    assert without_outliers(spike[:3], METER) == spike[:3]


def test_no_energy_crosses_a_break():
    series = [Reading(0, 500, 50), Reading(HOUR, 600, 60), Reading(2 * HOUR, 3, 1), Reading(3 * HOUR, 13, 5)]
    assert [(r.import_wh, r.export_wh) for r in running_registers(series, METER)] == [
        (500, 50),
        (600, 60),
        (600, 60),
        (610, 64),
    ]


def test_outcomes_of_the_same_device_and_time():
    result = ingest(
        [
            record(message(imported=100), offset=0, enqueued=NOON + 10 * SECOND),
            record(message(imported=100), offset=1, enqueued=NOON + 5 * SECOND),  # the same, earlier
            record(message(imported=101), offset=2, enqueued=NOON + 6 * SECOND),  # other, later
            record(message(imported=102), offset=3, enqueued=NOON + 4 * SECOND),  # other, earlier
            record(message(imported=99, q="S"), offset=4, enqueued=NOON),  # worse
            record(message(time=NOON + SECOND, imported=7, q="E"), offset=5),
            record(message(time=NOON + SECOND, imported=8, q="S"), offset=6, enqueued=NOON + 9 * SECOND),  # better
        ],
        [METER],
    )
    assert result.readings == {
        ("m-1", NOON): Reading(NOON, 102, 10, "M", NOON + 4 * SECOND),
        ("m-1", NOON + SECOND): Reading(NOON + SECOND, 8, 10, "S", NOON + 9 * SECOND),
    }
    assert result.history == 4
    assert result.sums == {
        "records": 7,
        "readings": 7,
        "accepted": 2,
        "duplicate": 1,
        "replaced": 2,
        "superseded": 2,
    }


def test_what_is_refused_and_what_is_skipped():
    bodies = [
        (record(b"{"), "bad_json"),
        (record(b""), "bad_json"),
        (record(message(), device="stranger"), "unknown_device"),
        (record(message(), device=None), "no_identity"),
        (record(message(device="m-2")), "device_mismatch"),
        (record({"v": 1, "readings": []}), "bad_schema"),
        (record({"v": 1, "readings": [message()] * 1001}), "too_large"),
        (record(b'{"v":1,"t":1,"t":2}'), "bad_json"),
    ]
    for refused, reason in bodies:
        assert ingest([refused], [METER]).dead == {(0, 0, -1): reason}
    for skipped in (record(None), record(message(), headers=[("iothub-message-source", b"twinChangeEvents")])):
        assert ingest([skipped], [METER]).sums == {"records": 1, "skipped_records": 1}


def test_a_reading_is_refused_alone_and_its_neighbours_are_kept():
    inside = [message(NOON + 900 * SECOND), message(NOON - 60 * DAY), message(NOON - 1)]
    outside = [
        message(NOON + 901 * SECOND),
        message(NOON - 60 * DAY - 1000),
        message(imported=-1),
        message(imported=10**12 + 1),
    ]
    result = ingest([record({"v": 1, "readings": inside + outside})], [METER])
    assert result.dead == {
        (0, 0, 3): "time_future",
        (0, 0, 4): "time_too_old",
        (0, 0, 5): "negative_value",
        (0, 0, 6): "out_of_range",
    }
    assert result.sums == {"records": 1, "readings": 7, "accepted": 3, "rejected": 4}


def test_a_fault_inside_one_reading_refuses_that_reading():
    batch = [message(), {"t": "2017-03-07T06:00:00", "import_wh": 1}, {"import_wh": 1}, {"t": 1}]
    result = ingest([record({"v": 1, "readings": batch}), record({"v": 1, "import_wh": 1}, offset=1)], [METER])
    assert result.dead == {
        (0, 0, 1): "time_no_zone",
        (0, 0, 2): "bad_schema",
        (0, 0, 3): "bad_schema",
        (0, 1, 0): "bad_schema",
    }
    assert result.sums == {"records": 2, "readings": 5, "accepted": 1, "rejected": 4}


def test_a_meter_reports_the_registers_that_it_has():
    lone = Device("m-1", registers="import")
    result = ingest(
        [record(message(imported=5, exported=7)), record({"v": 1, "t": 0, "export_wh": 1}, offset=1)], [lone]
    )
    assert [reading.values for reading in result.readings.values()] == [(5, None, "M")]
    assert result.dead == {(0, 1, 0): "bad_schema"}


def test_kilowatt_hours_are_decimal_digits_and_are_floored():
    body = b'{"v":1,"t":%d,"import_kwh":0.0029999,"export_kwh":"32507.388"}' % (NOON // 1000)
    result = ingest([record(body)], [METER])
    assert [reading.values for reading in result.readings.values()] == [(2, 32_507_388, "M")]


def test_hub_headers_are_plain_or_amqp():
    assert header_text(b"meter-0001") == header_text(bytes.fromhex("a10a6d657465722d30303031")) == "meter-0001"
    vector = Record(0, 0, None, (("iothub-enqueuedtime", bytes.fromhex("830000016a0fefe003")),), 0)
    assert enqueued_time(vector) == microseconds("2019-04-12T05:05:39.843Z")
    assert enqueued_time(Record(0, 0, None, (), 17)) == 17


def test_a_small_community_by_hand():
    """Two homes and two hours. In the first the one's surplus covers part of the other's need; in the second nobody exports."""
    sun = Device("sun", (Participation(0),))
    shade = Device("shade", (Participation(0),))
    readings = {
        ("sun", NOON): Reading(NOON, 0, 0),
        ("sun", NOON + HOUR): Reading(NOON + HOUR, 0, 300),
        ("sun", NOON + 2 * HOUR): Reading(NOON + 2 * HOUR, 40, 300),
        ("shade", NOON + 30 * 60 * SECOND): Reading(NOON + 30 * 60 * SECOND, 1_000, 0),
        ("shade", NOON + 90 * 60 * SECOND): Reading(NOON + 90 * 60 * SECOND, 2_001, 0),
        ("shade", NOON + 3 * HOUR): Reading(NOON + 3 * HOUR, 2_301, 0, "S"),
    }
    settled = settle(readings, Community((sun, shade)))
    # R(shade, +1 h) = 1000 + floor(1001 / 2) = 1500; R(+2 h) = 2001 + floor(300 x 30 / 90) = 2101; R(+3 h) = 2301.
    assert settled.status == {NOON: (1, 1), NOON + HOUR: (2, 2), NOON + 2 * HOUR: (2, 1)}
    assert settled.rows == {
        (NOON, "sun"): Split(0, 0, 0, 300, 0, 300, "M"),
        (NOON + HOUR, "sun"): Split(40, 0, 40, 0, 0, 0, "M"),
        (NOON + HOUR, "shade"): Split(601, 0, 601, 0, 0, 0, "E"),
        (NOON + 2 * HOUR, "shade"): Split(200, 0, 200, 0, 0, 0, "E"),
    }


def test_the_disorder_has_everything_in_it():
    """A scenario that does not contain what it is for would prove nothing."""
    devices = make_devices()
    records = [
        Record(message.partition(4), offset, message.value, message.headers, message.timestamp)
        for offset, message in enumerate(disorderly_messages(devices))
    ]
    result = ingest(records, list(devices))
    assert all(result.sums[name] > 0 for name in ("accepted", "duplicate", "replaced", "superseded", "rejected"))
    assert result.sums["skipped_records"] == 2
    assert set(result.dead.values()) == {
        *("bad_json", "bad_schema", "too_large", "no_identity", "unknown_device", "device_mismatch"),
        *("time_future", "time_too_old", "time_no_zone", "negative_value", "out_of_range"),
    }
    settled = settle(result.readings, Community(devices))
    assert {kind for _, kind, _, _ in settled.anomalies} == {"outlier", "break"}
    assert {split.quality for split in settled.rows.values()} == {"M", "S", "E"}
    assert any(received < expected for expected, received in settled.status.values())
    assert sum(split.community_wh for split in settled.rows.values()) > 0
    # The energy of a meter without breaks is what its registers rose by.
    imported = [reading.import_wh for (name, _), reading in sorted(result.readings.items()) if name == "home-10"]
    rows = [split.import_wh for (_, name), split in settled.rows.items() if name == "home-10"]
    assert sum(rows) == imported[-1] - imported[0]
