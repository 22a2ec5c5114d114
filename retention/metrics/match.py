"""Which reading of this file gives the figure of the last deck? Every reading, those that match, and a way back.

A reading is one convention, one twelve-month window, one set of rules and one filter. The standard reading is the
Standards Board's convention over the window to the last complete month end, on the book as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from itertools import pairwise, permutations

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.metrics.conventions import (
    CONVENTIONS,
    PARTS,
    STANDARD,
    convention_counts,
    convention_named,
    customer_parts,
    weighed,
)
from retention.metrics.logo import window_ends
from retention.metrics.tally import check_windows, groups_present
from retention.periods import last_complete_month_end, opening_of

MONTH_ENDS = 6
AS_SET, NO_FILTER, UNFILTERED = "as set", "none", "without the filter"
FLOAT_NOISE = 1e-12
COUNTED = pl.Schema({"rule": pl.String, "filter": pl.String, "window_end": pl.Date, **dict.fromkeys(PARTS, pl.Int64)})


@dataclass(frozen=True)
class Reading:
    """One way to read the file.

    Attributes:
        convention: a name of ``CONVENTIONS``.
        window_end: the closing snapshot of its twelve months.
        rule: "as set", or the name of another Book of the same file.
        filter: "none", "without the filter", or "attribute: value".
    """

    convention: str
    window_end: date
    rule: str = AS_SET
    filter: str = NO_FILTER


READING = tuple(dimension.name for dimension in fields(Reading))


def match_figure(
    book: Book,
    *,
    reported: float,
    tolerance: float = 0.0005,
    books: Mapping[str, Book] | None = None,
    by: str | None = None,
) -> pl.DataFrame:
    """The readings of this file that give a reported rate, fewest departures from the standard first.

    A match is no proof: with many readings tried, some land near any figure. ``all_readings`` holds all that were
    tried, so that their number can be said.

    Args:
        book: the customers; a filter on it is the filter in use.
        reported: the rate to find, 0-1 (91% is 0.91).
        tolerance: how far a rate may lie from it; 0.0005 is a figure printed with one decimal.
        books: the same file under other rules, by name.
        by: an attribute whose values are tried as filters, each alone.

    Returns:
        One row per reading that matches, ties included: the columns of ``all_readings`` and difference (rate minus
        reported). Empty where nothing reproduces it.

    Raises:
        InputError: a figure that is no rate.
        NeedsDates: the file holds tenures only.
    """
    if not 0 <= reported <= 3:
        raise InputError(f"A rate lies between 0 and 1: write 91% as 0.91, not {reported:g}.")
    difference = pl.col("difference")
    return (
        all_readings(book, books=books, by=by)
        .with_columns(difference=pl.col("logo_retention") - reported)
        .filter(difference.abs() <= tolerance + FLOAT_NOISE)
        .sort("departures", difference.abs(), maintain_order=True)
    )


def all_readings(book: Book, *, books: Mapping[str, Book] | None = None, by: str | None = None) -> pl.DataFrame:
    """Every reading of a file: each convention, each of the last six month ends, each rule and each filter.

    Args:
        book: the customers; a filter on it is the filter in use, and is tried without too.
        books: the same file under other rules, by name, with the same filter.
        by: an attribute whose values are tried as filters, each alone.

    Returns:
        One row per reading with somebody in its base: convention, window_start, window_end, rule, filter,
        logo_retention = kept / base, kept, base and departures (how many of the four differ from the standard
        reading; each rule that differs counts). Conventions in their own order, the latest window first.
    """
    ends = window_ends(book, months=12, every="1mo")[-MONTH_ENDS:]
    tables = [
        table
        for rule, ruled in {AS_SET: book, **(books or {})}.items()
        for table in _readings_of(ruled, [end for end in ends if end <= ruled.as_of], rule, by)
    ]
    counted = pl.concat([pl.DataFrame(schema=COUNTED), *tables])
    ruled_apart = {rule: _rules_apart(book, other) for rule, other in (books or {}).items()}
    openings = [opening_of(end, 12) for end in ends]
    order = {name: place for place, name in enumerate(CONVENTIONS)}
    return (
        pl.concat(
            counted.select(
                pl.lit(name).alias("convention"),
                "window_end",
                "rule",
                "filter",
                kept=weighed(convention.kept),
                base=weighed(convention.base),
            )
            for name, convention in CONVENTIONS.items()
        )
        .filter(pl.col("base") > 0)
        .with_columns(
            window_start=pl.col("window_end").replace_strict(ends, openings, return_dtype=pl.Date),
            logo_retention=pl.col("kept") / pl.col("base"),
            departures=(pl.col("convention") != STANDARD).cast(pl.Int64)
            + (pl.col("window_end") != last_complete_month_end(book.as_of)).cast(pl.Int64)
            + pl.col("rule").replace_strict(ruled_apart, default=0, return_dtype=pl.Int64)
            + (pl.col("filter") != NO_FILTER).cast(pl.Int64),
        )
        .sort(
            pl.col("convention").replace_strict(order, return_dtype=pl.Int64),
            pl.col("window_end"),
            descending=[False, True],
            maintain_order=True,
        )
        .select(
            "convention", "window_start", "window_end", "rule", "filter",
            "logo_retention", "kept", "base", "departures",
        )
    )  # fmt: skip


def _readings_of(book: Book, ends: list[date], rule: str, by: str | None) -> list[pl.DataFrame]:
    """The counts of a book's windows: of all its customers, of each value of an attribute, and without its filter."""
    if not ends:
        return []
    openings = [opening_of(end, 12) for end in ends]
    check_windows(book, openings, ends)
    split = convention_counts(book, openings, ends, by=by)
    everybody = {name: count.sum(axis=0) for name, count in split.items()}
    groups = {NO_FILTER: everybody}
    if by is not None:
        for number, named in groups_present(book, by):
            groups[_filter_name(by, named[by])] = {name: count[number] for name, count in split.items()}
    if book.mask is not None:
        unfiltered = convention_counts(_unfiltered(book), openings, ends)
        groups[UNFILTERED] = {name: count[0] for name, count in unfiltered.items()}
    return [
        pl.DataFrame(
            {
                "rule": [rule] * len(ends),
                "filter": [group] * len(ends),
                "window_end": ends,
                **{part: counts[part] for part in PARTS},
            },
            schema=COUNTED,
        )
        for group, counts in groups.items()
    ]


def _rules_apart(book: Book, other: Book) -> int:
    """How many rules differ between two books; another Book is at least one departure."""
    ours, theirs = asdict(book.rules), asdict(other.rules)
    return max(1, len([rule for rule in ours if ours[rule] != theirs[rule]]))


def _filter_name(by: str, value: object) -> str:
    return f"{by}: {'not recorded' if value is None else value}"


def _unfiltered(book: Book) -> Book:
    return replace(book, mask=None, key=f"{book.key} {UNFILTERED}")


def standard_reading(book: Book) -> Reading:
    """The reading behind today's number."""
    return Reading(STANDARD, last_complete_month_end(book.as_of))


def bridge(
    book: Book, reading: Reading, *, books: Mapping[str, Book] | None = None, by: str | None = None
) -> pl.DataFrame:
    """From a reading back to today's standard number, one departure at a time.

    Args:
        book: as given to ``match_figure``.
        reading: where to begin: ``reading_of`` a row of ``match_figure``.
        books: as given to ``match_figure``.
        by: as given to ``match_figure``.

    Returns:
        One row per departure undone: undone ("filter", "rule", "window_end" or "convention"), was, becomes (text),
        before, after (rates) and change = after - before. The changes sum to today's number minus the reading's.

    Raises:
        InputError: the reading, or today's, has nobody in its base.
    """
    rows = [
        {
            "undone": name,
            "was": str(getattr(earlier, name)),
            "becomes": str(getattr(later, name)),
            "before": before,
            "after": after,
            "change": after - before,
        }
        for (earlier, before), (later, after) in pairwise(_way_back(book, reading, books, by))
        for name in READING
        if getattr(earlier, name) != getattr(later, name)
    ]
    text, rate = ("undone", "was", "becomes"), ("before", "after", "change")
    return pl.DataFrame(rows, schema={**dict.fromkeys(text, pl.String), **dict.fromkeys(rate, pl.Float64)})


def bridge_steps(
    book: Book, reading: Reading, *, books: Mapping[str, Book] | None = None, by: str | None = None
) -> list[Reading]:
    """The readings a bridge passes through, from the given one to the standard one.

    Filter, rule, window and convention are undone in this order, unless a reading on the way has nobody in its base.
    """
    return [step for step, _ in _way_back(book, reading, books, by)]


def _way_back(
    book: Book, reading: Reading, books: Mapping[str, Book] | None, by: str | None
) -> list[tuple[Reading, float]]:
    """The readings of a bridge with their rates: the first order of undoing in which every rate exists."""
    standard = standard_reading(book)
    departed = [name for name in READING[::-1] if getattr(reading, name) != getattr(standard, name)]
    for order in permutations(departed):
        steps = [reading]
        for name in order:
            steps.append(replace(steps[-1], **{name: getattr(standard, name)}))
        rates = [_rate(_open(book, step, books, by), step) for step in steps]
        known = [(step, rate) for step, rate in zip(steps, rates, strict=True) if rate is not None]
        if len(known) == len(steps):
            return known
    raise InputError("There is no way back from this reading: a rate on the way has nobody in its base.")


def reading_of(row: Mapping[str, object]) -> Reading:
    """The reading of a row of ``match_figure`` or ``all_readings``."""
    return Reading(**{name: row[name] for name in READING})  # type: ignore[arg-type]


def customers_behind_step(
    book: Book, before: Reading, after: Reading, *, books: Mapping[str, Book] | None = None, by: str | None = None
) -> pl.LazyFrame:
    """The customers whose part differs between two readings of a file: those behind one step of a bridge.

    Returns:
        One row per customer: customer_id, kept_before, base_before, kept_after, base_after (0 where a reading does
        not hold the customer) and the columns of ``book.customers``.
    """
    sides = [(_open(book, reading, books, by), reading) for reading in (before, after)]
    # Logo numbers mean the same customers under the same facts only; other rules number their customers anew.
    key = "logo" if all(one.same_file(book) for one, _ in sides) else "customer_id"
    parts = [_own_parts(*side, key, when) for side, when in zip(sides, ("before", "after"), strict=True)]
    kept, base = (pl.col(f"{name}_before") != pl.col(f"{name}_after") for name in ("kept", "base"))
    return (
        parts[0]
        .join(parts[1], on=key, how="full", coalesce=True)
        .with_columns(pl.exclude(key).fill_null(0))
        .filter(kept | base)
        .join(_unfiltered(book).customers, on=key, how="left")
    )


def _own_parts(book: Book, reading: Reading, key: str, when: str) -> pl.LazyFrame:
    """One row per customer with a part in a reading: its key, kept and base."""
    convention = convention_named(reading.convention)
    kept, base = f"kept_{when}", f"base_{when}"
    own = (
        customer_parts(book, start=opening_of(reading.window_end, 12), end=reading.window_end)
        .select("logo", weighed(convention.kept).alias(kept), weighed(convention.base).alias(base))
        .filter((pl.col(kept) != 0) | (pl.col(base) != 0))
    )
    return own if key == "logo" else own.join(book.customers.select("logo", key), on="logo").drop("logo")


def _open(book: Book, reading: Reading, books: Mapping[str, Book] | None, by: str | None) -> Book:
    """The Book a reading reads."""
    ruled = {AS_SET: book, **(books or {})}.get(reading.rule)
    if ruled is None:
        raise InputError(f"There is no book under the rule {reading.rule!r}.")
    if reading.filter == NO_FILTER:
        return ruled
    if reading.filter == UNFILTERED:
        return _unfiltered(ruled)
    if by is not None:
        for _, named in groups_present(ruled, by):
            if _filter_name(by, named[by]) == reading.filter:
                return ruled.where(pl.col(by).eq_missing(pl.lit(named[by])))
    raise InputError(f"There is no filter {reading.filter!r}.")


def _rate(book: Book, reading: Reading) -> float | None:
    opening = opening_of(reading.window_end, 12)
    check_windows(book, [opening], [reading.window_end])
    counts = convention_counts(book, [opening], [reading.window_end])
    convention = convention_named(reading.convention)
    kept, base = (
        sum(times * int(counts[part].sum()) for part, times in side.items())
        for side in (convention.kept, convention.base)
    )
    return kept / base if base else None
