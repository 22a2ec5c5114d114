"""The Book: who was a customer when. Frozen; everything downstream of intake sees only its public verbs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention import labels
from retention.book.bands import banded_codes, check_edges
from retention.book.facts import WEIGHT, Facts
from retention.errors import InputError, NeedsDates
from retention.ledger import Ledger
from retention.periods import OPEN, day_key, default_window
from retention.rules import Rules

Clock = Literal["calendar", "tenure"]
UNDATED = pl.Schema({"customer_id": pl.String, "started_on": pl.Date})
TENURE = ("tenure_months", "churned")
Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)


@dataclass(frozen=True, eq=False)
class Book:
    """A customer file, understood: who was a customer when, as of a day, under stated rules.

    Attributes:
        as_of: the last day the file can speak for; nothing later is counted.
        rules: the choices that change a count.
        ledger: the account of the file's rows.
        key: what the figures hang on (file, mapping, answers, rules, as-of, filters), as one hash.
        clock: "calendar", or "tenure" for files without dates.
        notes: what was noticed about the file, each a plain sentence under a stable name.
        mapping: canonical column -> the file's own header.
        undated: customers set aside because nobody knows when they left: customer_id, started_on and attributes.
        mask: for a filtered book, which logos it holds (one flag per logo).
    """

    as_of: date
    rules: Rules
    ledger: Ledger
    key: str
    facts: Facts = field(repr=False)
    clock: Clock = "calendar"
    notes: dict[str, str] = field(default_factory=dict, repr=False)
    mapping: dict[str, str] = field(default_factory=dict, repr=False)
    undated: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=UNDATED), repr=False)
    mask: pl.Series | None = field(default=None, repr=False)
    _beside: dict[tuple[str, str | None], pl.Series] = field(default_factory=dict, init=False, repr=False)

    @property
    def customers(self) -> pl.LazyFrame:
        """One row per logo known on the as-of date: logo, customer_id, first_started_on and attributes.

        Where the file holds tenures only: every logo, with tenure_months and churned beside.
        """
        known = pl.lit(value=True) if self.clock == "tenure" else pl.col("first_started_on") <= self.as_of
        if self.mask is not None:
            known &= pl.lit(self.mask)
        return self.facts.customers.lazy().filter(known)

    @property
    def spans(self) -> pl.LazyFrame:
        """One row per span: customer_id, started_on, churned_on (null while active on the as-of date).

        A churn after the as-of date has not happened yet: such a span is still active.
        """
        customer_id = self.facts.held.get_column("customer_id")
        return self.span_keys.lazy().select(
            "logo",
            pl.lit(customer_id).gather(pl.col("logo")).alias("customer_id"),
            "started_on",
            "churned_on",
            "first_started_on",
            "previous_churned_on",
        )

    @cached_property
    def span_keys(self) -> pl.DataFrame:
        """The spans with days and keys, cut at the as-of date, kept logos only."""
        open_now = pl.col("churned_key") == OPEN
        return self._seen(self.facts.spans).with_columns(churned_on=pl.when(~open_now).then("churned_on"))

    @cached_property
    def first_keys(self) -> pl.DataFrame:
        """The first span of every logo as the tally reads it: integers, cut at the as-of date, kept logos only."""
        return self._seen(self.facts.first_keys)

    @cached_property
    def later_keys(self) -> pl.DataFrame:
        """The other spans of those who came back: integers, cut at the as-of date, kept logos only."""
        return self._seen(self.facts.later_keys)

    def _seen(self, spans: pl.DataFrame) -> pl.DataFrame:
        """The spans of kept logos, without what happened after the as-of date."""
        if self.mask is not None:
            spans = spans.filter(self.facts.per_span(self.mask, spans))
        today, churned = day_key(self.as_of), pl.col("churned_key")
        if self.facts.last_key <= today:
            return spans
        return spans.filter(pl.col("started_key") <= today).with_columns(
            churned_key=pl.when(churned > today).then(OPEN).otherwise(churned)
        )

    @cached_property
    def repeated_keys(self) -> pl.DataFrame:
        """All spans of those who came back by the as-of date: integers, cut there, kept logos only."""
        return self._seen(self.facts.repeated_keys).filter(pl.col("logo").is_duplicated())

    @property
    def terms(self) -> pl.LazyFrame | None:
        """One row per contract term: customer_id, term_start, term_end (first day not covered); None if unknown."""
        return None if self.facts.terms is None else self._of_kept(self.facts.terms)

    @property
    def revenue(self) -> pl.LazyFrame | None:
        """One row per customer and month: customer_id, month, mrr; None where the file holds no revenue by month."""
        if self.facts.revenue is None:
            return None
        month, customer_id = pl.col("month"), self.facts.held.get_column("customer_id")
        paid = self.facts.revenue.lazy().filter(month <= day_key(self.as_of) // 32)
        if self.mask is not None:
            paid = paid.filter(pl.lit(self.mask).gather(pl.col("logo")))
        return paid.select(
            pl.lit(customer_id).gather(pl.col("logo")).alias("customer_id"),
            pl.date(month // 12, month % 12 + 1, 1).alias("month"),
            "mrr",
        )

    def _of_kept(self, rows: pl.DataFrame) -> pl.LazyFrame:
        return rows.lazy().join(self.customers.select("customer_id"), on="customer_id", how="semi")

    @property
    def everybody(self) -> pl.DataFrame:
        """One row per logo of the file, row i is logo i, whatever the day or filter; columns as ``customers``."""
        return self.facts.customers

    @property
    def height(self) -> int:
        """The number of logos of the file, whatever the day or filter."""
        return self.facts.height

    @property
    def weighted(self) -> bool:
        """Whether a logo of this book stands for many customers: ``customers`` then says beside it for how many."""
        return self.facts.weighted

    def counted(self, which: pl.Expr | None = None) -> pl.Expr:
        """How many customers rows stand for (Int64), one a row; in a counted book rows have ``customers`` beside them.

        Args:
            which: the rows that count; all by default.
        """
        if not self.weighted:
            return (pl.len() if which is None else which.sum()).cast(pl.Int64)
        return (pl.col(WEIGHT) if which is None else pl.col(WEIGHT).filter(which)).sum()

    def weighed(self, rows: Rows) -> Rows:
        """Rows with ``logo``, and in a counted book how many customers each stands for beside them."""
        if not self.weighted:
            return rows
        return rows.with_columns(pl.lit(self.column(WEIGHT)).gather(pl.col("logo")).cast(pl.Int64).alias(WEIGHT))

    @property
    def population(self) -> int:
        """The number of customers of the file, whatever the day or filter."""
        return int(self.column(WEIGHT).sum()) if self.weighted else self.height

    @property
    def customer_ids(self) -> pl.Series:
        """The customer_id of every logo of the file."""
        return self.column("customer_id")

    def column(self, name: str) -> pl.Series:
        """A column of ``everybody``, its words as codes where they repeat."""
        return self.facts.held.get_column(name)

    def dtype(self, name: str) -> pl.DataType:
        """The type of a column of ``customers``."""
        return self.facts.customers.schema[name]

    @property
    def first_start(self) -> date | None:
        """The day the first customer of the file started; None where it holds no dates."""
        earliest = self.facts.spans.get_column("started_on").min()
        return earliest if isinstance(earliest, date) else None

    @property
    def revenue_rows(self) -> pl.DataFrame | None:
        """Revenue of the whole file, one row per logo and month (see ``Facts``); None without any."""
        return self.facts.revenue

    @property
    def in_revenue(self) -> NDArray[np.bool_]:
        """Of every logo, whether the revenue holds any row of it: without one, what it pays is unknown."""
        return self.facts.in_revenue

    def changes_over_time(self, name: str) -> bool:
        """Whether the file says how an attribute changed while somebody was a customer."""
        return self.facts.over_time is not None and name in self.facts.over_time.columns

    def same_file(self, other: Book) -> bool:
        """Whether two books number their logos alike, since they were read from one file in one way."""
        return self.facts is other.facts

    def same_stays(self, other: Book) -> bool:
        """Whether two books hold the same stays of as many customers."""
        return (
            self.as_of == other.as_of
            and self.height == other.height
            and self.undated.height == other.undated.height
            and self.facts.spans.equals(other.facts.spans)
        )

    @property
    def attributes(self) -> list[str]:
        """The columns of ``customers`` that describe a customer (not its number, id, first start or tenure)."""
        facts = {"logo", "customer_id", "first_started_on"} | (set(TENURE) if self.clock == "tenure" else set())
        facts |= {WEIGHT} if self.weighted else set()
        return [name for name in self.facts.held.columns if name not in facts]

    @property
    def observed_from(self) -> date | None:
        """First starts before this day are left-truncated: those customers were there before the file begins."""
        return self.facts.observed_from

    def where(self, predicate: pl.Expr) -> Book:
        """The Book of the logos that match an expression on ``customers``; logo numbers are kept.

        Args:
            predicate: a Polars expression; logos for which it is null do not match.
        """
        try:
            matches = self.facts.customers.select(predicate.fill_null(value=False).alias("mask")).get_column("mask")
        except pl.exceptions.ColumnNotFoundError as error:
            raise InputError(
                f"The filter names a column this book does not have: {error}. There are {', '.join(self.attributes)}."
            ) from None
        if matches.dtype != pl.Boolean or len(matches) != self.facts.height:
            raise InputError("A filter must be true or false for every customer.")
        mask = matches if self.mask is None else matches & self.mask
        undated = (
            self.undated.filter(predicate) if set(predicate.meta.root_names()) <= set(self.undated.columns) else None
        )
        return replace(
            self,
            mask=mask,
            undated=self.undated.clear() if undated is None else undated,
            key=_hash(self.key, predicate.meta.serialize(format="json")),
        )

    def banded(
        self,
        column: str,
        edges: Sequence[float],
        *,
        on: date | Literal["start"] | None = None,
        names: Sequence[str] = (),
        attribute: str = "",
    ) -> Book:
        """The Book with a number as a segment: an attribute whose values are the bands of the number.

        Args:
            column: a number column, or "age_months": completed months since the first start. "arr" and "mrr" are what
                was paid in the month of ``on`` where the Book holds revenue by month.
            edges: where one band ends and the next begins, rising; each edge belongs to the band above it.
            on: the day looked at; the as-of date by default. "start" for revenue as paid in a customer's first month,
                which is what cohorts need: on a day only those have revenue who have not left.
            names: what the bands are called, the lowest first; after their edges by default.
            attribute: what the attribute is called: "segment" makes it what every page splits by and benchmarks are
                held against; ``<column>_band`` by default.

        Who has no number stays without a band: "not recorded".

        Raises:
            InputError: no such number column, edges that do not rise, or not one name a band.
        """
        cuts = check_edges(edges)
        name, day = attribute or f"{column}_band", None if on == "start" else on or self.as_of
        numbers, values = banded_codes(self.facts.number(column, day), cuts, names)
        words = pl.Series(name, values, dtype=pl.String).gather(numbers)
        of_a_day = self.facts.of_a_day - {name}
        facts = replace(
            self.facts,
            of_a_day=of_a_day | {name} if day is not None and self.moves_with_time(column) else of_a_day,
            held=self.facts.held.with_columns(words.alias(name)),
            # The bands are those of one day, whatever the file said of an attribute of this name over time.
            over_time=None if self.facts.over_time is None else self.facts.over_time.drop(name, strict=False),
            _codes={**self.facts._codes, name: (numbers, list(values))},
        )
        return replace(
            self,
            facts=facts,
            undated=self.undated.drop(name, strict=False),
            notes=self.notes | self._note_of_bands(column, name, day),
            mapping={role: header for role, header in self.mapping.items() if role != name},
            key=_hash(self.key, "banded", column, repr(cuts), repr(day), repr(tuple(names)), attribute),
        )

    def _note_of_bands(self, column: str, name: str, day: date | None) -> dict[str, str]:
        """What day a number that moves with time is banded on, kept under ``bands.<attribute>``."""
        if not self.moves_with_time(column):
            return {}
        number = "the age in months" if column == "age_months" else column.upper()
        when = "in each customer's first month" if day is None else f"on {labels.day(day)}"
        return {f"bands.{name}": f"Bands of {number} are those {when}, whatever came later."}

    def moves_with_time(self, column: str) -> bool:
        """Whether a number is another one on another day: revenue by month, or the age of a customer."""
        return column not in self.facts.held.columns or (self.revenue is not None and column in ("arr", "mrr"))

    @property
    def bands_of_a_day(self) -> frozenset[str]:
        """Attributes that are bands of a number as it was on one day; who was no customer then has none."""
        return self.facts.of_a_day

    def number_columns(self) -> list[str]:
        """What ``banded`` takes: the columns of numbers, revenue where it is known by month, and the age in months."""
        return self.facts.number_columns

    def at(self, as_of: date) -> Book:
        """The Book as of another day: later starts are hidden, later churns have not happened yet."""
        return replace(self, as_of=as_of, key=_hash(self.key, as_of.isoformat()))

    def as_held(self, day: date) -> Book:
        """The Book with each attribute that changed over time as it was held on a day: a plan before its upgrade.

        Windows and comparisons are split by the values held at their opening; see ``as_recorded_now``.
        """
        if self.facts.over_time is None:
            return self
        return replace(self, facts=self.facts.as_held(day), key=_hash(self.key, "held", day.isoformat()))

    def as_recorded_now(self) -> Book:
        """The Book whose windows are split by the attributes as they were recorded last."""
        if self.facts.over_time is None:
            return self
        return replace(self, facts=replace(self.facts, over_time=None), key=_hash(self.key, "now"))

    def default_window(self) -> tuple[date, date]:
        """The opening and closing day of the longest window, up to twelve months, that the book can fill."""
        return default_window(self.as_of, self.first_start)

    def needs_dates(self, question: str) -> None:
        """Raise ``NeedsDates`` if the file holds tenures only."""
        if self.clock != "calendar":
            raise NeedsDates(
                f"{question} needs start and churn dates; this file only says how long each customer stayed. "
                "Add a start date column, or look at survival by tenure instead."
            )

    def needs_customers(self, question: str) -> None:
        """Raise ``InputError`` if the rows of the file stand for groups of customers, who are one by one unknown."""
        if self.weighted:
            raise InputError(
                f"{question} needs customers one by one; this file counts them in groups. Counts stay exact on it; for "
                "this, open a list of the customers themselves, such as one segment's."
            )

    def codes(self, by: str) -> tuple[pl.Series, list[object]]:
        """A dense number per logo for an attribute's values, and the values (null last)."""
        if by not in self.attributes:
            known = ", ".join(self.attributes) or "none"
            raise InputError(f"The file has no column {by!r} to split by; it has {known}.")
        return self.facts.codes(by)

    def beside(self, rows: Literal["first_keys", "later_keys", "repeated_keys"], by: str | None) -> pl.DataFrame:
        """Some rows of the book with the number of an attribute's value beside each as ``by`` (0 for no attribute)."""
        table: pl.DataFrame = getattr(self, rows)
        if (rows, by) not in self._beside:
            self._beside[rows, by] = (
                pl.Series("by", np.zeros(table.height, dtype=np.int32))
                if by is None
                else self.facts.per_span(self.codes(by)[0], table).alias("by")
            )
        return table.hstack([self._beside[rows, by]])


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
