"""What a plan starts from: the book's own counts, and what its customers are worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.labels import value_name
from retention.metrics.compare import Share
from retention.metrics.last_paid import with_arr
from retention.metrics.logo import customers_behind, windows
from retention.metrics.projection import LEAST_AGES, fit_sbg
from retention.metrics.survival import survival_curve
from retention.metrics.tally import WEIGHT
from retention.periods import key_of, months_reached, years_between
from retention.planning.goal import EVERYBODY, LONGEST_HORIZON
from retention.planning.projection import FloatArray
from retention.planning.value import SavedValue, value_of_saved

FEWEST_FOLLOWED: Final = 30
"""With fewer customers still followed, the projection says more about an age than the file does."""
MOST_SEGMENTS: Final = 8
"""More segments than this are no plan: the page takes the book as one."""


@dataclass(frozen=True)
class SegmentStart:
    """One segment before any goal is set.

    Attributes:
        segment: its name; customers without one are a segment of their own.
        share: the rate of the window as counts.
        arr_per_lost: average ARR of those it lost; None if nobody left or no ARR is known.
        arr_per_logo: average ARR at the opening; None if none is known.
    """

    segment: str
    share: Share
    arr_per_lost: float | None
    arr_per_logo: float | None


@dataclass(frozen=True)
class Start:
    """What the book says before any goal is set.

    Attributes:
        share: the rate of the window as counts.
        value: the ARR of a saved customer by two methods, or None where the file has no ARR.
        without_arr: customers at the opening whose ARR is unknown.
        segments: the same by segment, empty where the file has none (or more than ``MOST_SEGMENTS``).
        years: how long the window is.
    """

    share: Share
    value: SavedValue | None
    without_arr: int
    segments: tuple[SegmentStart, ...] = ()
    years: float = 1.0

    def yearly(self, rate: float | None) -> float | None:
        """What a rate of the window comes to over a year, if it held: 95% over 3 months is 81.5%."""
        return rate if rate is None or self.years == 1 else float(rate ** (1 / self.years))


def start_of_plan(book: Book, *, start: date, end: date) -> Start:
    """The opening customers, today's rate, and the value of a saved customer, from a window of the book."""
    counted = windows(book, [start], [end]).row(0, named=True)
    share = Share(counted["retained"], counted["starting"])
    value, known = _value(book, start, end)
    return Start(
        share, value, counted["starting"] - known, _segments(book, value, start, end), years_between(start, end)
    )


def _value(book: Book, start: date, end: date) -> tuple[SavedValue | None, int]:
    """What a saved customer is worth, and of how many at the opening the ARR is known."""
    known = _worth(with_arr(book, customers_behind(book, "starting", start=start, end=end), through=start), book)
    if known.is_empty() or not known.get_column("arr").sum():
        return None, 0
    lost = _worth(with_arr(book, customers_behind(book, "churned", start=start, end=end)), book)
    return value_of_saved(lost, known), int(known.get_column("logos").sum())


def _segments(book: Book, value: SavedValue | None, start: date, end: date) -> tuple[SegmentStart, ...]:
    if "segment" not in book.attributes:
        return ()
    counted = windows(book, [start], [end], by="segment").filter(pl.col("starting") > 0)
    if not 2 <= counted.height <= MOST_SEGMENTS:
        return ()
    worth = {row["segment"]: row for row in value.by_segment.iter_rows(named=True)} if value else {}
    return tuple(
        SegmentStart(
            segment=value_name(row["segment"]),
            share=Share(row["retained"], row["starting"]),
            arr_per_lost=worth.get(row["segment"], {}).get("arr_per_lost"),
            arr_per_logo=worth.get(row["segment"], {}).get("arr_per_logo"),
        )
        for row in counted.sort("starting").iter_rows(named=True)
    )


def _worth(customers: pl.LazyFrame, book: Book) -> pl.DataFrame:
    return (
        customers.filter(pl.col("arr").is_not_null())
        .group_by(_segment(book))
        .agg(book.counted().alias("logos"), _summed(book).alias("arr"))
        .sort("segment")
        .collect()
    )


def _summed(book: Book) -> pl.Expr:
    """The ARR of some rows together; in a counted book a row has it for each customer it stands for."""
    return (pl.col("arr") * pl.col(WEIGHT) if book.weighted else pl.col("arr")).sum()


def _segment(book: Book) -> pl.Expr:
    return pl.col("segment") if "segment" in book.attributes else pl.lit(None, dtype=pl.String).alias("segment")


@dataclass(frozen=True)
class Accounts:
    """Whom the book has at the close, and who looks after them.

    Attributes:
        by_segment: one row per segment (one, ``EVERYBODY``, where the plan has none): segment, accounts, arr (null
            where unknown), csms (null where the file names none); a manager with accounts in several segments counts
            in each by the share of their accounts there.
        by_csm: one row per manager, most accounts first: csm (null for those nobody has), accounts, arr.
        arr: ARR of everyone there at the close, as far as it is known; None where the file has none.
    """

    by_segment: pl.DataFrame
    by_csm: pl.DataFrame
    arr: float | None

    @property
    def customers(self) -> int:
        """Everyone there at the close."""
        return int(self.by_csm.get_column("accounts").sum())

    @property
    def managers(self) -> float | None:
        """How many managers look after them; None where the file names none."""
        named = self.by_csm.filter(pl.col("csm").is_not_null()).height
        return float(named) if named else None


def accounts_at_close(book: Book, *, start: date, end: date) -> Accounts:
    """The customers at the close by segment and by manager, as recorded now."""
    csm = pl.col("csm") if "csm" in book.attributes else pl.lit(None, dtype=pl.String)
    there = (
        with_arr(book, customers_behind(book, "ending", start=start, end=end), through=end)
        .with_columns(_segment(book), csm.alias("csm"), pl.col("arr").cast(pl.Float64))
        .select(
            "segment", "csm", "arr", *((WEIGHT,) if book.weighted else ())
        )  # alone, three values of no column would be a single row
        .collect()
    )
    if not 2 <= there.get_column("segment").n_unique() <= MOST_SEGMENTS:
        there = there.with_columns(segment=pl.lit(EVERYBODY))
    csms = pl.col("csms").sum().round(2) if "csm" in book.attributes else pl.lit(None, dtype=pl.Float64).alias("csms")
    accounts = book.counted().alias("accounts")
    summed = pl.when(pl.col("arr").count() > 0).then(_summed(book)).alias("arr")
    many = pl.col(WEIGHT) if book.weighted else 1
    part_of_csm = pl.when(pl.col("csm").is_not_null()).then(many / book.counted().over("csm"))
    by_segment = (
        there.with_columns(csms=part_of_csm)
        .group_by("segment")
        .agg(accounts, summed, csms)
        .sort("accounts", "segment")
        .with_columns(pl.col("segment").fill_null(value_name(None)))
    )
    by_csm = there.group_by("csm").agg(accounts, summed).sort(["accounts", "csm"], descending=[True, False])
    return Accounts(by_segment, by_csm, there.select(summed).item())


def ageing_of_book(book: Book, *, start: date, end: date) -> tuple[float, ...] | None:
    """The share of today's customers expected to be there 0, 1, 2, … months on, as the book's own survival has it.

    Every customer ages along the survival curve from the age it has at the close: S(age + k) / S(age), averaged over
    all of them. Ages that few have reached are projected. None where there is too little to go by: then every year
    loses the same share.
    """
    curve = survival_curve(book).filter((pl.col("age") == 0) | (pl.col("at_risk") >= FEWEST_FOLLOWED))
    if curve.height <= LEAST_AGES:
        return None
    completed = months_reached(end, key_of("first_started_on"))
    ages = (
        customers_behind(book, "ending", start=start, end=end)
        .group_by(completed.alias("age"))
        .agg(book.counted().alias("logos"))
        .sort("age")
        .collect()
    )
    ahead = 12 * LONGEST_HORIZON
    oldest = ages.get_column("age").max()
    try:
        survival = _continued(curve, int(oldest) + ahead if isinstance(oldest, int) else ahead)
    except InputError:  # nobody has left: nothing to age along
        return None
    age, logos = ages.get_column("age").to_numpy(), ages.get_column("logos").to_numpy()
    alive = survival[age] > 0
    if not alive.any():
        return None
    later = survival[age[alive, None] + np.arange(ahead + 1)] / survival[age[alive], None]
    together = np.average(later, axis=0, weights=logos[alive])
    if together[12] >= 1:
        return None
    return tuple(float(share) for share in np.minimum.accumulate(together / together[0]))


def _continued(curve: pl.DataFrame, months: int) -> FloatArray:
    """Survival at every age up to ``months``: the book's own, then as the projection fitted to it goes on."""
    known = curve.get_column("survival").to_numpy()[: months + 1]
    if len(known) > months:
        return np.asarray(known)
    projected = fit_sbg(curve).survival(range(months + 1))
    last = len(known) - 1
    return np.concatenate([known, projected[last + 1 :] / projected[last] * known[last]])


def monthly_revenue(begin: Start) -> float | None:
    """What the average customer at the opening pays a month: a twelfth of its ARR. None where the file has none."""
    return None if begin.value is None else begin.value.arr_per_logo / 12
