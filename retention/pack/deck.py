"""The pack as a PowerPoint deck: one claim a slide, charts and tables that can be edited, the method in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from math import floor
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

from retention import labels
from retention.glossary import define
from retention.pack.footnotes import footnote, method
from retention.pack.inert import plain
from retention.pack.native import NativeChart, native_chart
from retention.pack.pictures import pictures
from retention.pack.tiles import BoardPack, Tile

INK, QUIET, BLUE, AMBER = "16202C", "5B6B7C", "1F5FA8", "C77700"
MOST_ROWS, MOST_COLUMNS = 14, 9
Box = tuple[int, int, int, int]
"""Where something stands on a slide: left, top, width, height."""
LEFT, WIDE = Inches(0.6), Inches(12.13)
TOP, TALL = Inches(1.55), Inches(4.75)


def write(pack: BoardPack) -> bytes:
    """The deck's bytes: a cover, a slide a tile, the definitions."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    pictured = [tile for tile in pack.tiles if native_chart(tile.exhibit) is None and tile.exhibit.drawing]
    drawn = dict(
        zip(map(id, pictured), pictures([tile.exhibit for tile in pictured], "png", titled=False), strict=True)
    )
    _cover(deck, pack)
    for tile in pack.tiles:
        _slide(deck, pack, tile, drawn.get(id(tile)))
    _definitions(deck, pack)
    for number, slide in enumerate(deck.slides, 1):
        _say(slide, f"{number}", (Inches(12.5), Inches(7.02), Inches(0.55), Inches(0.3)), size=10, colour=QUIET)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _blank(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _cover(deck: Any, pack: BoardPack) -> None:
    slide = _blank(deck)
    _say(slide, "Customer retention", (LEFT, Inches(2.4), WIDE, Inches(1)), size=40, bold=True)
    _say(slide, f"As of {labels.day(pack.book.as_of)}", (LEFT, Inches(3.4), WIDE, Inches(0.6)), size=20, colour=QUIET)
    source = "Sample data of a made-up company" if pack.sample else plain(pack.name)
    _say(
        slide,
        f"{source}. {pack.rows_account}".lstrip(". "),
        (LEFT, Inches(6.4), WIDE, Inches(0.5)),
        size=12,
        colour=QUIET,
    )


def _slide(deck: Any, pack: BoardPack, tile: Tile, picture: bytes | None) -> None:
    slide = _blank(deck)
    _say(slide, plain(tile.heading), (LEFT, Inches(0.4), WIDE, Inches(1)), size=26, bold=True)
    words = [f"{heading}: {plain(text, longest=600)}" for heading, text in tile.words.items()]
    said = (
        words or [plain(sentence, longest=600) for sentence in tile.exhibit.sentences if sentence != tile.heading][:2]
    )
    tall = Emu(TALL - Inches(0.42) * len(said))
    chart = native_chart(tile.exhibit)
    if chart is not None:
        _native(slide, chart, tall)
    elif picture is not None:
        _picture(slide, picture, tall)
    else:
        _table(slide, tile, tall)
    for at, text in enumerate(said):
        _say(slide, text, (LEFT, Emu(TOP + tall + Inches(0.1) + Inches(0.42) * at), WIDE, Inches(0.42)), size=14)
    _say(slide, footnote(pack, tile), (LEFT, Inches(6.88), Inches(11.4), Inches(0.5)), size=10, colour=QUIET)
    notes = [*tile.exhibit.sentences, *tile.exhibit.warnings, "", *method(tile), "", *tile.exhibit.code.splitlines()]
    slide.notes_slide.notes_text_frame.text = "\n".join(plain(line, longest=3_000) if line else "" for line in notes)


def _definitions(deck: Any, pack: BoardPack) -> None:
    """The definitions behind the pack, ten a slide at most."""
    terms = [define(key) for key in pack.terms]
    for first in range(0, len(terms), 10):
        slide = _blank(deck)
        _say(slide, "How every figure is counted", (LEFT, Inches(0.4), WIDE, Inches(0.8)), size=26, bold=True)
        lines = [f"{term.name}: {term.plain}" for term in terms[first : first + 10]]
        _say(slide, "\n".join([*lines, "", pack.rows_account]), (LEFT, Inches(1.3), WIDE, Inches(5.4)), size=13)


def _say(slide: Any, text: str, box: Box, *, size: int, bold: bool = False, colour: str = INK) -> None:
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    for at, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = line, Pt(size), bold
        run.font.color.rgb = _ink(colour)


def _native(slide: Any, chart: NativeChart, tall: int) -> None:
    """A chart that PowerPoint draws itself and its owner can edit."""
    figures: Any = CategoryChartData(number_format=chart.number_format)
    figures.categories = [plain(name, longest=60) for name in chart.categories]
    for name, values in chart.series:
        figures.add_series(plain(name, longest=60), values)
    kind = {
        "line": XL_CHART_TYPE.LINE_MARKERS,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "shares": XL_CHART_TYPE.BAR_STACKED_100,
        "steps": XL_CHART_TYPE.COLUMN_STACKED,
    }[chart.kind]
    drawn = slide.shapes.add_chart(kind, LEFT, TOP, WIDE, tall, figures).chart
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1 and chart.kind != "steps"
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    plot, value_axis = drawn.plots[0], drawn.value_axis
    value_axis.has_major_gridlines = False
    if chart.kind == "line":  # an axis that does not start at zero says so by its numbers
        lowest = min(value for _, values in chart.series for value in values if value is not None)
        value_axis.minimum_scale = max(0.0, floor(lowest * 10 - 0.5) / 10)
        value_axis.tick_labels.number_format, value_axis.tick_labels.number_format_is_linked = "0%", False
        value_axis.tick_labels.font.size = Pt(11)
    else:
        value_axis.visible, value_axis.minimum_scale = False, 0.0
    drawn.category_axis.tick_labels.font.size = Pt(12)
    colours = chart.colours or (BLUE, AMBER, "7A8CA0", "A8B6C4")
    for at, series in enumerate(plot.series):
        ink = colours[at % len(colours)]
        if chart.kind == "steps" and at == 0:
            series.format.fill.background()
            continue
        target = series.format.line.color if chart.kind == "line" else _filled(series)
        target.rgb = _ink(ink)
        values = series.data_labels
        values.show_value, values.number_format, values.number_format_is_linked = True, chart.number_format, False
        values.font.size = Pt(12)
        if chart.kind == "line":
            values.position = XL_LABEL_POSITION.ABOVE if at == 0 else XL_LABEL_POSITION.BELOW
        elif ink in (BLUE, AMBER):
            values.font.color.rgb = _ink("FFFFFF")
    if chart.kind != "line":
        plot.gap_width = 40
        if chart.kind in ("shares", "steps"):
            plot.overlap = 100


def _ink(colour: str) -> Any:
    return RGBColor(*bytes.fromhex(colour))


def _filled(series: Any) -> Any:
    series.format.fill.solid()
    return series.format.fill.fore_color


def _picture(slide: Any, picture: bytes, tall: int) -> None:
    shown = slide.shapes.add_picture(BytesIO(picture), LEFT, TOP, height=tall)
    if shown.width > WIDE:
        shown.height, shown.width = int(shown.height * WIDE / shown.width), WIDE
    shown.left = int(LEFT + (WIDE - shown.width) / 2)


def _table(slide: Any, tile: Tile, tall: int) -> None:
    """The exhibit's table, its first rows; how many more there are stands in its last line."""
    rows = tile.exhibit.rows()
    if not rows:
        return
    headings = list(rows[0])[:MOST_COLUMNS]
    shown: Sequence[dict[str, str]] = rows[:MOST_ROWS]
    more = f"Showing {len(shown)} of {len(rows):,} rows" if len(rows) > len(shown) else ""
    height = min(tall, Inches(0.36) * (len(shown) + 1))
    table = slide.shapes.add_table(len(shown) + 1, len(headings), LEFT, TOP, WIDE, height).table
    table.horz_banding = False
    for column, heading in enumerate(headings):
        _cell(table.cell(0, column), heading, bold=True)
        for at, row in enumerate(shown, 1):
            _cell(table.cell(at, column), row[heading], bold=False)
    if more:
        _say(slide, more, (LEFT, Emu(TOP + height + Inches(0.02)), WIDE, Inches(0.3)), size=10, colour=QUIET)


def _cell(cell: Any, text: str, *, bold: bool) -> None:
    cell.text = plain(text, longest=80)
    font = cell.text_frame.paragraphs[0].font
    font.size, font.bold, font.color.rgb = Pt(12), bold, _ink(INK)
    cell.fill.solid()
    cell.fill.fore_color.rgb = _ink("E4ECF5" if bold else "FFFFFF")
