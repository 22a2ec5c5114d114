"""Where do we lose them? Retention by an attribute, against the window before and what is published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from retention import charts, labels
from retention.benchmarks import FIRST_SOURCE, Band, published, segment_bands
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.lines import Line, covered_people, covered_share, lines_by, own_mix, total_line
from retention.exhibits.wording import (
    change_in_short,
    change_range,
    heading,
    inside_sentence,
    points,
    rate_sentence,
    span_before,
    standing_sentence,
    value_named,
    way,
    window_name,
)
from retention.metrics.compare import Change, Share, against_the_others, verdict
from retention.pseudonyms import is_personal

AS_NOW = (
    "{} as recorded now, not at the opening: where customers change it as they grow, those who left keep their last "
    "value, and the upper ones look better than they were."
)
HELD_NOW = "{} as recorded now, not at the opening: whoever handed accounts over no longer shows them."
AT_OPENING = "{} as it was at the opening: who changed since is counted under what they were then."


REAL: Final = ("clearly", "probably")
"""The rungs of the ladder on which a difference is more than normal variation."""


def as_recorded(book: Book, by: str) -> str:
    """Of what day the values of an attribute are."""
    said = AT_OPENING if book.changes_over_time(by) else HELD_NOW if is_personal(by) else AS_NOW
    title = heading(book, by)
    return book.notes.get(f"bands.{by}") or said.format(title[:1].upper() + title[1:])


@exhibit
def retention_by(book: Book, *, start: date, end: date, by: str, hide_names: bool = False) -> Exhibit:
    """Retention by an attribute, each value against the window before; segments against published bands too.

    Table: one row per value and the total: its name, logo_retention, starting, churned, new, reactivated, ending,
    retained, low, high, change in words, change with its 95% range, and for segments band and standing.
    """
    bands = segment_bands(published(), publisher=FIRST_SOURCE) if by == "segment" else None
    lines = lines_by(book, start=start, end=end, by=by, bands=bands)
    total = total_line(book, start=start, end=end, band=own_mix(lines, bands) if bands else None)
    name_of = partial(value_named, by, hide_names=hide_names)
    title, since = heading(book, by), span_before(start, end)
    kind = inside_sentence(title)
    named = [(name_of(line.value), line) for line in lines]
    rows = [
        {by: name, **_counted(line), **(_banded(line, lines if line is total else None) if bands else {})}
        for name, line in [*named, ("Total", total)]
    ]
    source = next(iter(bands.values())).source if bands else ""
    weighted = f"Published bands: {source}. Total: the same bands weighted by your own mix of segments."
    return Exhibit(
        title=segments_title(lines, kind, name_of=name_of),
        sentences=(
            *filter(None, [others_sentence(lines, kind, name_of=name_of)]),
            moves_sentence(lines, kind, name_of=name_of, since=since),
            f"Over the {window_name(start, end)}. {as_recorded(book, by)}",
            *([weighted] if bands else []),
        ),
        table=pl.DataFrame(rows, infer_schema_length=None),
        drawing=partial(charts.segment_ranges, [line.drawn(name) | {by: name} for name, line in named], by=by),
        n=total.row["starting"],
        as_of=book.as_of,
        terms=("logo_retention", "attributes_as_now", "ladder", "newcombe_interval", *(BANDED if bands else ())),
        code=f"print(rt.logo_retention(book, start={start!r}, end={end!r}, by={by!r}))",
        description=f"Retention by {title} over the {window_name(start, end)}, each with its 95% range",
        folded=("retained", "low", "high", "change_range"),
        headings={by: title, "band": "Benchmark", "moved": f"Change {since}", "change_range": "Change, 95% range"},
    )


BANDED = ("verdict", "swing_count", "mixed_band")


def _counted(line: Line) -> dict[str, object]:
    counts = ("logo_retention", "starting", "churned", "new", "reactivated", "ending", "retained", "low", "high")
    return {
        **{name: line.row[name] for name in counts},
        "moved": change_in_short(line.change),
        "change_range": change_range(line.change),
    }


def _banded(line: Line, parts: Sequence[Line] | None) -> dict[str, object]:
    """The band of a line and where it stands; the total by those of its parts that have a band."""
    band = line.band.label if line.band else labels.NOTHING
    if parts is None or line.band is None:
        return {"band": band, "standing": standing_sentence(line.verdict, line.share, line.band)}
    held = band if line.band.covers >= 0.5 else labels.NOTHING
    return {"band": held, "standing": mix_standing(line.band, parts)}


def mix_standing(mix: Band, parts: Sequence[Line]) -> str:
    """Where a book stands against the bands of its own mix: by the customers that have one, if they are half of it."""
    if mix.covers < 0.5:
        return f"No verdict: a band covers only {labels.percent(mix.covers, 0)} of the customers"
    share = covered_share(parts)
    standing = standing_sentence(verdict(share, mix.low, mix.high), share, mix)
    return standing if mix.covers == 1 else f"{standing} ({covered_people(parts)})"


def segments_title(lines: Sequence[Line], by: str, *, name_of: Callable[[object], str] = labels.value_name) -> str:
    """Where customers were lost: the value with most of the losses, and how its rate stands to the others'."""
    lost = sum(line.row["churned"] for line in lines)
    if not lost:
        return "Nobody left in this window."
    worst = max(lines, key=lambda line: line.row["churned"])
    lost_there = f"{name_of(worst.value)} lost {worst.row['churned']:,} of the {lost:,} who left"
    head = f"{lost_there} ({rate_sentence(worst.share)})"
    if len(lines) < 2:
        return f"{head}."
    apart = _apart(lines)
    if not apart:
        return f"No {by} stands apart from the others. {head}."
    below = {line.value: found for line, found in apart if found.points < 0}
    if worst.value in below:
        rate = labels.percent(others_of(worst, lines).rate)
        return f"{head}, {below[worst.value].rung} below the others’ {rate}."
    if not below:
        return f"{head}."
    lowest, found = min(apart, key=lambda one: one[1].points)
    return f"{head}; {found.rung} below the others: {name_of(lowest.value)}, {_with_counts(lowest.share)}."


def others_sentence(
    lines: Sequence[Line], by: str, *, name_of: Callable[[object], str] = labels.value_name
) -> str | None:
    """Whose customers stay less or more often than everybody else's; None where there is nobody else."""
    if sum(line.row["starting"] > 0 for line in lines) < 2:
        return None
    apart = sorted(_apart(lines), key=lambda found: found[1].points)
    said = [
        f"{where} the others: {'; '.join(_beside_others(line, beside, lines, name_of) for line, beside in found[:3])}."
        for where, found in (
            ("Below", [one for one in apart if one[1].points < 0]),
            ("Above", [one for one in reversed(apart) if one[1].points > 0]),
        )
        if found
    ]
    return " ".join(said) or f"No {by} stands apart from the others by more than normal variation."


def _apart(lines: Sequence[Line]) -> list[tuple[Line, Change]]:
    """The lines whose rate differs from the others' by more than normal variation."""
    beside = zip(lines, against_the_others([line.share for line in lines]), strict=True)
    return [(line, found) for line, found in beside if found is not None and found.rung in REAL]


def others_of(line: Line, lines: Sequence[Line]) -> Share:
    """Everybody in the window who is not of a line."""
    return Share(
        sum(other.share.retained for other in lines) - line.share.retained,
        sum(other.share.starting for other in lines) - line.share.starting,
    )


def _beside_others(line: Line, beside: Change, lines: Sequence[Line], name_of: Callable[[object], str]) -> str:
    own, others = _with_counts(line.share), _with_counts(others_of(line, lines))
    return f"{name_of(line.value)} {beside.rung}, {own} against {others}"


def _with_counts(share: Share) -> str:
    return f"{labels.percent(share.rate)} ({share.retained:,} of {share.starting:,})"


def moves_sentence(
    lines: Sequence[Line], by: str, *, name_of: Callable[[object], str] = labels.value_name, since: str = "on the year"
) -> str:
    """Which values moved since the window before by more than their normal variation."""
    moved = [line for line in lines if line.change is not None and line.change.rung in REAL]
    if not moved:
        return f"{since[0].upper()}{since[1:]}, no {by} moved by more than its normal variation."
    said = "; ".join(
        f"{name_of(line.value)} {line.change.rung} {way(line.change)} {points(line.change.printed)}"
        for line in moved[:3]
        if line.change
    )
    many = f" Of {len(lines)}, about {max(1, round(len(lines) / 10))} would move this far with nothing changed."
    return f"{since[0].upper()}{since[1:]}: {said}.{many if len(lines) > 5 else ''}"
