"""What the tables must hold, computed from the records alone: slow, obvious, and independent of the program under test.

Everything is an exact integer (or a Fraction on its way to one). Time is microseconds since 1970-01-01T00:00:00Z, energy is Wh.
It follows ARCHITECTURE.md and the README ("What it reads"), not the program's code. What readers of other makes send is not decoded
here: tests that send it say what it means, see `homes.Message`.
"""

from .finality import final_at, instant_of, is_closed, local, rule_at
from .ingestion import Ingested, enqueued_time, header_text, ingest
from .intervals import interval_energy
from .model import (
    DAY,
    EPOCH,
    HOUR,
    HUB_TIME,
    IMPORTED,
    LOCAL_TIME,
    SECOND,
    SNAPPED,
    WHOLE,
    Community,
    Correction,
    Device,
    Discard,
    MeterSwap,
    Participation,
    Profile,
    Reading,
    Record,
    Rule,
    microseconds,
)
from .registers import Edge, breaks, find_anomalies, register_at, running_registers, without_outliers
from .settlement import Settled, Split, settle, settle_all
from .sharing import Interval, divide, share

__all__ = [
    "DAY",
    "EPOCH",
    "HOUR",
    "HUB_TIME",
    "IMPORTED",
    "LOCAL_TIME",
    "SECOND",
    "SNAPPED",
    "WHOLE",
    "Community",
    "Correction",
    "Device",
    "Discard",
    "Edge",
    "Ingested",
    "Interval",
    "MeterSwap",
    "Participation",
    "Profile",
    "Reading",
    "Record",
    "Rule",
    "Settled",
    "Split",
    "breaks",
    "divide",
    "enqueued_time",
    "final_at",
    "find_anomalies",
    "header_text",
    "ingest",
    "instant_of",
    "interval_energy",
    "is_closed",
    "local",
    "microseconds",
    "register_at",
    "rule_at",
    "running_registers",
    "settle",
    "settle_all",
    "share",
    "without_outliers",
]
