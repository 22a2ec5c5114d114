"""What is computed once a session and kept under the keys of what it hangs on."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from retention.benchmarks import Band
from retention.book import Book
from retention.intake.table import Table
from retention.metrics.match import Reading
from retention.risk.signals import Signals
from retention.selection import Selection
from retention.source import Source, SourceFile

Given = ParamSpec("Given")
Result = TypeVar("Result")
KEYS: dict[str | type[Any], Callable[[Any], Any]] = {
    Book: attrgetter("key"),
    Source: attrgetter("key"),
    SourceFile: attrgetter("key"),
    Selection: attrgetter("key"),
    "pages.parts.at_risk.cached.Scoring": attrgetter("key"),
    Signals: attrgetter("key"),
    Table: attrgetter("sha256"),
    Band: repr,
    Reading: repr,
}
"""What tells one argument from another of its type."""


def cached(compute: Callable[Given, Result], *, most: int = 32) -> Callable[Given, Result]:
    """A function whose results are kept for the session; a page never changes one.

    Args:
        compute: what costs over 20 ms at a million customers.
        most: how many results are kept.
    """
    kept: Callable[Given, Result] = st.cache_resource(
        scope="session", max_entries=most, show_spinner=False, hash_funcs=KEYS
    )(compute)
    return kept
