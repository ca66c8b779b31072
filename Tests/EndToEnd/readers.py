"""What readers that people own send: encoders of their payloads, written from samples of real ones.

Each message also says in `plain` what it means, as telemetry v1: the reference knows nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from homes import Message, hub_message, time_of
from reference import EPOCH, HOUR, HUB_TIME, LOCAL_TIME, SECOND, Device


@dataclass(frozen=True)
class Reader:
    """A make of readers: how it writes a reading (which has registers in Wh), and what is special about its time."""

    adapter: str
    body: Callable[[dict, Device], bytes]
    says_time: bool = True
    time_zone: str | None = None
    flags: int = 0
    content_type: str = "application/json"


def compact(value) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def turn(reading: dict, count: int) -> int:
    """Readers of one make differ, and so do the messages of one reader: which of `count` forms this reading takes."""
    return time_of(reading) // HOUR % count


def kilowatt_hours(wh: int, finer: str = "") -> float:
    """As JSON shows it: digits and a point. What is finer than a Wh is cut off by whoever reads it."""
    return float(f"{wh // 1000}.{wh % 1000:03}{finer}")


def split(wh: int, parts: int = 2) -> list[int]:
    """A register by tariffs."""
    first = [wh // (parts + 1)] * (parts - 1)
    return [*first, wh - sum(first)]


def local_time(reading: dict, zone: str):
    return (EPOCH + timedelta(microseconds=time_of(reading))).astimezone(ZoneInfo(zone))


def is_summer(moment) -> bool:
    return moment.dst() != timedelta(0)


# ---------------------------------------------------------------------------------------------------------- the readers


def homewizard(reading: dict, _: Device) -> bytes:
    """Newer firmware has totals; older firmware has tariffs alone, or totals that are null."""
    body = {
        "wifi_ssid": "home",
        "smr_version": 50,
        "meter_model": "LGF5E360",
        "active_tariff": 2,
        "active_power_w": -3.5,
    }
    for register in ("import", "export"):
        wh = reading.get(f"{register}_wh")
        if wh is None:
            continue
        if turn(reading, 3) < 2:
            body[f"total_power_{register}_kwh"] = kilowatt_hours(wh)
        elif turn(reading, 2):
            body[f"total_power_{register}_kwh"] = None
        for tariff, part in enumerate(split(wh, 2 + turn(reading, 3)), start=1):
            body[f"total_power_{register}_t{tariff}_kwh"] = kilowatt_hours(part)
    return compact(body | {"montly_power_peak_w": 3560.0, "gas_timestamp": 210606140010})


def shelly(reading: dict, _: Device) -> bytes:
    """A Pro 3EM; its totals are rounded by themselves, so they are not the sum of the phases."""
    component = {"id": 0, "a_total_act_energy": 0.06, "b_total_act_energy": 1.0}
    for name, member in (("import_wh", "total_act"), ("export_wh", "total_act_ret")):
        if name in reading:
            component[f"c_{member}_energy"] = float(f"{reading[name]}.01")
            component[member] = float(f"{reading[name]}.99")
    time = time_of(reading) / SECOND
    return notification("shellypro3em-1234567890ab", {"ts": time, "emdata:0": component}, turn(reading, 2))


def shelly_one_phase(reading: dict, _: Device) -> bytes:
    """A Pro EM with two channels, whose sum is the home's meter."""
    channels = {}
    for name, member in (("import_wh", "total_act_energy"), ("export_wh", "total_act_ret_energy")):
        if name in reading:
            for channel, part in enumerate(split(reading[name])):
                # .62 and .37 are below a Wh together as well.
                channels.setdefault(f"em1data:{channel}", {"id": channel})[member] = float(
                    f"{part}.{62 - 25 * channel}"
                )
    time = time_of(reading) / SECOND
    return notification("shellyproem50-1234567890ab", {"ts": time, **channels}, turn(reading, 2))


def notification(source: str, params: dict, form: int) -> bytes:
    if form == 0:
        return compact({"src": source, "dst": "home/events", "method": "NotifyStatus", "params": params})
    params["sys"] = {"unixtime": int(params.pop("ts")), "uptime": 17}
    return compact({"id": 1, "src": source, "dst": "user_1", "result": params})


def tasmota_sml(reading: dict, device: Device) -> bytes:
    """The names of a reader's members are those of its script."""
    names = [("Total_in", "Total_out"), ("total_in", "total_out"), ("E_in", "E_out"), ("1_8_0", "2_8_0")]
    imported, exported = names[turn(reading, 4)]
    sensor = {"Power_curr": -894, "Meter_number": "0901454d48000000000"}
    for name, member in (("import_wh", imported), ("export_wh", exported)):
        if name in reading:
            sensor[member] = kilowatt_hours(reading[name], "9")
    clock = local_time(reading, device.time_zone).strftime("%Y-%m-%dT%H:%M:%S")
    body = {"Time": clock, ("SML", "MT175")[turn(reading, 2)]: sensor, "TempUnit": "C"}
    return compact({"StatusSNS": body} if turn(reading, 2) else body)


def oesterreichs_energie(reading: dict, _: Device) -> bytes:
    time = time_of(reading) // SECOND
    body = {"0-0:96.1.0": {"value": "90296857"}, "1-0:1.7.0": {"value": 43, "time": time}}
    for name, code in (("import_wh", "1-0:1.8.0"), ("export_wh", "1-0:2.8.0")):
        if name in reading:
            body[code] = {"value": reading[name], "time": time}
    return compact(body | {"api_version": "v1", "name": "90296857", "sma_time": 2360.4})


def dsmr(reading: dict, device: Device) -> bytes:
    """A P1 telegram: two tariffs, the clock with S in summer and W in winter, and a checksum."""
    moment = local_time(reading, device.time_zone)
    lines = ["/KFM5KAIFA-METER", "", "1-3:0.2.8(50)"]
    lines.append(f"0-0:1.0.0({moment:%y%m%d%H%M%S}{'S' if is_summer(moment) else 'W'})")
    for name, code in (("import_wh", "1"), ("export_wh", "2")):
        for tariff, part in enumerate(split(reading[name]) if name in reading else [], start=1):
            lines.append(f"1-0:{code}.8.{tariff}({part // 1000:06}.{part % 1000:03}*kWh)")
    lines += ["0-0:96.14.0(0002)", "1-0:1.7.0(00.318*kW)", "0-1:24.2.1(170303100000W)(12785.123*m3)", "!"]
    text = "\r\n".join(lines).encode()
    return text + f"{crc16(text):04X}\r\n".encode()


def crc16(data: Iterable[int]) -> int:
    """CRC-16/ARC: x^16 + x^15 + x^2 + 1, lowest bit first, from 0."""
    remainder = 0
    for byte in data:
        remainder ^= byte
        for _ in range(8):
            remainder = (remainder >> 1) ^ (0xA001 if remainder & 1 else 0)
    return remainder


def sinapsi(reading: dict, _: Device) -> bytes:
    entry = {"ts": str(time_of(reading) // SECOND), "1-0:1.7.0.255_3,0_2": "59"}
    for name, code in (("import_wh", "1-0:1.8.0.255_3,0_2"), ("export_wh", "1-0:2.8.0.255_3,0_2")):
        if name in reading:
            entry[code] = str(reading[name])
    return compact([{"du": "DU12345678", "pod": "IT00123456789A", "data": [entry]}])


def linky(reading: dict, device: Device) -> bytes:
    """The program between meter and hub writes the meter's local time with a Z that is not meant so."""
    moment = local_time(reading, device.time_zone)
    season = "summer" if is_summer(moment) else "winter"
    stamp = {"dst": season, "date": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"}
    body = {"ADSC": {"raw": "041876012345", "value": 41876012345}, "DATE": {"raw": "", "value": "", "timestamp": stamp}}
    parts = split(reading["import_wh"])
    for label, wh in {"EAST": reading["import_wh"]}.items() if turn(reading, 2) else zip(("HCHC", "HCHP"), parts):
        body[label] = {"raw": f"{wh:09}", "value": wh}
    if "export_wh" in reading:
        body["EAIT"] = {"raw": f"{reading['export_wh']:09}", "value": reading["export_wh"]}
    return compact(body)


READERS = {
    "homewizard": Reader("homewizard", homewizard, says_time=False, flags=HUB_TIME),
    "shelly": Reader("shelly", shelly),
    "shelly-1phase": Reader("shelly", shelly_one_phase),
    "tasmota-sml": Reader("tasmota-sml", tasmota_sml, time_zone="America/Los_Angeles", flags=LOCAL_TIME),
    "oesterreichs-energie": Reader("oesterreichs-energie", oesterreichs_energie),
    "dsmr": Reader("dsmr", dsmr, time_zone="Europe/Amsterdam", content_type="text/plain"),
    "sinapsi": Reader("sinapsi", sinapsi),
    "linky": Reader("linky", linky, time_zone="Europe/Paris"),
}


def with_reader(device: Device, name: str) -> Device:
    return replace(device, adapter=READERS[name].adapter, time_zone=READERS[name].time_zone)


def reader_messages(device: Device, name: str, readings: list[dict], *, delay: int = 2 * SECOND) -> list[Message]:
    """Each reading in a message of its own."""
    reader = READERS[name]
    messages = []
    for reading in readings:
        enqueued = time_of(reading) + (delay if reader.says_time else 0)
        plain = hub_message(device.hub_id, {"v": 1, **reading, "#flags": reader.flags}, enqueued=enqueued)
        said = hub_message(device.hub_id, reader.body(reading, device), enqueued=enqueued)
        messages.append(replace(said, headers=with_type(said.headers, reader.content_type), plain=plain))
    return messages


def with_type(headers, content_type: str):
    return tuple((name, content_type.encode() if name == "content-type" else value) for name, value in headers)
