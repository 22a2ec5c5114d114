"""What is computed once a session, or of the sample once a server, and kept under the keys of what it hangs on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from operator import attrgetter
from types import NoneType
from typing import Any, ParamSpec, TypeVar

import streamlit as st

from pages.parts.at_risk.scoring import Scoring
from pages.parts.shell.sample import sample_book, sample_signals, sample_source
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
    Scoring: attrgetter("key"),
    Signals: attrgetter("key"),
    Table: attrgetter("sha256"),
    Band: repr,
    Reading: repr,
}
"""What tells one argument from another of its type."""
FOR_EVERYBODY = 8
"""How many times as many results of the sample are kept for the server as of a file for its session."""
_PLAIN = (str, int, float, date, NoneType)


def cached(compute: Callable[Given, Result], *, most: int = 32) -> Callable[Given, Result]:
    """A function whose results are kept for the session, those of the sample for every session; no page changes one.

    The sample is nobody's data: what is counted of it once need not be counted again for the next visitor.

    Args:
        compute: what costs over 20 ms at a million customers.
        most: how many results are kept.
    """
    own: Callable[Given, Result] = st.cache_resource(
        scope="session", max_entries=most, show_spinner=False, hash_funcs=KEYS
    )(compute)
    everybodys: Callable[Given, Result] = st.cache_resource(
        scope="global", max_entries=most * FOR_EVERYBODY, show_spinner=False, hash_funcs=KEYS
    )(compute)

    @wraps(compute)
    def kept(*args: Given.args, **named: Given.kwargs) -> Result:
        return (everybodys if is_of_the_sample((args, named)) else own)(*args, **named)

    return kept


def is_of_the_sample(given: object) -> bool:
    """Whether nothing but the sample, and plain words and numbers, is asked about, with every name as it is.

    Pseudonyms are the session's own, by its secret: what shows them is never shared.
    """
    match given:
        case Book():
            return given.same_file(sample_book())
        case Source():
            return given.key == sample_source().key
        case SourceFile():
            return given.source.key == sample_source().key
        case Table():
            return given is sample_source().signals
        case Signals():
            return given is sample_signals()
        case Scoring():
            return is_of_the_sample(given.signals)
        case dict():
            return not given.get("hide_names") and all(map(is_of_the_sample, given.values()))
        case tuple() | list():
            return all(map(is_of_the_sample, given))
        case _:
            return isinstance(given, _PLAIN)
