"""Which of a file's customers are looked at, and as of which day: plain data, applied to a Book."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, reduce
from operator import and_
from typing import Literal, NamedTuple

import polars as pl

from retention.book import Book
from retention.book.bands import edges_from

Filters = tuple[tuple[str, tuple[object, ...]], ...]


class Bands(NamedTuple):
    """A number column that is a segment too; the fields are what ``Book.banded`` takes."""

    column: str
    edges: tuple[float, ...]
    on: date | Literal["start"] | None = None
    names: tuple[str, ...] = ()
    attribute: str = ""

    @property
    def called(self) -> str:
        """The attribute that holds the bands."""
        return self.attribute or f"{self.column}_band"


def bands_from(
    column: str, edges: str, names: str = "", attribute: str = "", *, on: date | Literal["start"] | None = None
) -> Bands:
    """Bands as a reader types them: "10000, 50000" and "SMB, Mid-Market, Enterprise".

    Raises:
        InputError: a part of the edges is no number, or they do not rise.
    """
    given = tuple(name.strip() for name in names.replace(";", ",").split(",")) if names.strip() else ()
    return Bands(column, edges_from(edges), on, given, attribute)


@dataclass(frozen=True)
class Selection:
    """The as-of day, the filters and the excluded customers: what cuts a whole Book to the one that is counted.

    Attributes:
        as_of: the day the Book is looked at; None for the last day its file can speak for.
        filters: columns of ``customers``, each with the values that are kept; within a column any value will do, and
            None stands for "not recorded".
        excluded: customer_id -> why the customer is left out.
        bands: number columns that are segments too, each with its edges, the day it is looked at and its bands' names.
    """

    as_of: date | None = None
    filters: Filters = ()
    excluded: Mapping[str, str] = field(default_factory=dict)
    bands: tuple[Bands, ...] = ()

    @cached_property
    def key(self) -> str:
        """One hash of what the selection hangs on; why somebody is left out changes no figure."""
        said = [self.as_of, self.filters, sorted(self.excluded), *map(tuple, self.bands)]
        return hashlib.sha256("\x1f".join(map(repr, said)).encode()).hexdigest()

    def of(self, book: Book) -> Book:
        """The Book as of the day, with the customers that pass every filter and are not excluded.

        Args:
            book: the whole Book of a source, on its own as-of date.

        Raises:
            InputError: a filter names a column the Book does not have.
        """
        dated = self.banded(book if self.as_of in (None, book.as_of) else book.at(self.as_of))
        conditions = [pl.col(column).is_in(list(values), nulls_equal=True) for column, values in self.filters]
        if self.excluded:
            conditions.append(~pl.col("customer_id").is_in(list(self.excluded)))
        return dated.where(reduce(and_, conditions)) if conditions else dated

    def banded(self, book: Book) -> Book:
        """The Book with the bands of this selection as attributes, whoever is filtered out.

        Raises:
            InputError: a number column the Book does not have, or edges that do not rise.
        """
        for bands in self.bands:
            book = book.banded(bands.column, bands.edges, on=bands.on, names=bands.names, attribute=bands.attribute)
        return book

    def without(self, customer_ids: Collection[str], why: str) -> Selection:
        """This selection with more customers left out.

        Args:
            customer_ids: who.
            why: the reason, kept beside each of them.
        """
        return replace(self, excluded={**self.excluded, **dict.fromkeys(customer_ids, why)})

    def with_back(self, customer_ids: Collection[str]) -> Selection:
        """This selection with customers that were left out put back.

        Args:
            customer_ids: who.
        """
        return replace(self, excluded={who: why for who, why in self.excluded.items() if who not in set(customer_ids)})

    def as_python(self, hidden: Collection[str] = ()) -> str:
        """The lines that make the same Book of the whole one in a notebook; none for a selection of everything.

        Args:
            hidden: columns whose values are not written out.
        """
        lines = [] if self.as_of is None else [f"book = book.at({self.as_of!r})"]
        for column, edges, on, names, attribute in self.bands:
            given = {"on": on, "names": list(names), "attribute": attribute}
            more = "".join(f", {name}={value!r}" for name, value in given.items() if value)
            lines.append(f"book = book.banded({column!r}, {list(edges)!r}{more})")
        for column, values in self.filters:
            shown = ["…"] if column in hidden else list(values)
            lines.append(f"book = book.where(pl.col({column!r}).is_in({shown!r}, nulls_equal=True))")
        for why in dict.fromkeys(self.excluded.values()):
            told = [who for who, reason in self.excluded.items() if reason == why]
            ids = ["…"] if "customer_id" in hidden else told
            lines += [
                f"# left out, {len(told):,}: {' '.join(why.split())}",
                f'book = book.where(~pl.col("customer_id").is_in({ids!r}))',
            ]
        return "\n".join(lines)
