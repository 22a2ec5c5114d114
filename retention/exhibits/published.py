"""What is published, to be read: every figure with its source, and the figures that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels
from retention.benchmarks import conflicts, vintage
from retention.exhibits.company_benchmarks import figure_label
from retention.glossary import define

_RATES: Final = ("logo_retention", "logo_churn", "grr", "nrr")


def figures_by_market(figures: pl.DataFrame, *, as_of: date | None) -> dict[str, pl.DataFrame]:
    """Every published figure as a reader needs it, one table a market, in the order of the figures.

    Args:
        figures: as ``benchmarks.published`` gives them.
        as_of: the day they are looked at from.

    Returns:
        Market -> one row per figure, all text: what it is, of which period, segment, figure, statistic, sample, who
        published it, year, how it is known, note.
    """
    return {
        str(market): pl.DataFrame(
            [
                {
                    "Figure of": _metric(row["metric"]),
                    "Per": row["period"],
                    "Segment": row["segment"],
                    "Figure": _figure(row),
                    "Statistic": row["statistic"],
                    "Sample": row["population"],
                    **_source(row, as_of),
                    "Note": row["note"],
                }
                for row in rows.iter_rows(named=True)
            ],
            infer_schema_length=None,
        )
        for (market,), rows in figures.partition_by("market", as_dict=True, maintain_order=True).items()
    }


def disagreeing_by_market(figures: pl.DataFrame, *, as_of: date | None) -> dict[str, pl.DataFrame]:
    """Where sources disagree, as yearly retention, one table a market: figures of one question in runs of rows.

    Args:
        figures: as ``benchmarks.published`` gives them.
        as_of: the day they are looked at from.
    """
    return {
        str(market): pl.DataFrame(
            [
                {
                    "Yearly": _metric(row["kind"]),
                    "Segment": row["segment"],
                    "Figure": figure_label(row["yearly_low"], row["yearly_high"]),
                    "Statistic": row["statistic"],
                    "Sample": row["population"],
                    **_source(row, as_of),
                    "Same sample": "yes" if row["same_population"] else "",
                    "Turned into a yearly rate": row["conversion"],
                    "Note": row["note"],
                }
                for row in rows.iter_rows(named=True)
            ],
            infer_schema_length=None,
        )
        for (market,), rows in conflicts(figures).partition_by("market", as_dict=True, maintain_order=True).items()
    }


def _source(row: Mapping[str, Any], as_of: date | None) -> dict[str, Any]:
    return {
        "Published by": row["publisher"],
        "In": row["title"],
        "Year": vintage(row["year"], as_of),
        "Known": row["how_known"],
    }


def _metric(name: str) -> str:
    if name in _RATES:
        return define(name).name
    words = name.replace("_", " ").replace("arr", "ARR").replace("csm", "CSM")
    return words[0].upper() + words[1:]


def _figure(row: Mapping[str, Any]) -> str:
    """A figure in its own unit, and how far it reaches where it is a range."""
    low, high, unit = row["value"], row["value_high"], row["unit"]
    is_open = high is None and row["statistic"] == "band"
    if unit in ("rate", "relative"):
        return figure_label(low, high if is_open or high is not None else low)
    times = 100 if unit == "points" else 1
    ends = [f"{round(end * times, 6):,.10g}" for end in (low, high) if end is not None]
    return f"{'–'.join(ends)}{'+' if is_open else ''} {unit}"


def market_heading(market: str) -> str:
    """A market as the heading of its table."""
    return {"consumer": "Consumer subscriptions", "mixed": "Samples of several markets"}.get(
        market, labels.one_line(market)
    )
