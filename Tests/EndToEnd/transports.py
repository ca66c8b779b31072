"""How a hub, or a local gateway, carries a message: AMQP's headers, the routing envelope, a record key, compression.

What a message means stays what it was: `plain` says it for the reference.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace

from homes import Message, rfc3339
from readers import compact


def amqp_text(text: bytes) -> bytes:
    return bytes([0xA1, len(text)]) + text if len(text) < 256 else b"\xb1" + len(text).to_bytes(4, "big") + text


def over_amqp(message: Message) -> Message:
    """All application properties and annotations keep their AMQP type; what describes the content is plain text."""
    extra = {
        "iothub-connection-auth-method": amqp_text(b'{"scope":"device","type":"sas","issuer":"iothub"}'),
        "iothub-connection-auth-generation-id": amqp_text(b"638765239356645892"),
        "x-opt-sequence-number": b"\x55\x2f",
        "x-opt-offset": amqp_text(b"37344"),
        "x-opt-enqueued-time": b"\x83" + (message.timestamp // 1000).to_bytes(8, "big"),
        "is-test": b"\x41",
    }
    headers = {}
    for name, value in message.headers:
        if name == "iothub-enqueuedtime":
            value = b"\x83" + (message.timestamp // 1000).to_bytes(8, "big")
        elif name.startswith("iothub-"):
            value = amqp_text(value)
        headers[name] = value
    return replace(message, headers=tuple((headers | extra).items()), plain=message.plain or message)


def in_envelope(message: Message, form: str) -> Message:
    """The hub's routing envelope; what is not JSON is always base64."""
    headers = dict(message.headers)
    stamp = rfc3339(message.timestamp).removesuffix("Z").split(".")[0] + ".0000000Z"
    properties = {
        "connectionDeviceId": headers["iothub-connection-device-id"].decode(),
        "connectionAuthMethod": '{"scope":"device","type":"sas","issuer":"iothub"}',
        "connectionDeviceGenerationId": "638765239356645892",
        "contentType": headers["content-type"].decode(),
        "contentEncoding": headers.get("content-encoding", b"utf-8").decode(),
        "enqueuedTime": stamp,
    }
    is_json = headers["content-type"] == b"application/json" and "content-encoding" not in headers
    if is_json and form == "object":
        body = json.loads(message.value)
    elif is_json and form == "text":
        body = message.value.decode()
    else:
        body = base64.b64encode(message.value).decode()
    value = {"EnqueuedTimeUtc": stamp, "Properties": {"a": "b"}, "SystemProperties": properties, "Body": body}
    return replace(message, value=compact(value), headers=(), plain=message.plain or message)


def under_key(message: Message) -> Message:
    """Plain Kafka: the key is the device, and the transport's time is the enqueued time."""
    return replace(message, headers=(), key=message.device.encode(), plain=message.plain or message)


def compressed(message: Message) -> Message:
    headers = (*message.headers, ("content-encoding", b"gzip"))
    return replace(message, value=gzip.compress(message.value), headers=headers, plain=message.plain or message)


TRANSPORTS: dict[str, Callable[[Message], Message]] = {
    "amqp": over_amqp,
    "amqp-gzip": lambda message: over_amqp(compressed(message)),
    "envelope-base64": lambda message: in_envelope(message, "base64"),
    "envelope-object": lambda message: in_envelope(message, "object"),
    "envelope-text": lambda message: in_envelope(message, "text"),
    "envelope-gzip": lambda message: in_envelope(compressed(message), "base64"),
    "gzip": compressed,
}
