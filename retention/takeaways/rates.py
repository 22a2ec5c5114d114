"""What a table says, in one sentence: with its counts, in the words of the ladder, no surer than the numbers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from retention import labels
from retention.benchmarks import Band
from retention.dashboard import Line
from retention.listing import Worth
from retention.metrics.compare import Change, NewerOlder, Share, Verdict, luck
from retention.periods import months_between


def window_name(start: date, end: date) -> str:
    """A window in words: "12 months to 31 Dec 2025"."""
    months = months_between(start, end)
    if months is None:
        return f"{labels.day(start)} to {labels.day(end)}"
    return f"{months} month{'s' if months != 1 else ''} to {labels.day(end)}"


def span_before(start: date, end: date) -> str:
    """What a window is compared with: "on the year", or "on the 3 months before"."""
    months = months_between(start, end)
    return {12: "on the year", 1: "on the month before", None: "on the window before"}.get(
        months, f"on the {months} months before"
    )


def rate_sentence(share: Share) -> str:
    """A rate as a count: "85.8%: 1,410 of 1,644 customers stayed"."""
    if share.rate is None:
        return "Nobody was a customer at the opening, so there is no rate"
    return f"{labels.percent(share.rate)}: {share.retained:,} of {labels.customers(share.starting)} stayed"


def people_sentence(share: Share, window: str) -> str:
    """The counts behind a printed rate: "1,410 of 1,644 customers stayed over the 12 months to 31 Dec 2025."."""
    if share.rate is None:
        return "Nobody was a customer at the opening, so there is no rate."
    over = "over the" if " month" in window else "from"
    return f"{share.retained:,} of {labels.customers(share.starting)} stayed {over} {window}."


def change_sentence(change: Change | None, share: Share, *, since: str = "on the year") -> str:
    """A change in the words of the ladder, with what luck alone could do."""
    if change is None:
        return "There is no earlier window to compare with."
    size = labels.points(abs(change.points)).lstrip("+")
    way = "up" if change.points > 0 else "down"
    if change.rung == "no sign of a change":
        return f"No sign of a change {since}: the difference lies within a point either way."
    if change.rung == "clearly":
        return f"Clearly {way} {size} {since}."
    if change.rung == "probably":
        return (
            f"Probably {way} {size} {since}: with nothing changed, a move this big would still appear about "
            f"1 time in {change.one_in}."
        )
    moved = "Level" if round(change.points, 3) == 0 else f"{way.capitalize()} {size}"
    by = f"{(luck(share) or 0) * 100:.1f} pts, and a change by about {change.range.half_width * 100:.1f} pts"
    return f"{moved} {since}: too early to tell, luck alone moves a book this size by about {by}."


def change_in_short(change: Change | None) -> str:
    """A change for a table cell: "−1.9 pts, too early to tell"."""
    if change is None:
        return labels.NOTHING
    return f"{labels.points(change.points)}, {change.rung}"


def change_range(change: Change | None) -> str:
    """A change with its 95% range: "−1.9 pts (−4.3 to +0.5)"."""
    if change is None:
        return labels.NOTHING
    low, high = (labels.points(end).removesuffix(" pts") for end in (change.range.low, change.range.high))
    return f"{labels.points(change.points)} ({low} to {high})"


def share_cell(share: Share) -> str:
    """A pooled rate for a table cell: "89% (999 of 1,117)"."""
    if share.rate is None:
        return labels.NOTHING
    return f"{labels.percent(share.rate, 0)} ({share.retained:,} of {share.starting:,})"


def range_cell(share: Share) -> str:
    """The 95% range of a rate for a table cell."""
    return labels.NOTHING if share.range is None else labels.percent_range(share.range.low, share.range.high)


def verdict_sentence(verdict: Verdict | None, share: Share, band: Band | None) -> str:
    """A rate against a band: its standing, and how few customers would move it across the nearest bound."""
    if verdict is None or band is None or share.rate is None:
        return labels.NOTHING
    swing = swing_sentence(verdict, share)
    if verdict.standing == "cannot tell yet":
        if band.high is None and verdict.inside:
            return f"Cannot tell yet: {labels.percent(share.rate)}, over {labels.percent(band.low, 0)}, but {swing}"
        place = f"{labels.percent(share.rate)}, {'inside' if verdict.inside else 'outside'} {band.label}"
        return f"Cannot tell yet: {place}; {swing}"
    standing = {"below": "Below", "above": "Above", "within": "Within", "meets": "Meets"}[verdict.standing]
    return f"{standing} {band.label}; {swing}"


def swing_sentence(verdict: Verdict, share: Share) -> str:
    """How many customers stand between a rate and the nearest bound."""
    bound, count = labels.percent(verdict.bound, 0 if abs(verdict.bound * 100 % 1) < 1e-9 else 1), verdict.swing or 0
    if count > 0:
        return f"{count:,} more stayer{'s' if count != 1 else ''} would have reached {bound}"
    if -count > share.retained:
        return f"no number of losses would put it under {bound}"
    return f"{-count:,} more loss{'es' if count != -1 else ''} would put it under {bound}"


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


def people(share: Share) -> str:
    """A share as its counts: "1,410 of 1,644 stayed"."""
    return f"{share.retained:,} of {share.starting:,} stayed"


def renewal_lens(renewal: Mapping[str, Any]) -> str:
    """Decisions of a window in words, with the yearly pace they amount to."""
    if not renewal["due"]:
        return "no term ended in this window"
    pace = "" if renewal["yearly_rate"] is None else f"; at that pace {labels.percent(renewal['yearly_rate'])} a year"
    assumed = f" ({renewal['assumed']:,} on an assumed term of 12 months)" if renewal["assumed"] else ""
    return f"{renewal['renewed']:,} of {renewal['due']:,} terms that ended were renewed{assumed}{pace}"


def cohort_lens(share: Share) -> str:
    """The first year of every complete cohort in words."""
    return "no cohort is that old yet" if share.rate is None else f"{people(share)}, over complete cohorts"


def lenses_sentence(now: Share, renewal: Mapping[str, Any], locked: Mapping[str, int], joined_and_left: int) -> str:
    """What the rate of decisions counts that the rate over a window does not, or that the two agree.

    Args:
        now: the window's rate as counts.
        renewal: one row of ``renewal_retention``.
        locked: one row of ``locked_in``.
        joined_and_left: cancellations of customers who joined inside the window.
    """
    if now.rate is None or not renewal["due"] or renewal["yearly_rate"] is None:
        return "No term ended in the window, so it cannot be held against decisions."
    apart = renewal["yearly_rate"] - now.rate
    pace = f"On a yearly pace decisions keep {labels.percent(renewal['yearly_rate'])}"
    if abs(apart) < 0.01:
        return f"{pace}: the two lenses agree within a point."
    held = f"{locked['locked_in']:,} of the {locked['starting']:,} at the opening were locked in by their term"
    newcomers = f"they also count those who joined inside it, of whom {joined_and_left:,} left again"
    side = "less" if apart < 0 else "more"
    return f"{pace}, {labels.points(abs(apart)).lstrip('+')} {side} than the window: {newcomers}; and {held}."


def left_sentence(gone: Worth, currency: str = "$") -> str:
    """Who left, in sum: how many, and what they were worth where the file says."""
    if not gone.customers:
        return "Nobody left in this window."
    head = f"{labels.customers(gone.customers)} left"
    if gone.without_amount == gone.customers:
        return f"{head}."
    measure = gone.measure.upper()
    unknown = f" ({gone.without_amount:,} without an {measure})" if gone.without_amount else ""
    share = labels.percent(gone.ten_largest / gone.amount, 0) if gone.amount > 0 else ""
    largest = f"; the ten largest are {share} of it" if share and gone.customers > 10 else ""
    return f"{head}, worth {labels.money(gone.amount, currency)} of {measure}{unknown}{largest}."


def undated_sentence(share: Share, undated: int) -> str:
    """The rate if everyone who left on an unknown day had left in this window."""
    worst = Share(share.retained, share.starting + undated)
    return (
        f"{labels.customers(undated)} left on a day nobody can read and {'is' if undated == 1 else 'are'} set aside; "
        f"had all of them left in this window, the rate would be {labels.percent(worst.rate)}: "
        f"{worst.retained:,} of {worst.starting:,}."
    )


def trend_title(trend: pl.DataFrame) -> str:
    """A trailing trend in one sentence: where it stands, and its highest and lowest point in view."""
    known = trend.drop_nulls("logo_retention")
    if known.is_empty():
        return "There is no full year to look back on yet"
    last = known.row(-1, named=True)
    head = f"{labels.percent(last['logo_retention'])} kept over the 12 months to {labels.month(last['window_end'])}"
    if known.height < 3:
        return head
    rates = known.get_column("logo_retention")
    best = labels.month(known.row(int(rates.arg_max() or 0), named=True)["window_end"])
    worst = labels.month(known.row(int(rates.arg_min() or 0), named=True)["window_end"])
    if rates.max() == rates.min():
        return f"{head}, the same all along"
    if rates.arg_min() == known.height - 1:
        return f"{head}, the lowest of {known.height} quarters"
    if rates.arg_max() == known.height - 1:
        return f"{head}, the highest of {known.height} quarters"
    lowest, highest = labels.percent(min(rates)), labels.percent(max(rates))
    return f"{head}; between {lowest} ({worst}) and {highest} ({best})"
