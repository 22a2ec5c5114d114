"""Does a customer success manager lose more than their accounts predict? Counts, expectation from the mix, and load.

Ownership is as recorded now: whoever handed accounts over no longer shows them. So customers without a manager, and
managers who own nobody at the close, are rows without a standing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import reduce
from math import erfc, sqrt
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.errors import InputError
from retention.metrics.conventions import parts_by
from retention.metrics.intervals import Z95, with_rate

Standing = Literal["as the mix predicts", "outside what the mix predicts", "far outside what the mix predicts"]
OUTSIDE, FAR_OUTSIDE = 1.96, 3.09
FEW_LOSSES = 5
"""Under this many expected losses the exact probabilities decide, not standard deviations."""
COVERAGE = {"Enterprise": 40, "Mid-Market": 75, "SMB": 200}
"""The most accounts of a segment that one manager is said to cover (a metrics glossary, January 2026)."""


def manager_table(
    book: Book,
    *,
    start: date,
    end: date,
    by: str = "csm",
    mix: str = "segment",
    coverage: Mapping[str, int] = COVERAGE,
) -> pl.DataFrame:
    """Each manager's losses beside those their mix of accounts predicts at everybody else's rates.

    Expected losses are the sum over segments of n x r, where r is the segment's loss rate without their own accounts;
    variance is the sum of n x r x (1 - r). Accounts of a segment nobody else serves cannot be compared.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        by: the attribute that names the manager.
        mix: the attribute the expectation is made of.
        coverage: segment -> the most accounts one manager covers.

    Returns:
        One row per manager, most starting accounts first, the unassigned (null) last: by, starting, churned,
        retained, logo_retention, low, high, accounts (at the close), load (of a full book by ``coverage``; null
        where a segment has none, and for the unassigned), compared (starting accounts with somebody to compare
        with), churned_compared, expected (losses), variance, deviations (of losses from expected, in standard
        deviations), p (one-sided: so many losses or more, or so few or fewer), standing (null: no manager, nobody
        left to manage, or nothing to compare with). Counts are Int64.

    Raises:
        InputError: the window is empty or closes after the as-of date, or there is no such attribute.
        NeedsDates: the file holds tenures only.
    """
    segments = manager_segments(book, start=start, end=end, by=by, mix=mix)
    comparable, lost = pl.col("expected_rate").is_not_null(), pl.col("churned")
    n, r = pl.col("starting"), pl.col("expected_rate")
    unassigned = pl.col(by).is_null()
    named = segments.get_column(mix).unique().drop_nulls()
    most = pl.Series([_covered(segment, coverage) for segment in named], dtype=pl.Float64)
    full = pl.col(mix).replace_strict(named, most, default=None)
    summed = segments.group_by(by, maintain_order=True).agg(
        pl.col("starting", "churned", "retained", "accounts").sum(),
        load=pl.when((full.is_null() & (pl.col("accounts") > 0)).any().not_()).then((pl.col("accounts") / full).sum()),
        compared=n.filter(comparable).sum(),
        churned_compared=lost.filter(comparable).sum(),
        expected=(n * r).sum(),
        variance=(n * r * (1 - r)).sum(),
        own=n.filter(comparable),
        rates=r.filter(comparable),
    )
    told = [_told(row) for row in summed.iter_rows(named=True)]
    return (
        with_rate(summed)
        .with_columns(
            load=pl.when(~unassigned).then("load"),
            deviations=pl.when(pl.col("variance") > 0).then(
                (pl.col("churned_compared") - pl.col("expected")) / pl.col("variance").sqrt()
            ),
            p=pl.Series([p for p, _ in told], dtype=pl.Float64),
            standing=pl.when(~unassigned & (pl.col("accounts") > 0)).then(
                pl.Series([standing for _, standing in told], dtype=pl.String)
            ),
        )
        .sort(unassigned, -pl.col("starting"), by)
        .select(
            by, "starting", "churned", "retained", "logo_retention", "low", "high", "accounts", "load",
            "compared", "churned_compared", "expected", "variance", "deviations", "p", "standing",
        )
    )  # fmt: skip


def manager_funnel(managers: pl.DataFrame) -> pl.DataFrame:
    """How far each manager's retention stands from what their mix predicts, and how far luck alone would carry it.

    Args:
        managers: a table of ``manager_table``; its first column names them.

    Returns:
        One row per manager who is judged: that first column, accounts (compared), gap = (expected losses - losses) /
        accounts, and reach = Z sqrt(variance) / accounts, both 0-1: luck alone keeps 95 of 100 within gap = -/+ reach;
        standing as in ``manager_table``, which is exact where few are expected to leave.
    """
    n = pl.col("compared")
    return managers.filter(pl.col("standing").is_not_null() & (n > 0)).select(
        managers.columns[0],
        "standing",
        accounts=n,
        gap=(pl.col("expected") - pl.col("churned_compared")) / n,
        reach=Z95 * pl.col("variance").sqrt() / n,
    )


def manager_segments(book: Book, *, start: date, end: date, by: str = "csm", mix: str = "segment") -> pl.DataFrame:
    """What a manager's accounts are made of, and what everybody else's accounts of the same kind lost.

    Returns:
        One row per manager and segment with a customer at either end: by, mix, starting, churned, retained, accounts
        (at the close), others (starting accounts of the segment that are not theirs), expected_rate (share of those
        lost; null where there are none).
    """
    if by == mix:
        raise InputError(f"Managers are held to a mix of something else than {by!r}.")
    n, lost = pl.col("starting"), pl.col("churned")
    others, others_lost = (column.sum().over(mix) - column for column in (n, lost))
    return (
        parts_by(book, by, mix, start=start, end=end)
        .filter((n > 0) | (pl.col("ending") > 0))
        .with_columns(accounts="ending", churned=n - pl.col("retained"))
        .with_columns(others=others, expected_rate=pl.when(others > 0).then(others_lost / others))
        .select(by, mix, "starting", "churned", "retained", "accounts", "others", "expected_rate")
    )


def _told(row: Mapping[str, object]) -> tuple[float | None, Standing | None]:
    """The one-sided probability of a manager's losses, and what it is called; nothing where nothing could vary."""
    lost, expected, variance = row["churned_compared"], row["expected"], row["variance"]
    if not (isinstance(lost, int) and isinstance(expected, float) and isinstance(variance, float)) or variance <= 0:
        return None, None
    deviations = (lost - expected) / sqrt(variance)
    if expected >= FEW_LOSSES:
        p = _beyond(abs(deviations))
    else:
        chances = losses_distribution(row["own"], row["rates"])  # type: ignore[arg-type]
        p = float(chances[lost:].sum() if deviations > 0 else chances[: lost + 1].sum())
    if p < _beyond(FAR_OUTSIDE):
        return p, "far outside what the mix predicts"
    return p, "outside what the mix predicts" if p < _beyond(OUTSIDE) else "as the mix predicts"


def _beyond(deviations: float) -> float:
    """The chance of a normal value beyond so many standard deviations on one side."""
    return erfc(deviations / sqrt(2)) / 2


def losses_distribution(accounts: list[int], rates: list[float]) -> NDArray[np.float64]:
    """The exact chance of 0, 1, 2, … losses among groups of accounts, each group with its own loss rate."""
    return reduce(np.convolve, (_binomial(n, rate) for n, rate in zip(accounts, rates, strict=True)), np.ones(1))


def _binomial(n: int, rate: float) -> NDArray[np.float64]:
    if rate in (0, 1):
        certain = np.zeros(n + 1)
        certain[int(n * rate)] = 1
        return certain
    steps = np.arange(n)
    odds = np.concatenate([[1.0], (n - steps) / (steps + 1) * rate / (1 - rate)])
    return (1 - rate) ** n * np.cumprod(odds)


def _covered(segment: str, coverage: Mapping[str, int]) -> float | None:
    named = {_letters(name): most for name, most in coverage.items()}
    most = named.get(_letters(segment))
    return None if most is None else float(most)


def _letters(name: object) -> str:
    return re.sub(r"[^a-z]", "", str(name).lower())
