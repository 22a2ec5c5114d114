"""What a file says, whatever day or filter it is looked at with: private to the Book and the engine that counts it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book.bands import as_numbers
from retention.coded import decoded
from retention.errors import InputError
from retention.periods import OPEN, day_key, key_of, months_reached

KEYS = ("logo", "started_key", "churned_key", "first_key")
WEIGHT = "customers"
"""The column of a counted file that says how many customers a row stands for."""
NO_SPANS = pl.Schema(
    {
        "logo": pl.Int32,
        **dict.fromkeys(("started_on", "churned_on", "first_started_on", "previous_churned_on"), pl.Date),
        **dict.fromkeys(("started_key", "churned_key", "first_key"), pl.Int32),
    }
)


NO_NUMBERS = ("logo", "customer_id", "parent_id")
"""Columns that number customers and measure nothing."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What the file says, whatever day or filter it is looked at with.

    Attributes:
        held: ``customers``, with the words coded that repeat.
        spans: one row per span: logo, started_on, churned_on, first_started_on, previous_churned_on and the keys
            started_key, churned_key (``OPEN`` while active), first_key. Empty where the file holds tenures only.
        terms: one row per contract term (customer_id, term_start, term_end = first day not covered), or None.
        revenue: one row per logo and month: logo, month (months since year 0), mrr (the sum of the file's rows) and
            charge (the largest of them: above 0 the month was charged for), by month, then logo; or None.
        observed_from: first starts before this day are left-truncated (their true start is unknown), or None.
        over_time: the attributes that changed while somebody was a customer: logo, from_on and one column each, in the
            order of the days, or None.
        weighted: whether a logo stands for many: ``held`` and ``spans`` then say for how many, as ``customers``.
        of_a_day: attributes that are bands of a number as it was on one day; who was no customer then has none.
    """

    held: pl.DataFrame
    spans: pl.DataFrame
    terms: pl.DataFrame | None = None
    revenue: pl.DataFrame | None = None
    observed_from: date | None = None
    over_time: pl.DataFrame | None = None
    weighted: bool = False
    of_a_day: frozenset[str] = frozenset()
    _codes: dict[str, tuple[pl.Series, list[object]]] = field(default_factory=dict, repr=False)

    @cached_property
    def customers(self) -> pl.DataFrame:
        """One row per logo, row i is logo i: logo, customer_id, first_started_on and the attributes, words as text.

        Where the file holds tenures only, also tenure_months and churned, and no first start.
        """
        return decoded(self.held)

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns of a span that the tally reads."""
        return (*KEYS, WEIGHT) if self.weighted else KEYS

    @property
    def height(self) -> int:
        """The number of logos."""
        return self.held.height

    def codes(self, column: str) -> tuple[pl.Series, list[object]]:
        """A dense number per logo for the values of an attribute, and the values; null is numbered last."""
        if column not in self._codes:
            values = self.held.get_column(column)
            known = values.drop_nulls().unique().sort()
            numbers = values.replace_strict(
                known, pl.Series(range(len(known)), dtype=pl.Int32), default=len(known), return_dtype=pl.Int32
            )
            self._codes[column] = (numbers.fill_null(len(known)), [*known, None])
        return self._codes[column]

    @cached_property
    def number_columns(self) -> list[str]:
        """The columns of numbers, revenue where it is known by month, and the age in months."""
        there = [one.name for one in self.customers if one.name not in NO_NUMBERS and as_numbers(one) is not None]
        paid = ["arr", "mrr"] if self.revenue is not None else []
        return list(dict.fromkeys([*paid, *there, "age_months"]))

    def number(self, column: str, day: date | None) -> pl.Series:
        """A number of every logo: a column, "age_months" on a day, or "arr" or "mrr" as paid in the day's month.

        Without a day revenue is that of the first month charged. Who is no customer on the day has no revenue then.

        Raises:
            InputError: there is no such column, it holds no numbers, or an age is asked without a day.
        """
        if column == "age_months" and column not in self.held.columns:
            if day is None:
                raise InputError("At its start every customer is as old: bands of the age need a day.")
            age = months_reached(day, key_of("first_started_on"))
            return self.held.select(pl.when(age >= 0).then(age).alias(column)).to_series()
        if column in ("arr", "mrr") and self.revenue is not None:
            paid = self._first_paid() if day is None else self._paid_on(day)
            yearly = paid.select("logo", pl.col("mrr").clip(0) * (12 if column == "arr" else 1))
            return (
                self.held.select("logo").join(yearly, on="logo", how="left", maintain_order="left")
                .get_column("mrr").alias(column)
            )  # fmt: skip
        held = as_numbers(self.customers.get_column(column)) if column in self.customers.columns else None
        if held is None or column in NO_NUMBERS:
            raise InputError(f"There is no number column {column!r}. There are: {', '.join(self.number_columns)}.")
        return held

    def _paid_on(self, day: date) -> pl.DataFrame:
        """What was paid in the month of a day by those who are customers on it and of whom revenue is held."""
        assert self.revenue is not None
        month = self.revenue.filter(pl.col("month") == day_key(day) // 32).select("logo", "mrr")
        known, key = pl.lit(pl.Series(self.in_revenue)).gather(pl.col("logo")), day_key(day)
        there = self.spans.filter(known & (pl.col("started_key") <= key) & (pl.col("churned_key") > key))
        logos = there.select(pl.col("logo").unique())
        return logos.join(month, on="logo", how="left").with_columns(pl.col("mrr").fill_null(0.0))

    def _first_paid(self) -> pl.DataFrame:
        """What was paid in the first month with a charge."""
        assert self.revenue is not None
        charged = self.revenue.filter(pl.col("charge") > 0)
        return charged.unique("logo", keep="first", maintain_order=True).select("logo", "mrr")

    def as_held(self, day: date) -> Facts:
        """The facts with each attribute that changed over time as it was held on a day.

        Who started later has the first value ever recorded; the values of an attribute are the same on every day.
        """
        if self.over_time is None:
            return self
        held, codes = self.held, dict[str, tuple[pl.Series, list[object]]]()
        for name in self.over_time.columns[2:]:
            rows = self.over_time.select("logo", "from_on", name).drop_nulls(name)
            then = rows.filter(pl.col("from_on") <= day).unique("logo", keep="last", maintain_order=True)
            first = rows.unique("logo", keep="first", maintain_order=True)
            values = (
                self.held.select("logo")
                .join(then.select("logo", then=name), on="logo", how="left", maintain_order="left")
                .join(first.select("logo", first=name), on="logo", how="left", maintain_order="left")
                .select(pl.coalesce("then", "first").alias(name))
                .to_series()
            )
            known = rows.get_column(name).unique().sort()
            numbers = values.replace_strict(
                known, pl.Series(range(len(known)), dtype=pl.Int32), default=len(known), return_dtype=pl.Int32
            )
            held = held.with_columns(values)
            codes[name] = (numbers.fill_null(len(known)), [*known, None])
        return replace(self, held=held, over_time=None, _codes={**self._codes, **codes})

    @cached_property
    def first_keys(self) -> pl.DataFrame:
        """The first span of every logo, in the order of the logos: logo and the keys."""
        return self.spans.select(self.keys).filter(pl.col("started_key") == pl.col("first_key")).sort("logo")

    def per_span(self, values: pl.Series, spans: pl.DataFrame) -> pl.Series:
        """A value per logo beside each span; where the spans are one per logo, in order, the values as they are."""
        one_each = spans is self.first_keys and spans.height == len(values)
        return values if one_each else values.gather(spans.get_column("logo"))

    @cached_property
    def later_keys(self) -> pl.DataFrame:
        """The spans of those who came back, but for their first (usually few): logo and the keys."""
        return self.spans.select(self.keys).filter(pl.col("started_key") > pl.col("first_key"))

    @cached_property
    def in_revenue(self) -> NDArray[np.bool_]:
        """Of every logo, whether the revenue holds any row of it: without one, what it pays is unknown."""
        held: NDArray[np.bool_] = np.zeros(self.height, dtype=bool)
        if self.revenue is not None:
            held[self.revenue.get_column("logo").to_numpy()] = True
        return held

    @cached_property
    def last_key(self) -> int:
        """The key of the last start or churn; 0 where nobody ever started."""
        started, churned = pl.col("started_key"), pl.col("churned_key")
        last = self.spans.select(pl.max_horizontal(started.max(), churned.filter(churned < OPEN).max())).item()
        return last or 0

    @cached_property
    def repeated_keys(self) -> pl.DataFrame:
        """All spans of those who came back, their first too (usually few): logo and the keys, in order."""
        return self.spans.select(self.keys).filter(pl.col("logo").is_duplicated())
