"""A Book taken apart into plain frames and words, to be handed to another process, and put together again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from retention.book.book import Book
from retention.book.facts import NO_SPANS, WEIGHT, Facts
from retention.ledger import ENTRY_SCHEMA, Ledger
from retention.rules import Rules

_WHERE_KNOWN = ("terms", "revenue", "over_time")
_COUNTS = ("rows_read", "rows_used", "rows_repaired", "rows_set_aside", "rows_blank")
_ALWAYS_KNOWN = ("logo", "started_on", "first_started_on", "started_key", "churned_key", "first_key")
_TERMS = pl.Schema({"customer_id": pl.String, "term_start": pl.Date, "term_end": pl.Date})
_REVENUE = pl.Schema({"logo": pl.Int32, "month": pl.Int16, "mrr": pl.Float64, "charge": pl.Float64})


def taken_apart(book: Book) -> tuple[dict[str, pl.DataFrame], dict[str, Any]]:
    """A Book as it was built, whole and on its own day: its frames by name, and what else it says as plain data."""
    facts = book.facts
    frames = {
        "held": facts.held, "spans": facts.spans, "undated": book.undated, "entries": book.ledger.entries,
        "terms": facts.terms, "revenue": facts.revenue, "over_time": facts.over_time,
    }  # fmt: skip
    about = {
        "as_of": book.as_of.isoformat(),
        "rules": asdict(book.rules),
        "key": book.key,
        "clock": book.clock,
        "notes": book.notes,
        "mapping": book.mapping,
        "observed_from": facts.observed_from and facts.observed_from.isoformat(),
        "weighted": facts.weighted,
        "counts": {name: getattr(book.ledger, name) for name in _COUNTS},
    }
    return {name: frame for name, frame in frames.items() if frame is not None}, about


def put_together(frames: Mapping[str, pl.DataFrame], about: Mapping[str, Any]) -> Book:
    """The Book that was taken apart.

    Raises:
        ValueError: the frames are not those of a Book.
    """
    _check(frames, about)
    facts = Facts(
        held=frames["held"],
        spans=frames["spans"],
        **{name: frames.get(name) for name in _WHERE_KNOWN},  # type: ignore[arg-type]
        observed_from=about["observed_from"] and date.fromisoformat(about["observed_from"]),
        weighted=about["weighted"],
    )
    return Book(
        as_of=date.fromisoformat(about["as_of"]),
        rules=Rules(**about["rules"]),
        ledger=Ledger(**about["counts"], entries=frames["entries"]),
        key=about["key"],
        facts=facts,
        clock=about["clock"],
        notes=dict(about["notes"]),
        mapping=dict(about["mapping"]),
        undated=frames["undated"],
    )


def _check(frames: Mapping[str, pl.DataFrame], about: Mapping[str, Any]) -> None:
    """Raise where frames are not those of a Book: a number that stands for no customer is read beyond the last one."""
    held, spans = frames["held"], frames["spans"]
    weight = {WEIGHT: pl.Int64()} if about["weighted"] else {}
    whole = [
        held.get_column("logo").equals(pl.Series("logo", np.arange(held.height, dtype=np.int32))),
        held.schema["customer_id"] == pl.String and held.schema["first_started_on"] == pl.Date,
        not about["weighted"] or held.schema[WEIGHT].is_integer(),
        spans.schema == pl.Schema({**NO_SPANS, **weight})
        and not any(spans[name].has_nulls() for name in _ALWAYS_KNOWN),
        {"customer_id", "started_on"} <= set(frames["undated"].columns),
        frames["entries"].select(list(ENTRY_SCHEMA)).schema == ENTRY_SCHEMA,
        "terms" not in frames or frames["terms"].schema == _TERMS,
        "revenue" not in frames or frames["revenue"].schema == _REVENUE,
        all(_of_customers(frames[name], held.height) for name in ("spans", "revenue", "over_time") if name in frames),
        about["clock"] in ("calendar", "tenure") and isinstance(about["weighted"], bool),
        isinstance(about["key"], str) and all(isinstance(about["counts"][name], int) for name in _COUNTS),
        all(isinstance(text, str) for name in ("notes", "mapping") for text in (*about[name], *about[name].values())),
    ]
    if not all(whole):
        raise ValueError(whole)


def _of_customers(rows: pl.DataFrame, customers: int) -> bool:
    """Whether every row is of a customer there is."""
    logos = rows.get_column("logo")
    return logos.dtype == pl.Int32 and not logos.has_nulls() and bool(logos.is_between(0, customers - 1).all())
