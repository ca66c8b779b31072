"""The reference against cases computed by hand and published examples; needs no server."""

import json
from dataclasses import replace

import pytest

from disorder import disorderly_messages
from homes import make_devices
from reference import (
    DAY,
    HOUR,
    SECOND,
    Community,
    Correction,
    Device,
    Discard,
    Edge,
    Interval,
    MeterSwap,
    Participation,
    Reading,
    Record,
    Split,
    breaks,
    divide,
    enqueued_time,
    find_anomalies,
    header_text,
    ingest,
    interval_energy,
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
    result = share(key, rounds, Interval(offered, dict(zip(names, needs)), dict(zip(names, shares))))
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
    assert [(r.import_wh, r.export_wh) for r in running_registers(series, METER).series] == [
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


def kinds(series, device, decisions=None):
    return sorted((kind, since // HOUR) for _, kind, since, _ in find_anomalies(series, device, decisions or {}))


def totals(series, device, decisions=None):
    decisions = decisions or {}
    return [
        each.import_wh
        for each in running_registers(without_outliers(series, device, decisions), device, decisions).series
    ]


def test_registers_run_on_across_an_exchange_that_is_known():
    series = [Reading(0, 500, 50), Reading(HOUR, 600, 60), Reading(2 * HOUR, 3, 1), Reading(3 * HOUR, 13, 5)]
    assert kinds(series, METER) == [("break", 1)]
    # The old meter stood at 640 and 70 at last, the new one began at 1 and 0: 40 + 2 and 10 + 1 Wh.
    swap = MeterSwap(HOUR + SECOND, 640, 1, 70, 0)
    known = replace(METER, swaps=(swap,))
    assert kinds(series, known) == []
    assert [(r.import_wh, r.export_wh) for r in running_registers(series, known).series][1:] == [
        (600, 60),
        (642, 71),
        (652, 75),
    ]
    # Of one register nobody knows: no energy of that one crosses, and that is no anomaly.
    half = replace(METER, swaps=(replace(swap, export_final=None, export_start=None),))
    assert kinds(series, half) == []
    run = running_registers(series, half)
    assert [(r.import_wh, r.export_wh) for r in run.series][1:] == [(600, 60), (642, 60), (652, 64)]
    assert run.holes == {"import": [], "export": [(HOUR, 2 * HOUR)]}
    # Values that cannot be: it breaks all the same, and it is no reset.
    wrong = replace(METER, swaps=(MeterSwap(2 * HOUR, 100, 1, 70, 0),))
    assert kinds(series, wrong) == [("break", 1)]


def test_a_register_of_known_width_passes_its_end():
    wide = replace(METER, register_digits=6)
    series = [Reading(0, 999_999_000, 5), Reading(HOUR, 999_999_990, 5), Reading(2 * HOUR, 490, 6)]
    assert kinds(series, METER) == [("reset", 1)]
    assert kinds(series, wide) == [("rollover", 1)]
    assert totals(series, wide) == [999_999_000, 999_999_990, 1_000_000_490]
    # Below nine tenths of its width, or by more than the connection carries, it is none.
    assert kinds([Reading(0, 899_999_999, 0), Reading(HOUR, 5, 0)], wide) == [("reset", 0)]
    assert kinds([Reading(0, 999_999_999, 0), Reading(HOUR, 20_701, 0)], wide) == [("reset", 0)]
    assert kinds([Reading(0, 999_999_999, 0), Reading(HOUR, 20_700, 0)], wide) == [("rollover", 0)]


def test_people_decide():
    good = [Reading(i * HOUR, 1_000 + i * 100, 0) for i in range(5)]
    spike = [*good[:2], Reading(2 * HOUR, 100_000, 0), *good[3:]]
    assert kinds(spike, METER) == [("outlier", 2)]
    # It was right: what leads to it counts, what follows is a break of its own.
    accepted = {2 * HOUR: "accept"}
    assert kinds(spike, METER, accepted) == [("break", 2)]
    assert totals(spike, METER, accepted) == [1_000, 1_100, 100_000, 100_000, 100_100]
    # It and its follower were right: a fall is known, and no energy crosses it.
    both = {2 * HOUR: "accept", 3 * HOUR: "accept"}
    assert kinds(spike, METER, both) == []
    assert totals(spike, METER, both) == [1_000, 1_100, 100_000, 100_000, 100_100]
    wrong = {HOUR: "set-aside"}
    readings = {("m-1", each.time): each for each in good}
    settled = settle(readings, Community((METER,)), {("m-1", HOUR): "set-aside"})
    assert settled.rows[HOUR, "m-1"].quality == "E" and settled.rows[HOUR, "m-1"].import_wh == 100
    assert kinds(good, METER, wrong) == []


def test_an_interval_with_a_break_in_it_is_an_estimate():
    series = [Reading(i * HOUR // 2, wh, 0) for i, wh in enumerate([500, 600, 700, 3, 10, 20])]
    settled = settle({("m-1", each.time): each for each in series}, Community((METER,)))
    assert [(row.import_wh, row.quality) for row in settled.rows.values()] == [(200, "M"), (7, "E")]


def test_energy_of_intervals_is_summed_and_split():
    quarters = [Reading(i * HOUR // 4, 10 + i, i, "MMEM"[i], seconds=900) for i in range(4)]
    summed = interval_energy(0, HOUR, quarters)
    assert (summed.import_wh, summed.export_wh, summed.quality) == (46, 6, "E")
    assert interval_energy(0, HOUR, quarters[:3]) is None
    # 10 Wh of an hour in quarters: 2, 3, 2, 3.
    hour = [Reading(0, 10, 3, seconds=3600)]
    parts = [interval_energy(i * HOUR // 4, HOUR // 4, hour) for i in range(4)]
    assert [each.import_wh for each in parts] == [2, 3, 2, 3]
    assert [each.export_wh for each in parts] == [0, 1, 1, 1]
    assert {each.quality for each in parts} == {"E"}


def test_intervals_begin_on_their_grid():
    meter = replace(METER, interval_seconds=900)
    body = {"v": 1, "kind": "interval", "interval_s": 900}
    readings = [message(NOON - HOUR + off * SECOND) for off in (0, 930, 1831, 2670)]
    result = ingest([record(body | {"readings": readings})], [meter])
    assert [(each.time - NOON + HOUR) // (900 * SECOND) for each in result.readings.values()] == [0, 1, 3]
    assert [each.noted != 0 for each in result.readings.values()] == [False, True, True]
    assert result.dead == {(0, 0, 2): "time_unaligned"}
    assert ingest([record(message())], [meter]).dead == {(0, 0, -1): "wrong_kind"}
    assert ingest([record(body | message() | {"interval_s": 300})], [meter]).dead == {(0, 0, -1): "wrong_kind"}
    assert ingest([record(body | message())], [METER]).dead == {(0, 0, -1): "wrong_kind"}


def test_an_earlier_life_of_a_device_is_refused():
    meter = replace(METER, generation_id="g2")
    header = "iothub-connection-auth-generation-id"
    assert ingest([record(message(), headers=[(header, b"g1")])], [meter]).dead == {(0, 0, -1): "stale_generation"}
    for headers in ([], [(header, b"g2")], [(header, b"\xa1\x02g2")]):
        assert ingest([record(message(), headers=headers)], [meter]).dead == {}


def test_what_is_done_by_hand_goes_before_telemetry_of_equal_quality():
    def value(happenings):
        result = ingest(happenings, [METER])
        stored = result.readings.get(("m-1", NOON))
        return stored and stored.import_wh, result.history

    told = record(message(imported=100))
    again = record(message(imported=99), offset=1)
    by_hand = [Correction("m-1", Reading(NOON, wh, 10, quality)) for wh, quality in ((70, "M"), (80, "M"), (90, "S"))]
    assert value([told, by_hand[0]]) == (70, 1)
    assert value([told, by_hand[0], again]) == (70, 2)
    assert value([told, by_hand[0], by_hand[1]]) == (80, 2)
    assert value([told, by_hand[2]]) == (100, 1)
    out = Discard("m-1", NOON, NOON + 1)
    assert value([told, out]) == (None, 1)
    assert value([told, out, again]) == (None, 2)
    assert value([told, out, by_hand[2], again]) == (99, 2)
    assert value([told, Discard("m-1", NOON + 1, NOON + 2)]) == (100, 0)


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
    assert {kind for _, kind, _, _ in settled.anomalies} == {"outlier", "break", "reset"}
    assert {split.quality for split in settled.rows.values()} == {"M", "S", "E"}
    assert any(received < expected for expected, received in settled.status.values())
    assert sum(split.community_wh for split in settled.rows.values()) > 0
    # The energy of a meter without breaks is what its registers rose by.
    imported = [reading.import_wh for (name, _), reading in sorted(result.readings.items()) if name == "home-10"]
    rows = [split.import_wh for (_, name), split in settled.rows.items() if name == "home-10"]
    assert sum(rows) == imported[-1] - imported[0]
