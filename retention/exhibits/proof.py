"""What Proof says: whether any reading gives the deck's figure, and the way from it to today's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from retention import labels
from retention.book import Book
from retention.intake.columns.registry import BRINGS, what_brings


def lacking(book: Book) -> list[dict[str, str]]:
    """What this file does not have, and what it would bring, for a small table."""
    parts = {"dates": book.clock == "calendar", "revenue": book.revenue is not None, "terms": book.terms is not None}
    has = {*book.attributes, *(part for part, there in parts.items() if there)}
    return [
        {"Not in this file": brings.part, "It would bring": brings.gives}
        for brings in BRINGS
        if not has & what_brings(brings)
    ]


def match_sentence(reported: float, matches: pl.DataFrame, readings: pl.DataFrame) -> str:
    """Whether any reading of the file gives the deck's figure; a match is no proof."""
    figure, tried = labels.percent(reported), readings.height
    if matches.is_empty():
        rates = readings.get_column("logo_retention").drop_nulls()
        nearest = min(rates, key=lambda rate: abs(rate - reported), default=None)
        near = "" if nearest is None else f"; the nearest gives {labels.percent(nearest)}"
        return f"Nothing reproduces {figure}: {tried:,} readings of this file were tried{near}"
    found = f"{matches.height:,} of {tried:,} readings give {figure}"
    return f"{found}. That one lands there is no proof that it was meant"


def readings_sentence(readings: pl.DataFrame) -> str:
    """How far apart the readings of a file lie, before any figure is known."""
    rates = readings.get_column("logo_retention").drop_nulls()
    if rates.is_empty():
        return "Nobody was a customer at any opening, so there is no reading to compare with"
    low, high = (labels.percent(rates.quantile(share, "nearest")) for share in (0, 1))
    return f"{readings.height:,} readings of this file give {low} to {high}. What did your last deck say?"


def tried_sentence(readings: pl.DataFrame) -> str:
    """What was combined: conventions, month ends, rules that change this file, filters."""
    rules = [rule for rule in readings.get_column("rule").unique(maintain_order=True) if rule != "as set"]
    filters = readings.get_column("filter").n_unique() - 1
    said = "; ".join(rules)
    ruled = f"the rules as set and otherwise ({said})" if rules else "the rules as set (no other changes this file)"
    cut = f"without a filter and under {filters} of them" if filters else "without another filter"
    conventions, ends = (readings.get_column(name).n_unique() for name in ("convention", "window_end"))
    return f"Tried: {conventions} conventions, twelve months to each of {ends} month ends, {ruled}, {cut}."


def reading_name(row: Mapping[str, Any], convention: str) -> str:
    """A reading in words, with how many choices part it from the standard."""
    cut = [said for said, standard in ((row["rule"], "as set"), (row["filter"], "none")) if said != standard]
    away = f"{row['departures']} departures" if row["departures"] > 1 else "1 departure"
    away = away if row["departures"] else "the standard reading"
    parts = [convention, f"12 months to {labels.day(row['window_end'])}", *cut]
    return f"{', '.join(parts)}: {labels.percent(row['logo_retention'])} ({away})"


def bridge_sentence(steps: pl.DataFrame) -> str:
    """From the deck's figure to today's, in one line."""
    first, last = steps.row(0, named=True), steps.row(-1, named=True)
    ends = f"From {labels.percent(first['before'])} to today's {labels.percent(last['after'])}"
    taken = "one step" if steps.height == 1 else f"{steps.height} steps"
    return f"{ends} in {taken}: {labels.points(last['after'] - first['before'])}."


def conventions_paragraph(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> str:
    """Why the seven conventions differ on this file, from what its customers did in the window.

    Args:
        counts: starting, retained, unbroken, ending, new, joined, cancellations, joined_and_left, left_and_returned.
        rates: convention -> its rate.
    """
    if not counts["starting"]:
        return "Nobody was a customer at the opening, so no convention has a rate."
    sentences = (_came_back, _other_cancellations, _joiners, _ending_minus_joined)
    said = [sentence for say in sentences if (sentence := say(counts, rates))]
    if not said:
        return "Nobody joined in this window and nobody who left came back: all seven count the same customers."
    standard = f"The Standards Board keeps {counts['retained']:,} of {counts['starting']:,}"
    return " ".join([f"{standard}, {labels.percent(rates['smsb'])}.", *said])


def _came_back(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> str | None:
    returned = counts["retained"] - counts["unbroken"]
    if not returned:
        return None
    return (
        f"{_some(returned)} left and came back, so Never lapsed, which counts them as lost, gives "
        f"{labels.percent(rates['never_lapsed'])}."
    )


def _other_cancellations(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> str | None:
    """Cancellations that cost the opening nobody."""
    joined, returned = counts["joined_and_left"], counts["left_and_returned"]
    former = counts["cancellations"] - joined - returned - (counts["starting"] - counts["retained"])
    kinds = [
        f"{number:,} by {who}"
        for number, who in (
            (joined, "customers who joined inside the window"),
            (returned, "customers who were back by its close"),
            (former, "former customers who came back and left again"),
        )
        if number
    ]
    if not kinds:
        return None
    total = joined + returned + former
    noun = "cancellation" if total == 1 else "cancellations"
    chartmogul = labels.percent(rates["chartmogul"])
    taken = "counts only the last kind" if joined + returned else "counts them too"
    out = f"{taken if former else 'takes them out again'}, {chartmogul}"
    return (
        f"{total:,} {noun} cost the opening nobody ({', '.join(kinds)}): Baremetrics counts them all the same, "
        f"{labels.percent(rates['baremetrics'])}; ChartMogul {out}."
    )


def _joiners(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> str | None:
    if not counts["joined"]:
        return None
    return (
        f"{_some(counts['joined'])} joined: Stripe adds them to those who could have cancelled, "
        f"{labels.percent(rates['stripe'])}, and End over start counts those still there as if they had been kept, "
        f"{labels.percent(rates['end_over_start'])}."
    )


def _ending_minus_joined(counts: Mapping[str, int], rates: Mapping[str, float | None]) -> str | None:
    gone = counts["joined"] - counts["new"]
    back = counts["ending"] - counts["retained"] - counts["new"]
    moves = [f"takes off the {gone:,} who joined and were gone by the close"] if gone else []
    moves += (
        [f"counts {back:,} former {'customer' if back == 1 else 'customers'} who came back as kept"] if back else []
    )
    if not moves:
        return None
    return f"Ending minus joined {' and '.join(moves)}: {labels.percent(rates['end_minus_new'])}."


_WORDS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def _some(number: int) -> str:
    """A number of customers at the head of a sentence."""
    return f"{_WORDS[number] if number < len(_WORDS) else f'{number:,}'} customer{'' if number == 1 else 's'}"
