"""What a table says, in one sentence: with its counts, in the words of the ladder, no surer than the numbers are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from retention import labels
from retention.dashboard import Line
from retention.exhibits.wording import rate_sentence
from retention.metrics.compare import NewerOlder, Share


def range_cell(share: Share) -> str:
    """The 95% range of a rate for a table cell."""
    return labels.NOTHING if share.range is None else labels.percent_range(share.range.low, share.range.high)


def segments_sentence(
    lines: Sequence[Line], by: str, *, name_of: Callable[[object], str] = labels.value_name, since: str = "on the year"
) -> str:
    """Where customers were lost: the value with most of the losses, and any whose change is more than luck."""
    lost = sum(line.counts["churned"] for line in lines)
    if not lost:
        return "Nobody left in this window."
    worst = max(lines, key=lambda line: line.counts["churned"])
    lost_there = f"{name_of(worst.value)} lost {worst.counts['churned']:,} of the {lost:,} who left"
    head = f"{lost_there} ({rate_sentence(worst.now)})."
    moved = [line for line in lines if line.change is not None and line.change.rung in ("clearly", "probably")]
    if not moved:
        return f"{head} No {by} moved by more than luck could."
    said = "; ".join(
        f"{name_of(line.value)} {line.change.rung} {'up' if line.change.points > 0 else 'down'} "
        f"{labels.points(abs(line.change.points)).lstrip('+')}"
        for line in moved[:3]
        if line.change
    )
    looked = (
        f" Of {len(lines)} looked at, about {max(1, round(len(lines) / 10))} would move this far by luck."
        if len(lines) > 5
        else ""
    )
    return f"{head} {since[0].upper()}{since[1:]}: {said}.{looked}"


def cohorts_sentence(pooled: pl.DataFrame, halves: NewerOlder | None, *, age: int) -> str:
    """How many stay to an age over all complete cohorts, and whether newer ones do better."""
    at_age = pooled.filter(pl.col("age_months") == age)
    if at_age.is_empty():
        return f"No cohort is complete at {age} months yet."
    row = at_age.row(0, named=True)
    head = (
        f"{labels.percent(row['logo_retention'])} stayed {age} months: {row['retained']:,} of {row['eligible']:,}, "
        f"over {row['cohorts']} complete cohort{'s' if row['cohorts'] != 1 else ''}."
    )
    if halves is None or halves.change is None or halves.newer.rate is None or halves.older.rate is None:
        return head
    word = {
        "clearly": "clearly longer" if halves.change.points > 0 else "clearly less long",
        "probably": "probably longer" if halves.change.points > 0 else "probably less long",
        "no sign of a change": "about as long",
        "too early to tell": "too early to tell",
    }[halves.change.rung]
    return (
        f"{head} Newer customers (from {labels.month(halves.since)}) stay {word}: {labels.percent(halves.newer.rate)} "
        f"against {labels.percent(halves.older.rate)}."
        if word != "too early to tell"
        else f"{head} Whether newer ones (from {labels.month(halves.since)}) stay longer is too early to tell: "
        f"{labels.percent(halves.newer.rate)} against {labels.percent(halves.older.rate)}."
    )
