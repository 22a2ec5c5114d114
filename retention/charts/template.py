"""The frame every chart stands in, and the few words its layers are written with.

A chart is a plain Vega-Lite specification, a dictionary, shown with ``st.vega_lite_chart(spec)``. Altair
would write the same dictionary, at a price: 67 ms for the cohort heatmap (43 to build, 24 to turn into a dictionary,
on every rerun) against 2 ms as below, and 0.6 s to import, where a page with two charts has 60 ms for its rerun.
In the tests Altair's schema checks that every specification is valid.

Two rules keep what a file holds apart from what is run. Values from a file are only ever values: field names, titles of
tooltips and expressions are fixed text in these modules. And each layer carries its few rows with it, written as they
are printed, so that no reader's language, time zone or rounding can change a number on its way to the screen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Required, TypedDict, Unpack

import polars as pl

from retention import labels
from retention.charts.palette import Inks, Theme, inks

if TYPE_CHECKING:
    import altair as alt

Spec = dict[str, Any]
Row = dict[str, Any]
Table = pl.DataFrame | Sequence[Mapping[str, Any]]

FOLDS = {"narrow": 480, "medium": 760, "wide": 1040, "full": math.inf}
"""Widths in pixels below which titles fold sooner."""
TITLE_FOLDS, NOTE_FOLDS = (34, 42, 64, 88), (46, 56, 88, 124)
"""Characters a line at each of these widths, few enough for the widest of the usual typefaces."""
IS_NARROW = f"outer_width < {FOLDS['narrow']}"


class Frame(TypedDict, total=False):
    """What the page says about a chart; every chart function takes these by name.

    Attributes:
        title: the takeaway, in a sentence.
        description: the chart in words, for those who cannot see it.
        note: the line below the title: as-of date and number of customers.
        sample: whether the book is the sample, which every chart then says.
        theme: set by the chart itself when it is asked for its specification.
    """

    title: Required[str]
    description: Required[str]
    note: str
    theme: Theme
    sample: bool


@dataclass(frozen=True)
class Chart:
    """One small table, drawn: a specification for a page, an Altair chart for a notebook, and the rows that are drawn.

    Attributes:
        title: the takeaway, in a sentence.
        description: the chart in words, for those who cannot see it.
    """

    title: str
    description: str
    _draw: Callable[..., Spec]

    def spec(self, theme: Theme = "light") -> Spec:
        """The Vega-Lite specification, as ``st.vega_lite_chart`` takes it."""
        return self._draw(theme=theme)

    def altair(self, theme: Theme = "light") -> alt.LayerChart | alt.Chart:
        """The same as an Altair chart, which a notebook shows."""
        # Charts load their library where they are drawn by it: it takes a quarter of a second.
        import altair as alt

        chart: alt.LayerChart = alt.LayerChart.from_dict(self.spec(theme), validate=False)
        return chart

    @property
    def datasets(self) -> dict[str, list[Row]]:
        """The rows that are drawn, by the name of their layer."""
        layers = self.spec()["layer"]
        return {f"layer_{place}": layer["data"]["values"] for place, layer in enumerate(layers)}


Given = ParamSpec("Given")


def drawn(build: Callable[Given, Spec]) -> Callable[Given, Chart]:
    """A function that gives a chart, from one that writes its specification."""

    @wraps(build)
    def chart_of(*args: Given.args, **options: Given.kwargs) -> Chart:
        return Chart(str(options["title"]), str(options["description"]), partial(build, *args, **options))

    return chart_of


def ink_of(frame: Frame) -> Inks:
    """The colours for the page the chart stands on."""
    return inks(frame.get("theme", "light"))


def rows_of(table: Table) -> list[Row]:
    """The rows of a small table, one dictionary a row, not-a-number read as unknown."""
    rows = table.to_dicts() if isinstance(table, pl.DataFrame) else table
    return [{name: None if _is_nan(value) else value for name, value in row.items()} for row in rows]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def number(field: str, **options: Any) -> Spec:
    """An encoding that reads a field as a quantity."""
    return {"field": field, "type": "quantitative", **options}


def category(field: str, **options: Any) -> Spec:
    """An encoding that reads a field as a name, in the order of its scale's domain."""
    return {"field": field, "type": "ordinal", **options}


def tooltip(**titles: str) -> list[Spec]:
    """What appears under the pointer: each field, already in words, under its title; ``title`` marks the heading."""
    return [{"field": field, "type": "nominal", "title": title} for field, title in titles.items()]


def draw(kind: str, encoding: Spec, **mark: Any) -> Spec:
    """One layer: a mark, what its channels read, and its fixed properties."""
    return {"mark": {"type": kind, **mark}, "encoding": encoding}


def haloed(encoding: Spec, ink: Inks, **mark: Any) -> list[Spec]:
    """Names that stay readable where they cross a line."""
    around = {"color": ink.ground, "stroke": ink.ground, "strokeWidth": 4, "strokeJoin": "round"}
    return [draw("text", encoding, **(mark | around)), draw("text", encoding, **mark)]


def label_lines(y: Spec, ink: Inks, *, dy: int) -> list[Spec]:
    """The name of a row and its quieter second line, above what they name: long ones cost a narrow plot no width."""
    fitted_in: Spec = {"align": "left", "limit": {"expr": "width"}}
    left = {"x": {"value": 0}, "y": y}
    name = haloed({**left, "text": {"field": "name"}}, ink, dy=dy, fontWeight=600, **fitted_in)
    below = haloed({**left, "text": {"field": "below"}}, ink, dy=dy + 16, fontSize=12, color=ink.muted, **fitted_in)
    return [*name, *below]


def name_and_figure(y: Spec, ink: Inks) -> list[Spec]:
    """A line over each row: its name at the left, what it comes to at the right."""
    left, right = {"x": {"value": 0}, "y": y}, {"x": {"value": "width"}, "y": y}
    name = haloed({**left, "text": {"field": "name"}}, ink, align="left", dy=-10, limit={"expr": "width * 0.66"})
    said = haloed({**right, "text": {"field": "said"}}, ink, align="right", dy=-10, fontWeight=600)
    return [*name, *said]


def on(rows: Iterable[Row], *layers: Spec) -> Spec:
    """Layers that draw the same rows."""
    values = [{name: _plain(value) for name, value in row.items()} for row in rows]
    return {"data": {"values": values}, "layer": list(layers)}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def chart(*layers: Spec, height: int, params: Sequence[Spec] = (), **frame: Unpack[Frame]) -> Spec:
    """Layers in their frame: title and note that fold with the width, on the page's own ground."""
    ink = ink_of(frame)
    return {
        "description": ("Sample data. " if frame.get("sample") else "") + frame["description"],
        "title": _title(frame, ink),
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 4, "right": 12, "top": 4, "bottom": 8},
        "background": "transparent",
        "params": [
            # The layout narrows `width` to the plot, and a title that folded by that would never settle: on a page the
            # container's own width decides, in a picture the width asked for at first.
            {"name": "first_width", "expr": "width", "react": False},
            {"name": "outer_width", "expr": "(width && containerSize()[0]) || first_width"},
            *_folded("title", frame["title"], TITLE_FOLDS),
            *_folded("note", _note(frame), NOTE_FOLDS),
            *params,
        ],
        "layer": list(layers),
        "config": _config(ink),
    }


def blank(**frame: Unpack[Frame]) -> Spec:
    """The frame of a chart that has nothing to draw, and says so."""
    said = draw("text", {"text": {"value": "Nothing to show yet"}}, fontSize=14, color=ink_of(frame).muted)
    return chart(on([{}], said), height=120, **frame)


def _note(frame: Frame) -> str:
    return " · ".join(part for part in ("Sample data" if frame.get("sample") else "", frame.get("note", "")) if part)


def _folded(name: str, text: str, widths: Sequence[int]) -> list[Spec]:
    """The same text in several foldings, as values the title chooses from."""
    folded = zip(FOLDS, (labels.lines(labels.one_line(text), width) for width in widths), strict=True)
    return [{"name": f"{name}_{size}", "value": [line.strip(" ·") for line in lines]} for size, lines in folded]


def _title(frame: Frame, ink: Inks) -> Spec:
    sizes = {"fontSize": {"expr": f"{IS_NARROW} ? 15 : 17"}, "subtitleFontSize": {"expr": f"{IS_NARROW} ? 12 : 13"}}
    note = {"subtitle": {"expr": _fold("note")}} if _note(frame) else {}
    return {"text": {"expr": _fold("title")}, **note, **sizes, "color": ink.text, "subtitleColor": ink.muted}


def _fold(name: str) -> str:
    """The expression that chooses a folding by the width of the container."""
    *narrower, widest = FOLDS
    return "".join(f"outer_width < {FOLDS[size]} ? {name}_{size} : " for size in narrower) + f"{name}_{widest}"


def _config(ink: Inks) -> Spec:
    """Quiet axes, so that the marks and their own labels carry the chart; the typeface is the page's."""
    return {
        "view": {"stroke": None},
        "mark": {"aria": False},
        "title": {
            "anchor": "start",
            "frame": "bounds",
            "fontWeight": 600,
            "lineHeight": 22,
            "offset": 16,
            "subtitleLineHeight": 18,
            "subtitlePadding": 6,
        },
        "axis": {
            "domain": False,
            "ticks": False,
            "grid": False,
            "gridColor": ink.grid,
            "labelColor": ink.muted,
            "labelFlush": False,
            "labelFontSize": 12,
            "labelLimit": 180,
            "labelOverlap": "greedy",
            "labelPadding": 8,
            "labelSeparation": 6,
            "titleColor": ink.muted,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "titlePadding": 10,
        },
        "legend": {"labelColor": ink.muted, "titleColor": ink.muted, "titleFontWeight": "normal", "labelFontSize": 11},
        "text": {"color": ink.text, "fontSize": 13},
    }
