"""The sample company, which is nobody's data: read once a server, for every session that begins with it."""

from __future__ import annotations

from functools import cache
from threading import Lock

from retention.app_folder import APP_FOLDER
from retention.book import Book
from retention.intake.read.parsing import parse
from retention.reading import book_of
from retention.risk.signals import Signals
from retention.risk.signals_file import read_signals
from retention.source import Source

SAMPLES = APP_FOLDER / "data"
SAMPLE, SAMPLE_REVENUE, SAMPLE_SIGNALS = (
    SAMPLES / f"sample_{what}.csv" for what in ("customers", "revenue", "signals")
)
_READING = Lock()
"""Held while the sample is read: of many sessions that begin at once, one reads it and the others wait for that."""


def sample_source() -> Source:
    """The files of the sample, as they are understood by themselves."""
    with _READING:
        return _source()


def sample_book() -> Book:
    """The whole book of the sample under the standard rules."""
    with _READING:
        return _book()


def sample_signals() -> Signals:
    """The health signals of the sample."""
    with _READING:
        return _signals()


@cache
def _source() -> Source:
    table, revenue, signals = (parse(file.read_bytes(), file.name) for file in (SAMPLE, SAMPLE_REVENUE, SAMPLE_SIGNALS))
    return Source(table, revenue, signals)


@cache
def _book() -> Book:
    return book_of(_source())


@cache
def _signals() -> Signals:
    signals = _source().signals
    assert signals is not None
    return read_signals(signals)
