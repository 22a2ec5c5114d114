"""One thing that is shown, whole: what it says, its figures, its chart, and the lines that give them again."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import wraps
from html import escape
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import polars as pl

from retention import labels
from retention.book import Book
from retention.charts.palette import Theme
from retention.charts.template import Chart, Spec
from retention.exhibits.columns import Column, column_of, printed
from retention.number_styles import ENGLISH, NumberStyle

if TYPE_CHECKING:
    import altair as alt

ROWS_IN_A_NOTEBOOK = 20
WHO = ("customer_id", "name", "email")
"""Columns whose text is somebody's, with no number in it to be written another way."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Exhibit:
    """One thing that is shown: a takeaway, its counts, a chart, and the lines of Python that give the same figures.

    Attributes:
        title: the takeaway, in one sentence.
        sentences: what it says, in the order it is read.
        table: the figures, counts beside every rate.
        drawing: makes the chart from the words around it (title, description, note, sample); None without a chart.
        n: the customers it rests on; None where none are counted.
        as_of: the last day the figures speak for; None where the file holds no dates.
        counted_on: the day of which the customers are, where it is another than the as-of date and has to be said.
        terms: keys of the glossary, for the definitions behind it.
        code: the lines that give the same figures from ``book``; by default those that show its table.
        warnings: what has to be said beside the figures whenever they are shown.
        figure: the one number it comes to, as printed; empty where there is none.
        description: the chart in words, for those who cannot see it.
        headings: column of the table -> its heading, where it differs from the usual one.
        folded: columns of the table that stand in "How computed" only: on a slide they would be too many.
        currency: the sign before an amount of money.
        name: the function of ``retention.exhibits`` that made it.
        arguments: what it was called with, as plain data: texts, numbers, ISO days, lists and mappings of them.
    """

    title: str
    sentences: tuple[str, ...] = ()
    table: pl.DataFrame
    drawing: Callable[..., Chart] | None = None
    n: int | None
    as_of: date | None
    terms: tuple[str, ...]
    code: str = "print(exhibit.table)"
    warnings: tuple[str, ...] = ()
    figure: str = ""
    description: str = ""
    counted_on: date | None = None
    headings: Mapping[str, str] = field(default_factory=dict)
    folded: tuple[str, ...] = ()
    currency: str = "$"
    name: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """The line under a chart: the as-of date and the number of customers."""
        people = "" if self.n is None else f", {labels.counted(self.n, self.counted_on)}"
        if self.as_of is None:
            return f"Months as the file counts them{people}"
        return f"As of {labels.day(self.as_of)}{people}"

    def drawn(self, *, sample: bool = False) -> Chart | None:
        """The chart in its frame of words; None where there is nothing to draw.

        Args:
            sample: whether the book is the sample, which the chart then says.
        """
        if self.drawing is None:
            return None
        return self.drawing(title=self.title, description=self.description, note=self.note, sample=sample)

    @property
    def chart(self) -> alt.LayerChart | alt.Chart | None:
        """The chart as an Altair object, in light colours; None where there is nothing to draw."""
        drawn = self.drawn()
        return None if drawn is None else drawn.altair()

    def spec(self, theme: Theme = "light", *, sample: bool = False) -> Spec | None:
        """The chart as a Vega-Lite specification; None where there is nothing to draw."""
        drawn = self.drawn(sample=sample)
        return None if drawn is None else drawn.spec(theme)

    def column(self, name: str) -> Column:
        """How a column of the table is headed and printed."""
        usual = column_of(name, self.table.schema[name])
        return replace(usual, heading=self.headings.get(name, usual.heading))

    def rows(self, *, whole: bool = False, style: NumberStyle = ENGLISH) -> list[dict[str, str]]:
        """The table as a board reads it: headings, rates in per cent, counts with thousands set apart.

        Args:
            whole: whether the columns that are folded away stand in it too.
            style: how numbers and days are written; who somebody is stays as the file says it.
        """
        names = [name for name in self.table.columns if whole or name not in self.folded]
        columns = {name: self.column(name) for name in names}
        return [
            {
                style.text(column.heading): _written(printed(row[name], column, self.currency), name, style)
                for name, column in columns.items()
            }
            for row in self.table.iter_rows(named=True)
        ]

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """What Jupyter and marimo show: title, sentences, chart and a small table."""
        return {"text/plain": "\n".join([self.title, *self.said]), "text/html": self._html()}

    @property
    def said(self) -> tuple[str, ...]:
        """Every sentence: what it says, and what has to be said beside it."""
        return self.sentences + self.warnings

    def _html(self) -> str:
        rows = self.rows()
        parts = [
            f"<h3>{escape(self.title)}</h3>",
            *(f"<p>{escape(sentence)}</p>" for sentence in self.said),
            self.picture() or "",
            f"<p><small>{escape(self.note)}</small></p>",
            _html_table(rows[:ROWS_IN_A_NOTEBOOK]),
        ]
        if len(rows) > ROWS_IN_A_NOTEBOOK:
            parts.append(f"<p>Showing {ROWS_IN_A_NOTEBOOK} of {len(rows):,} rows.</p>")
        return "".join(parts)

    def picture(self, *, width: int = 720) -> str | None:
        """The chart as a picture (SVG) that stands by itself: nothing is loaded to show it."""
        spec = self.spec()
        if spec is None:
            return None
        import vl_convert  # drawing a picture takes two seconds the first time

        return str(vl_convert.vegalite_to_svg(spec | {"width": width}))


def _written(cell: str, name: str, style: NumberStyle) -> str:
    return cell if name in WHO else style.text(cell)


def _html_table(rows: list[dict[str, str]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row.values())}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def as_of(book: Book) -> date | None:
    """The last day an exhibit of a book can speak for; None where the file holds no dates."""
    return None if book.clock == "tenure" else book.as_of


Given = ParamSpec("Given")
Function = Callable[Concatenate[Book, Given], Exhibit]


def exhibit(build: Function[Given]) -> Function[Given]:
    """A function that makes an exhibit which knows how it was made, so that it can be made again on another book."""
    signature = inspect.signature(build)

    @wraps(build)
    def made(book: Book, /, *args: Given.args, **options: Given.kwargs) -> Exhibit:
        bound = signature.bind(book, *args, **options)
        bound.apply_defaults()
        given = dict(list(bound.arguments.items())[1:])
        shown = build(book, *args, **options)
        usual = {name: part.default for name, part in signature.parameters.items()}
        named = {name: value for name, value in given.items() if plain_data(value) != plain_data(usual[name])}
        said = "".join(
            f", {name}={value!r}" if is_plain(value) else f", {name}={name}" for name, value in named.items()
        )
        own = f"exhibit = rt.exhibits.{build.__name__}(book{said})"
        return replace(
            shown,
            code="\n".join(part for part in (own, shown.code) if part),
            name=build.__name__,
            arguments={name: plain_data(value) for name, value in given.items() if is_plain(value)},
        )

    made.__signature__ = signature  # type: ignore[attr-defined]  # asked for with every exhibit that is looked at
    return made


def is_plain(value: object) -> bool:
    """Whether a value can be written as plain data; what cannot lies beside the book, such as health signals."""
    return value is None or isinstance(value, str | int | float | date | Mapping | list | tuple)


def plain_data(value: object) -> Any:
    """A value as JSON holds it: a day as its ISO text, a tuple as a list."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(name): plain_data(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain_data(part) for part in value]
    return value


def from_plain(value: Any, annotation: str) -> Any:
    """A value of a function's argument from plain data, by what the function says it takes."""
    if isinstance(value, str) and annotation.startswith("date"):
        return date.fromisoformat(value)
    if isinstance(value, list) and annotation.startswith("Sequence[date"):
        return tuple(date.fromisoformat(day) for day in value)
    if isinstance(value, list) and annotation.startswith(("tuple", "Sequence")):
        return tuple(value)
    return value
