"""Books as Hypothesis imagines them: few customers, every awkward history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl
from hypothesis import strategies as st

from retention.book import Book, Facts, assemble
from retention.ledger import Ledger, entries
from retention.rules import Rules

Stretch = tuple[str, date, date | None]
"""customer_id, first day, first day no longer a customer (None while active)."""

STRETCHES = pl.Schema({"customer_id": pl.String, "started_on": pl.Date, "churned_on": pl.Date})
EARLIEST, LATEST = date(2019, 11, 1), date(2024, 6, 30)
NO_ROWS = Ledger(0, 0, 0, 0, 0, entries([]))

awkward_days = st.sampled_from(
    [
        date(2019, 12, 31), date(2020, 1, 1), date(2020, 1, 31), date(2020, 2, 28), date(2020, 2, 29), date(2020, 3, 1),
        date(2020, 3, 31), date(2020, 4, 30), date(2021, 1, 29), date(2021, 1, 30), date(2021, 2, 28),
        date(2021, 3, 1), date(2021, 12, 31), date(2022, 1, 31), date(2023, 2, 28), date(2024, 2, 28),
        date(2024, 2, 29), date(2024, 3, 31),
    ]
)  # fmt: skip
days = st.one_of(awkward_days, st.dates(EARLIEST, LATEST))
gaps = st.sampled_from([-400, -31, -1, 0, 0, 1, 1, 2, 28, 31, 90, 365, 500])
"""Days from the end of one stretch to the start of the next: overlapping, touching, one day apart, far apart."""
lengths = st.sampled_from([0, 0, 1, 27, 28, 29, 30, 31, 59, 90, 181, 365, 366, 730, None, None])
short_stays = st.tuples(st.sampled_from([1, 1, 2, 5, 30, 62]), st.sampled_from([0, 1, 3, 28, 45]))
"""Gap and length of the stays of a customer who rents by the day: many of them inside one window, or one a month."""


@dataclass(frozen=True)
class RawBook:
    """A file before any meaning: its customers, its stretches in file order, and the day it speaks for."""

    customers: pl.DataFrame
    stretches: tuple[Stretch, ...]
    as_of: date
    observed_from: date | None = None

    def book(self) -> Book:
        """The Book of these rows."""
        facts = assemble(self.customers, stretch_table(self.stretches), observed_from=self.observed_from)
        return book_of(facts, self.as_of)

    def only(self, customer_ids: Iterable[str]) -> RawBook:
        """The same file with the rows of these customers alone."""
        wanted = set(customer_ids)
        return replace(
            self,
            customers=self.customers.filter(pl.col("customer_id").is_in(sorted(wanted))),
            stretches=tuple(stretch for stretch in self.stretches if stretch[0] in wanted),
        )

    def cut(self, as_of: date) -> RawBook:
        """The file as it would have been written on ``as_of``: no later start, no later churn."""
        return replace(
            self,
            as_of=as_of,
            stretches=tuple(
                (who, start, None if end is not None and end > as_of else end)
                for who, start, end in self.stretches
                if start <= as_of
            ),
        )

    @property
    def turning_days(self) -> list[date]:
        """The days on which something happens in the file, and the days beside them."""
        events = {day for _, *stretch in self.stretches for day in stretch if day is not None}
        return sorted({day + timedelta(days=beside) for day in events for beside in (-1, 0, 1)})

    def values(self, column: str) -> dict[str, object]:
        """The value of an attribute by customer_id."""
        return dict(self.customers.select("customer_id", column).iter_rows())


def stretch_table(stretches: Sequence[Stretch]) -> pl.DataFrame:
    """Stretches as the table ``assemble`` takes."""
    return pl.DataFrame(list(stretches), schema=STRETCHES, orient="row")


def book_of(facts: Facts, as_of: date, *, key: str = "test") -> Book:
    """A Book of facts, without a file."""
    return Book(as_of=as_of, rules=Rules(), ledger=NO_ROWS, key=key, facts=facts)


def plain_book(
    stretches: Sequence[Stretch],
    as_of: date,
    *,
    observed_from: date | None = None,
    **attributes: Sequence[object] | pl.Series,
) -> Book:
    """A Book of literal stretches; attributes are given per customer, in order of first appearance."""
    ids = list(dict.fromkeys(who for who, _, _ in stretches))
    customers = pl.DataFrame({"customer_id": pl.Series(ids, dtype=pl.String), **attributes})
    return book_of(assemble(customers, stretch_table(stretches), observed_from=observed_from), as_of)


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[date, date | None]]:
    """The stretches of one customer, as a chain of gaps and lengths; now and then one of many short stays."""
    start = draw(days)
    chain: list[tuple[date, date | None]] = []
    steps = st.tuples(gaps, lengths)
    few, some = st.lists(steps, min_size=1, max_size=3), st.lists(steps, max_size=7)
    many = st.lists(short_stays, min_size=8, max_size=40)
    for gap, length in draw(st.one_of(few, some, many)):
        end = None if length is None else start + timedelta(days=length)
        chain.append((start, end))
        start = (end or start) + timedelta(days=gap)
    return chain


@st.composite
def raw_books(draw: st.DrawFn, *, truncated: bool = False) -> RawBook:
    """A file of up to nine customers (some without any stretch), rows in any order, seen from any day."""
    chains = draw(st.lists(histories(), max_size=9))
    ids = [f"{number:03d}" for number in range(len(chains))]
    stretches = [(who, *stretch) for who, chain in zip(ids, chains, strict=True) for stretch in chain]
    customers = pl.DataFrame(
        {
            "customer_id": pl.Series(ids, dtype=pl.String),
            "segment": pl.Series(draw(_values(["SMB", "Enterprise", None], len(ids))), dtype=pl.String),
            "seats": pl.Series(draw(_values([5, 40, None], len(ids))), dtype=pl.Int64),
        }
    )
    raw = RawBook(customers, tuple(draw(st.permutations(stretches))), as_of=LATEST)
    return replace(
        raw,
        as_of=draw(days_of(raw)),
        observed_from=draw(st.none() | days_of(raw)) if truncated else None,
    )


def days_of(raw: RawBook) -> st.SearchStrategy[date]:
    """Any day, with a liking for those on which something happens and for late ones."""
    late = st.dates(date(2022, 1, 1), LATEST)
    return st.one_of(days, late, *([st.sampled_from(raw.turning_days)] if raw.stretches else []))


def _values(choices: Sequence[object], size: int) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(choices), min_size=size, max_size=size)


@st.composite
def windows_within(draw: st.DrawFn, raw: RawBook, *, at_most: int = 9) -> list[tuple[date, date]]:
    """Windows up to the as-of date, openings and closings both ascending as ``windows`` takes them."""
    size = draw(st.integers(1, at_most))
    closings = [min(draw(days_of(raw) | st.just(raw.as_of)), raw.as_of) for _ in range(size)]
    lengths = st.sampled_from([1, 31, 90, 365, 366, 731])
    openings = [
        min(draw(days_of(raw)), end - timedelta(days=1)) if draw(st.booleans()) else end - timedelta(days=draw(lengths))
        for end in closings
    ]
    return list(zip(sorted(openings), sorted(closings), strict=True))
