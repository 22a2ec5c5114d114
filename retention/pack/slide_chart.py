"""Charts on a slide, native ones that can be edited; and pictures of those that a presentation has no kind for."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from math import floor
from typing import Any, Final

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.util import Pt

from retention.number_styles import NumberStyle
from retention.pack.inert import plain
from retention.pack.native import NativeChart
from retention.pack.slide_text import INK, LEFT, TOP, WHITE, WIDE, ink

COLOURS: Final = ("1F5FA8", "A8640C", "7A8CA0", "A8B6C4")
KINDS: Final[Mapping[str, Any]] = {
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "shares": XL_CHART_TYPE.BAR_STACKED_100,
    "steps": XL_CHART_TYPE.COLUMN_STACKED,
}


def chart_on(slide: Any, chart: NativeChart, *, tall: int, style: NumberStyle) -> None:
    """A chart that PowerPoint draws itself and its owner can edit."""
    figures: Any = CategoryChartData(number_format=chart.number_format)
    figures.categories = [_category(name, style) for name in chart.categories]
    for name, values in chart.series:
        figures.add_series(plain(name, longest=60), values)
    drawn = slide.shapes.add_chart(KINDS[chart.kind], LEFT, TOP, WIDE, tall, figures).chart
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1 and chart.kind != "steps"
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
        drawn.legend.font.size = Pt(12)
    drawn.category_axis.tick_labels.font.size = Pt(12)
    _scale(drawn, chart)
    for at, series in enumerate(drawn.plots[0].series):
        _colour(series, chart, at)
        if chart.kind != "steps":
            _label(series, chart, at)
    if chart.kind != "line":
        drawn.plots[0].gap_width = 40
    if chart.kind in ("shares", "steps"):
        drawn.plots[0].overlap = 100


def _category(name: str, style: NumberStyle) -> str:
    return "\n".join(style.text(plain(line, longest=60)) for line in name.split("\n"))


def _scale(drawn: Any, chart: NativeChart) -> None:
    """An axis that does not start at zero says so by its numbers; columns and bars start there."""
    axis = drawn.value_axis
    axis.has_major_gridlines = False
    if chart.kind != "line":
        axis.visible, axis.minimum_scale = False, 0.0
        return
    lowest = min((value for _, values in chart.series for value in values if value is not None), default=0.0)
    axis.minimum_scale = max(0.0, floor(lowest * 10 - 0.5) / 10)
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = "0%", False
    axis.tick_labels.font.size = Pt(11)


def _colour(series: Any, chart: NativeChart, at: int) -> None:
    colours = chart.colours or COLOURS
    if chart.kind == "steps" and at == 0:
        series.format.fill.background()
    elif chart.kind == "line":
        series.format.line.color.rgb = ink(colours[at % len(colours)])
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = ink(colours[at % len(colours)])
    else:
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = ink(colours[at % len(colours)])


def _label(series: Any, chart: NativeChart, at: int) -> None:
    """The figure beside each point or bar; under a walk's columns it stands with their names."""
    shown = series.data_labels
    shown.show_value, shown.number_format, shown.number_format_is_linked = True, chart.number_format, False
    inside = chart.kind == "shares"
    shown.font.size, shown.font.color.rgb = Pt(14 if inside else 12), ink(WHITE if inside else INK)
    if inside:
        return
    below = chart.kind == "line" and at > 0
    above = XL_LABEL_POSITION.ABOVE if chart.kind == "line" else XL_LABEL_POSITION.OUTSIDE_END
    shown.position = XL_LABEL_POSITION.BELOW if below else above


def picture_on(slide: Any, picture: bytes, *, tall: int) -> None:
    """A picture, as large as there is room."""
    shown = slide.shapes.add_picture(BytesIO(picture), LEFT, TOP, height=tall)
    if shown.width > WIDE:
        shown.height, shown.width = int(shown.height * WIDE / shown.width), WIDE
    shown.left = int(LEFT + (WIDE - shown.width) / 2)
