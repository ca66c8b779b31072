"""What the tables must hold, computed from the records alone: slow, obvious, and independent of the program under test.

Everything is an exact integer (or a Fraction on its way to one). Time is microseconds since 1970-01-01T00:00:00Z, energy is Wh.
It follows ARCHITECTURE.md and the README ("What it reads"), not the program's code. What readers of other makes send is not decoded
here: tests that send it say what it means, see `homes.Message`.
"""

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
    Community,
    Correction,
    Device,
    Discard,
    MeterSwap,
    Participation,
    Reading,
    Record,
    microseconds,
)
from .registers import Edge, breaks, find_anomalies, register_at, running_registers, without_outliers
from .settlement import Settled, Split, settle
from .sharing import divide, share

__all__ = [
    "DAY",
    "EPOCH",
    "HOUR",
    "HUB_TIME",
    "IMPORTED",
    "LOCAL_TIME",
    "SECOND",
    "SNAPPED",
    "Community",
    "Correction",
    "Device",
    "Discard",
    "Edge",
    "Ingested",
    "MeterSwap",
    "Participation",
    "Reading",
    "Record",
    "Settled",
    "Split",
    "breaks",
    "divide",
    "enqueued_time",
    "find_anomalies",
    "header_text",
    "ingest",
    "interval_energy",
    "microseconds",
    "register_at",
    "running_registers",
    "settle",
    "share",
    "without_outliers",
]
