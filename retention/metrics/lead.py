"""Did logos lead the money? The path of a book over both rates, and whether one foretold the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, erfc, sqrt
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.metrics.logo import windows
from retention.metrics.revenue import revenue_trend
from retention.periods import opening_of

LAGS = (3, 4, 5, 6)
LEAST_MONTHS = 36
ECHOES = 2
PROBABLY = 0.05

Series = NDArray[np.float64]
Verdict = Literal["probably led", "no sign", "too short to say"]


def logo_beside_revenue(book: Book, *, months: int = 12, every: str = "1q") -> pl.DataFrame:
    """The path of a book over the two-by-two of logo and net revenue retention, one step per quarter.

    Args:
        book: the customers, with revenue by month.
        months: the length of each window.
        every: the step between window ends.

    Returns:
        One row per window, oldest first: window_end, starting, retained, logo_retention, starting_mrr, grr, nrr.

    Raises:
        InputError: no revenue by month, or amounts in several currencies.
        NeedsDates: the file holds tenures only.
    """
    revenue = revenue_trend(book, months=months, every=every)
    ends = revenue.get_column("window_end").to_list()
    if not ends:
        return revenue.select(
            "window_end", starting="customers", retained="customers", logo_retention="nrr",
            starting_mrr="starting_mrr", grr="grr", nrr="nrr",
        )  # fmt: skip
    logos = windows(book, [opening_of(end, months) for end in ends], ends)
    return logos.select("window_end", "starting", "retained", "logo_retention").join(
        revenue.select("window_end", "starting_mrr", "grr", "nrr"), on="window_end", maintain_order="left"
    )


@dataclass(frozen=True)
class Lead:
    """Whether months of good logo retention were followed, some months on, by months of good NRR.

    Attributes:
        verdict: "probably led", "no sign", or "too short to say".
        months: how many months both rates are known for, one after the other.
        lag: the lag in months, of those asked for, at which the two go together most; None where none can be told.
        p: how often two unrelated histories go together as well at one of the lags; None where it cannot be told.
        correlations: one row per lag: lag_months (negative: revenue first), months compared, correlation.
    """

    verdict: Verdict
    months: int
    lag: int | None
    p: float | None
    correlations: pl.DataFrame


def logo_lead(book: Book, *, lags: Sequence[int] = LAGS) -> Lead:
    """Whether logo retention led revenue retention in this book's own history: single months, no trailing windows.

    One book is one history: a lead found here is a hint, not a law, and both may follow a third thing.

    Args:
        book: the customers, with revenue by month.
        lags: months from a change in logo retention to the change in NRR it might foretell.

    Raises:
        InputError: no revenue by month, or amounts in several currencies.
        NeedsDates: the file holds tenures only.
    """
    path = logo_beside_revenue(book, months=1, every="1mo").select("logo_retention", "nrr")
    gaps = path.with_row_index("at").filter(pl.any_horizontal(pl.all().is_null())).get_column("at")
    unbroken = path.slice(int(gaps.item(-1)) + 1) if len(gaps) else path
    return lead_of(unbroken.get_column("logo_retention").to_list(), unbroken.get_column("nrr").to_list(), lags=lags)


def lead_of(logo: Sequence[float], revenue: Sequence[float], *, lags: Sequence[int] = LAGS) -> Lead:
    """Whether one monthly series led another: their correlation at each lag, without trends and echoes.

    A straight trend is taken off both, and then what each month owes to the two before it by the habit of the first
    series (Box and Jenkins' prewhitening): two slow waves, or a link within the month, would otherwise look like a
    lead. The best lag is judged with the number of lags looked at allowed for, and must beat every lag backwards.
    """
    months = len(logo)
    if months < LEAST_MONTHS:
        return Lead("too short to say", months, None, None, _correlations([], [], 0))
    first, then = _without_trend(logo), _without_trend(revenue)
    if not first.any() or not then.any():
        return Lead("no sign", months, None, None, _correlations(first, then, max(lags)))
    table = _correlations(*_without_echoes(first, then), max(lags))
    forward = {row["lag_months"]: row for row in table.iter_rows(named=True) if row["correlation"] is not None}
    if not forward:
        return Lead("no sign", months, None, None, table)
    lag = max(lags, key=lambda months_on: float(forward[months_on]["correlation"]))
    strength, compared = forward[lag]["correlation"], forward[lag]["months"]
    chance = erfc(atanh(min(strength, 1 - 1e-12)) * sqrt(compared - 3) / sqrt(2)) / 2
    p = min(1.0, len(lags) * chance)
    backward = max(forward[-months_back]["correlation"] for months_back in lags)
    return Lead("probably led" if p <= PROBABLY and strength > backward else "no sign", months, lag, p, table)


def _without_echoes(first: Series, then: Series) -> tuple[Series, Series]:
    """Both series less what their two months before foretell by the habit of the first."""
    size = len(first)

    def before(series: Series) -> Series:
        return np.column_stack([series[ECHOES - step : size - step] for step in range(1, ECHOES + 1)])

    habit = np.linalg.lstsq(before(first), first[ECHOES:], rcond=None)[0]
    return first[ECHOES:] - before(first) @ habit, then[ECHOES:] - before(then) @ habit


def _without_trend(series: Sequence[float]) -> Series:
    values, time = np.asarray(series, dtype=float), np.arange(len(series), dtype=float)
    residuals: Series = values - np.polynomial.Polynomial.fit(time, values, 1)(time)
    return np.where(np.abs(residuals) < 1e-12, 0.0, residuals)


def _correlations(logo: Sequence[float] | Series, revenue: Sequence[float] | Series, furthest: int) -> pl.DataFrame:
    """The correlation of two series at every lag up to ``furthest`` either way; null where one does not move."""
    rows = []
    for lag in range(-furthest, furthest + 1) if len(logo) else ():
        first, then = (logo[: len(logo) - lag], revenue[lag:]) if lag >= 0 else (logo[-lag:], revenue[:lag])
        moves = np.std(first) > 0 and np.std(then) > 0
        rows.append((lag, len(first), float(np.corrcoef(first, then)[0, 1]) if moves else None))
    schema = {"lag_months": pl.Int64, "months": pl.Int64, "correlation": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")
