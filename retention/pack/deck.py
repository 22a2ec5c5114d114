"""The pack as a PowerPoint deck: one claim a slide, charts and tables that can be edited, the method in the notes."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from pptx import Presentation
from pptx.util import Emu, Inches

from retention import labels
from retention.glossary import SECTIONS, define
from retention.number_styles import NumberStyle
from retention.pack.filled import filled_table
from retention.pack.footnotes import footnote, method
from retention.pack.inert import plain
from retention.pack.native import native_chart
from retention.pack.pictures import pictures
from retention.pack.slide_chart import chart_on, picture_on
from retention.pack.slide_table import filled_on, rows_on
from retention.pack.slide_text import LEFT, QUIET, TALL, TOP, WIDE, claim, height_of, say, say_lines
from retention.pack.tiles import BoardPack, Tile

WORDS_A_SLIDE: Final = 16
LEAST: Final = Inches(2.6)
"""The least height that is left to what is shown, however much is said below it."""
PICTURE: Final = 760
"""Signs of a picture on a slide are as large as the slide's own."""
FIGURE: Final = Inches(1.1)


def write(pack: BoardPack) -> bytes:
    """The deck's bytes: a cover, a slide a tile, the definitions."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    pictured = [tile for tile in pack.tiles if _is_pictured(tile)]
    drawn = pictures([tile.exhibit for tile in pictured], "png", titled=False, style=pack.style, width=PICTURE)
    held = dict(zip(map(id, pictured), drawn, strict=True))
    _cover(deck, pack)
    for tile in pack.tiles:
        _slide(deck, pack, tile, held.get(id(tile)))
    _definitions(deck, pack)
    for number, slide in enumerate(deck.slides, 1):
        say(slide, f"{number}", (Inches(12.5), Inches(7.02), Inches(0.55), Inches(0.3)), size=10, colour=QUIET)
    out = BytesIO()
    deck.save(out)
    return out.getvalue()


def _is_pictured(tile: Tile) -> bool:
    """Whether a presentation has no kind of its own for what is shown."""
    shown = tile.exhibit
    return shown.drawing is not None and native_chart(shown) is None and filled_table(shown) is None


def _blank(deck: Any) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[6])


def _cover(deck: Any, pack: BoardPack) -> None:
    slide, text = _blank(deck), pack.style.text
    say(slide, "Customer retention", (LEFT, Inches(2.4), WIDE, Inches(1)), size=40, bold=True)
    day = text(f"As of {labels.day(pack.book.as_of)}")
    say(slide, day, (LEFT, Inches(3.4), WIDE, Inches(0.6)), size=20, colour=QUIET)
    source = "Sample data of a made-up company" if pack.sample else plain(pack.name)
    said = f"{source}. {text(pack.rows_account)}".lstrip(". ")
    say(slide, said, (LEFT, Inches(6.4), WIDE, Inches(0.5)), size=12, colour=QUIET)


def _slide(deck: Any, pack: BoardPack, tile: Tile, picture: bytes | None) -> None:
    slide = _blank(deck)
    claim(slide, plain(pack.claim(tile)))
    said = _said(pack, tile)
    tall = max(LEAST, Emu(TALL - height_of(said)))
    end = _show(slide, pack, tile, picture, tall)
    if said:
        say_lines(slide, said, top=end, tall=max(Emu(TOP + TALL - end), Inches(0.3)))
    say(slide, footnote(pack, tile), (LEFT, Inches(6.88), Inches(11.4), Inches(0.5)), size=10, colour=QUIET)
    slide.notes_slide.notes_text_frame.text = "\n".join(_notes(tile, pack.style))


def _said(pack: BoardPack, tile: Tile) -> list[str]:
    """What stands under what is shown: a founder's own words as they were typed, else the first sentences; warnings."""
    words = [f"{heading}: {plain(text, longest=600)}" for heading, text in tile.words.items()]
    first = [sentence for sentence in tile.exhibit.sentences if sentence != tile.heading][:2]
    warned = tile.exhibit.warnings if words else (*first, *tile.exhibit.warnings)
    return [*words, *(plain(pack.style.text(sentence), longest=600) for sentence in warned)]


def _show(slide: Any, pack: BoardPack, tile: Tile, picture: bytes | None, tall: int) -> int:
    """The exhibit as a chart, a filled table, a picture or a table; gives back where it ends."""
    shown, style = tile.exhibit, pack.style
    if (chart := native_chart(shown)) is not None:
        chart_on(slide, chart, tall=tall, style=style)
    elif (filled := filled_table(shown)) is not None:
        return filled_on(slide, filled, tall=tall, style=style)
    elif picture is not None:
        picture_on(slide, picture, tall=tall)
    else:
        return _table(slide, shown.rows(style=style), figure=style.text(shown.figure), tall=tall, style=style)
    return TOP + tall


def _table(slide: Any, rows: Sequence[dict[str, str]], *, figure: str, tall: int, style: NumberStyle) -> int:
    """The rows, under the one number they come to where there is one."""
    if not figure or len(rows) > 4:
        return rows_on(slide, rows, tall=tall, style=style)
    say(slide, figure, (LEFT, TOP, WIDE, FIGURE), size=60, bold=True)
    under = Emu(TOP + FIGURE + Inches(0.2))
    return Emu(rows_on(slide, rows, tall=Emu(tall - FIGURE), style=style, top=under) + Inches(0.2))


def _notes(tile: Tile, style: NumberStyle) -> list[str]:
    """What a speaker has to know: every sentence, the method with its definitions, and the lines that give it again."""
    said = [plain(style.text(line), longest=3_000) for line in (*tile.exhibit.said, *method(tile))]
    return [*said, "", *(plain(line, longest=3_000) for line in tile.exhibit.code.splitlines())]


def _definitions(deck: Any, pack: BoardPack) -> None:
    """The definitions behind the pack, some on each slide; under the last, what happened to the rows of the file."""
    # What the statistics are called stands in the notes of the slides, a click away.
    terms = [define(key) for key in pack.terms if key not in SECTIONS["How sure"]]
    for first in range(0, len(terms), WORDS_A_SLIDE):
        slide = _blank(deck)
        claim(slide, "How every figure is counted")
        lines = [f"{term.name}: {term.plain}" for term in terms[first : first + WORDS_A_SLIDE]]
        lines += ["", pack.rows_account] if first + WORDS_A_SLIDE >= len(terms) else []
        say(slide, pack.style.text("\n".join(lines)), (LEFT, Inches(1.2), WIDE, Inches(5.5)), size=14)
