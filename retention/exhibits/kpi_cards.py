"""One figure on a card: its value and the one before, a benchmark, and what somebody has to know to read it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels
from retention.benchmarks import Kind, company_figures, published, segment_bands, unweighted_band, vintage
from retention.book import Book
from retention.errors import InputError, RetentionError
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lines import lines_by, own_mix
from retention.exhibits.wording import window_name
from retention.glossary import define
from retention.kpi_texts import KPI_TEXTS
from retention.metrics.logo import logo_retention, windows
from retention.metrics.revenue import revenue_retention
from retention.periods import window_before

MONEY: Final = ("grr", "nrr")


@dataclass(frozen=True)
class Value:
    """A figure of one window, as printed, with the counts it rests on."""

    figure: str
    counts: str
    customers: int | None


@exhibit
def kpi_card(book: Book, *, kpi: str, start: date, end: date, currency: str = "$") -> Exhibit:
    """One figure on a card: value, prior period, benchmark, definition, why it matters, how it is read, for whom.

    Args:
        book: the customers.
        kpi: "logo_retention", "logo_churn", "churned", "grr" or "nrr".
        start: the opening snapshot.
        end: the closing snapshot.
        currency: the sign before an amount.

    Table: one row per line of the card: part, text.

    Raises:
        InputError: there is no such card.
    """
    if kpi not in KPI_TEXTS:
        raise InputError(f"There is no KPI card called {kpi!r}. There are: {', '.join(KPI_TEXTS)}.")
    term, now, earlier = define(kpi), _value(book, kpi, start, end, currency), window_before(start, end)
    metric = "revenue_retention" if kpi in MONEY else "logo_retention"
    lines = {
        f"Value, {window_name(start, end)}": _said(now),
        f"Before, {window_name(*earlier)}": _before(book, kpi, earlier, currency),
        "Benchmark": _benchmark(book, kpi, start, end),
        **dict(_words(kpi)),
    }
    return Exhibit(
        title=f"{term.name}: {now.figure}",
        table=pl.DataFrame({"part": [*lines], "text": [*lines.values()]}),
        n=now.customers,
        as_of=book.as_of,
        terms=(kpi, *KPI_TEXTS[kpi].related),
        code=f"print(rt.{metric}(book, start={start!r}, end={end!r}))",
        headings={"part": "On the card", "text": "What it says"},
        figure=now.figure,
        currency=currency,
    )


def _words(kpi: str) -> Iterator[tuple[str, str]]:
    term, words = define(kpi), KPI_TEXTS[kpi]
    yield "Definition", term.definition
    yield "Why it matters", words.why
    yield "How it is calculated", term.formula
    yield "How to read it", words.reading
    yield from words.stages.items()
    yield "Owner, usually", words.owner
    yield "Related", ", ".join(define(other).name for other in words.related)


def _value(book: Book, kpi: str, start: date, end: date, currency: str) -> Value:
    if kpi not in MONEY:
        return _logo_value(kpi, logo_retention(book, start=start, end=end).row(0, named=True))
    row = revenue_retention(book, start=start, end=end).row(0, named=True)
    kept = row["kept_mrr"] - (row["expansion_mrr"] if kpi == "grr" else 0)
    money = f"{labels.money(kept, currency)} of {labels.money(row['starting_mrr'], currency)} a month"
    counts = f"{money}, {labels.customers(row['customers'])} who paid then"
    return Value(labels.percent(row[kpi]), counts + _range(row[f"{kpi}_low"], row[f"{kpi}_high"]), row["customers"])


def _logo_value(kpi: str, row: Mapping[str, Any]) -> Value:
    starting, churned = row["starting"], row["churned"]
    of = f"{churned:,} of {labels.customers(starting)} left"
    if kpi == "churned":
        return Value(f"{churned:,}", of, starting)
    rate, low, high = row["logo_retention"], row["low"], row["high"]
    if kpi == "logo_churn" and rate is not None:
        return Value(labels.percent(1 - rate), of + _range(1 - high, 1 - low), starting)
    stayed = f"{row['retained']:,} of {labels.customers(starting)} stayed"
    return Value(labels.percent(rate), stayed + _range(low, high), starting)


def _range(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" (95% range {labels.band(low, high)})"


def _said(value: Value) -> str:
    return value.counts if value.counts.startswith(f"{value.figure} of") else f"{value.figure}: {value.counts}"


def _before(book: Book, kpi: str, window: tuple[date, date], currency: str) -> str:
    """The same figure of the window before, where the file reaches back that far."""
    try:
        if kpi in MONEY:
            return _said(_value(book, kpi, *window, currency))
        row = windows(book, [window[0]], [window[1]]).row(0, named=True)
    except RetentionError as unknown:
        return str(unknown)
    return _said(_logo_value(kpi, row)) if row["starting"] else "Nobody was a customer at its opening."


def _benchmark(book: Book, kpi: str, start: date, end: date) -> str:
    """What is published for a year: for logos the bands of the book's own mix, for revenue the medians of all."""
    if kpi in MONEY:
        metric: Kind = "grr" if kpi == "grr" else "nrr"
        said = "; ".join(
            f"median {labels.percent(one.figure.low)} a year ({one.figure.publisher}, "
            f"{vintage(one.figure.year, book.as_of)}, {one.figure.how_known})"
            for one in company_figures(published(), metric=metric)
            if one.statistic == "median"
        )
        return said or "None is published that fits."
    bands = segment_bands(published())
    segments = lines_by(book, start=start, end=end, by="segment", bands=bands) if "segment" in book.attributes else []
    mix = own_mix(segments, bands)
    band = mix or unweighted_band(bands)
    of = "for your own mix of segments" if mix else "the plain average of its segments, because yours are not known"
    low, high = band.low, band.high if band.high is not None else 1.0
    source = f"({band.publisher}, {band.how_known}; {of})"
    if kpi == "logo_retention":
        return f"{labels.band(low, high)} a year {source}"
    if kpi == "logo_churn":
        return f"{labels.band(1 - high, 1 - low)} a year {source}"
    starting = logo_retention(book, start=start, end=end).item(0, "starting")
    return f"{round(starting * (1 - high)):,} to {round(starting * (1 - low)):,} in a year {source}"
