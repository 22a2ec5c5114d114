"""What every chart is made of: a template written once in Altair, and the few rows and numbers that are drawn.

A template is an Altair chart over named data, one for each kind of chart and theme. Turned into a dictionary it is kept
for all sessions: it is authored before any file is read, and holds nothing of one. What a page shows is that dictionary
with the rows, the parameters and the title of the moment, so that a rerun pays neither for Altair nor for its checks.

Two rules keep what a file holds apart from what is run. Values from a file are only ever rows of ``datasets``: field
names, titles of tooltips and expressions are fixed text in these modules. And rows carry their numbers as they are
printed too, so that no reader's language, time zone or rounding can change one on its way to the screen.
"""

from __future__ import annotations

import math
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Required, TypedDict, Unpack

import altair as alt
import polars as pl

from retention import labels
from retention.charts.palette import Inks, Theme, inks

Spec = dict[str, Any]
Row = dict[str, Any]
Table = pl.DataFrame | Sequence[Mapping[str, Any]]
Template = Callable[[Inks], alt.LayerChart]
"""Writes a chart in the colours of a theme; a function of a module, so that what it wrote can be kept."""

FOLDS = {"narrow": 480, "medium": 760, "wide": 1040, "full": math.inf}
"""Widths in pixels below which titles fold sooner."""
TITLE_FOLDS, NOTE_FOLDS = (34, 42, 64, 88), (46, 56, 88, 124)
"""Characters a line at each of these widths, few enough for the widest of the usual typefaces."""
IS_NARROW = f"outer_width < {FOLDS['narrow']}"
NOTEBOOK_WIDTH = 720
"""Pixels; a notebook's cell has no width of its own to fill."""


class Frame(TypedDict, total=False):
    """What is said about a chart; every chart function takes these by name.

    Attributes:
        title: the takeaway, in a sentence.
        description: the chart in words, for those who cannot see it.
        note: the line below the title: as-of date and number of customers.
        sample: whether the book is the sample, which every chart then says.
    """

    title: Required[str]
    description: Required[str]
    note: str
    sample: bool


@dataclass(frozen=True)
class Chart:
    """A small table, drawn: a specification for a page, an Altair chart for a notebook, and the rows for an export.

    Attributes:
        title: the takeaway, in a sentence.
        description: the chart in words, for those who cannot see it.
        note: the line below the title.
        datasets: the rows that are drawn, by name.
        params: the numbers the template leaves open, such as the ends of an axis.
        template: writes the chart.
    """

    title: str
    description: str
    note: str
    datasets: Mapping[str, list[Row]]
    template: Template
    params: Mapping[str, Any] = field(default_factory=dict)

    def spec(self, theme: Theme = "light") -> Spec:
        """The Vega-Lite specification, as ``st.vega_lite_chart`` takes it."""
        kept = written(self.template, theme)
        folds = {**_folded("title", self.title, TITLE_FOLDS, most=2), **_folded("note", self.note, NOTE_FOLDS)}
        given = [{"name": name, "value": value} for name, value in {**folds, **self.params}.items()]
        return {
            **kept,
            "description": self.description,
            "title": _folding_title(inks(theme), noted=bool(self.note)),
            "params": [*kept["params"], *given],
            "datasets": dict(self.datasets),
        }

    def altair(self, theme: Theme = "light") -> alt.LayerChart:
        """The same as an Altair chart with its rows inside, which a notebook shows."""
        ink = inks(theme)
        title = alt.Title(
            labels.lines(labels.one_line(self.title), TITLE_FOLDS[1]),
            subtitle=labels.lines(self.note, NOTE_FOLDS[1]),
            color=ink.text,
            subtitleColor=ink.muted,
            fontSize=17,
            subtitleFontSize=13,
        )
        given = [alt.param(name=name, value=value) for name, value in self.params.items()]
        shown: alt.LayerChart = (
            in_frame(self.template(ink), ink)
            .properties(width=NOTEBOOK_WIDTH, title=title, description=self.description, datasets=dict(self.datasets))
            .add_params(*given)
        )
        return shown


def chart(
    template: Template,
    datasets: Mapping[str, list[Row]],
    params: Mapping[str, Any] | None = None,
    **frame: Unpack[Frame],
) -> Chart:
    """A template with its rows and numbers, and what the page says about it."""
    sample = frame.get("sample", False)
    return Chart(
        title=frame["title"],
        description=("Sample data. " if sample else "") + frame["description"],
        note=" · ".join(part for part in ("Sample data" if sample else "", frame.get("note", "")) if part),
        datasets=datasets,
        template=template,
        params=params or {},
    )


def blank(**frame: Unpack[Frame]) -> Chart:
    """The frame of a chart that has nothing to draw, and says so."""
    return chart(_nothing, {}, **frame)


def _nothing(ink: Inks) -> alt.LayerChart:
    said = alt.Chart(once()).mark_text(fontSize=14, color=ink.muted).encode(text=alt.value("Nothing to show yet"))
    return layers(said, height=120)


@cache
def written(template: Template, theme: Theme) -> Spec:
    """A template as a dictionary, written once in each theme; it is shared and never changed."""
    ink = inks(theme)
    spec: Spec = in_frame(template(ink), ink).to_dict(validate=False)
    return {name: part for name, part in spec.items() if name != "$schema"}


def in_frame(drawn: alt.LayerChart, ink: Inks) -> alt.LayerChart:
    """Layers in the frame of all charts: as wide as the page, on its ground, with quiet axes that let marks speak."""
    # The layout narrows `width` to the plot, and a title that folded by that would never settle: on a page the
    # container's own width decides, in a picture the width asked for at first.
    first_width = alt.param(name="first_width", expr="width", react=False)
    outer_width = alt.param(name="outer_width", expr="(width && containerSize()[0]) || first_width")
    framed: alt.LayerChart = drawn.properties(
        width="container",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 4, "right": 12, "top": 4, "bottom": 8},
        background="transparent",
        # In one piece: every `configure` of its own would copy the whole chart once more.
        config=_config(ink),
    ).add_params(first_width, outer_width)
    return framed


def _config(ink: Inks) -> alt.Config:
    return alt.Config(
        view=alt.ViewConfig(stroke=None),
        mark=alt.MarkConfig(aria=False),
        title=alt.TitleConfig(
            anchor="start",
            frame="bounds",
            fontWeight=600,
            lineHeight=22,
            offset=16,
            subtitleLineHeight=18,
            subtitlePadding=6,
        ),
        axis=alt.AxisConfig(
            domain=False,
            ticks=False,
            grid=False,
            gridColor=ink.grid,
            labelColor=ink.muted,
            labelFlush=False,
            labelFontSize=12,
            labelLimit=180,
            labelOverlap="greedy",
            labelPadding=8,
            labelSeparation=6,
            titleColor=ink.muted,
            titleFontSize=12,
            titleFontWeight="normal",
            titlePadding=10,
        ),
        legend=alt.LegendConfig(labelColor=ink.muted, titleColor=ink.muted, titleFontWeight="normal", labelFontSize=11),
        text=alt.MarkConfig(color=ink.text, fontSize=13),
    )


# What templates have in common


def once() -> alt.SequenceGenerator:
    """One empty row, for marks that stand for no row of the table: a line at nothing, a heading."""
    return alt.sequence(0, 1)


def layers(*parts: alt.Chart | alt.LayerChart, height: int | alt.Step) -> alt.LayerChart:
    """Marks over each other, the first lowest; a step is the height of one row."""
    return alt.LayerChart(layer=list(parts)).properties(height=height)


def haloed(names: alt.Chart, ink: Inks, **mark: Any) -> alt.LayerChart:
    """Names that stay readable where they cross a line."""
    around = {"color": ink.ground, "stroke": ink.ground, "strokeWidth": 4, "strokeJoin": "round"}
    return alt.LayerChart(layer=[names.mark_text(**(mark | around)), names.mark_text(**mark)])


def label_lines(rows: alt.Chart, ink: Inks, *, dy: int) -> alt.LayerChart:
    """The name of a row and its quieter second line, above what they name: long ones cost a narrow plot no width."""
    left = rows.encode(x=alt.value(0))
    fits: dict[str, Any] = {"align": "left", "limit": alt.expr("width")}
    return alt.LayerChart(
        layer=[
            haloed(left.encode(text="name:N"), ink, dy=dy, fontWeight=600, **fits),
            haloed(left.encode(text="below:N"), ink, dy=dy + 16, fontSize=12, color=ink.muted, **fits),
        ]
    )


def name_and_figure(rows: alt.Chart, ink: Inks) -> alt.LayerChart:
    """A line over each row: its name at the left, what it comes to at the right."""
    name, said = rows.encode(x=alt.value(0), text="name:N"), rows.encode(x=alt.value("width"), text="said:N")
    return alt.LayerChart(
        layer=[
            haloed(name, ink, align="left", dy=-10, limit=alt.expr("width * 0.66")),
            haloed(said, ink, align="right", dy=-10, fontWeight=600),
        ]
    )


def rows_of(table: Table) -> list[Row]:
    """The rows of a small table, one dictionary a row, not-a-number read as unknown."""
    rows = table.to_dicts() if isinstance(table, pl.DataFrame) else table
    return [{name: None if _is_nan(value) else value for name, value in row.items()} for row in rows]


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


# Titles that fold with the width


def _folded(name: str, text: str, widths: Sequence[int], *, most: int | None = None) -> dict[str, list[str]]:
    """The same text in several foldings, as values the title chooses from; each of ``most`` lines at the most."""
    whole = labels.one_line(text)
    folded = zip(FOLDS, (labels.lines(_shortened(whole, width, most), width) for width in widths), strict=True)
    return {f"{name}_{size}": [line.strip(" ·") for line in lines] for size, lines in folded}


_CLAUSE = re.compile(r"[.?!;:]?(?=\s+\()|[.?!;](?=\s)")
"""Where a title may end early: before a bracket, or where a clause ends."""


def _shortened(text: str, width: int, most: int | None) -> str:
    """A text that fits so many lines: whole, or up to the last clause that fits, or cut between words."""
    if most is None or len(labels.lines(text, width)) <= most:
        return text
    fitting = [
        start
        for end in _CLAUSE.finditer(text)
        if text.count("(", 0, end.start()) == text.count(")", 0, end.start())
        and len(labels.lines(start := text[: end.end()].rstrip(";:"), width)) <= most
    ]
    if fitting:
        return fitting[-1]
    return " ".join(textwrap.wrap(text, width - 1)[:most]) + "…"


def _folding_title(ink: Inks, *, noted: bool) -> Spec:
    sizes = {"fontSize": {"expr": f"{IS_NARROW} ? 15 : 17"}, "subtitleFontSize": {"expr": f"{IS_NARROW} ? 12 : 13"}}
    note = {"subtitle": {"expr": _fold("note")}} if noted else {}
    return {"text": {"expr": _fold("title")}, **note, **sizes, "color": ink.text, "subtitleColor": ink.muted}


def _fold(name: str) -> str:
    """The expression that chooses a folding by the width of the container."""
    *narrower, widest = FOLDS
    return "".join(f"outer_width < {FOLDS[size]} ? {name}_{size} : " for size in narrower) + f"{name}_{widest}"
