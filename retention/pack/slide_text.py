"""Text on a slide: where it stands, how large it is so that it fits, and in which colour."""

from __future__ import annotations

from math import ceil
from typing import Any, Final

from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Emu, Inches, Pt

INK, QUIET, WHITE = "16202C", "566270", "FFFFFF"
Box = tuple[int, int, int, int]
"""Where something stands on a slide: left, top, width, height."""
LEFT, WIDE = Inches(0.6), Inches(12.13)
TOP, TALL = Inches(1.5), Inches(5.3)
"""Where what is shown begins below the claim, and the height down to the footnote."""
CLAIMS: Final = ((50, 28), (95, 24), (140, 20), (300, 16))
"""Signs up to which a claim stands in a size of type: it never takes more than two lines."""
WORDS: Final = 14
SIGN: Final = 0.54
"""The width of a sign, in sizes of the type."""


def ink(colour: str) -> Any:
    """A colour, from RRGGBB."""
    return RGBColor(*bytes.fromhex(colour.removeprefix("#")))


def say(slide: Any, text: str, box: Box, *, size: int, bold: bool = False, colour: str = INK) -> None:
    """Text in a box, a paragraph a line."""
    frame = slide.shapes.add_textbox(*box).text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.TOP
    for at, line in enumerate(text.split("\n")):
        paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text, run.font.size, run.font.bold = line, Pt(size), bold
        run.font.color.rgb = ink(colour)


def claim(slide: Any, text: str) -> None:
    """The one claim of a slide, over it."""
    size = next((size for signs, size in CLAIMS if len(text) <= signs), CLAIMS[-1][1])
    say(slide, text, (LEFT, Inches(0.4), WIDE, Inches(1)), size=size, bold=True)


def height_of(lines: list[str], *, size: int = WORDS, wide: int = WIDE) -> int:
    """How high lines of text stand, each folded where it is longer than the slide is wide."""
    across = (Emu(wide).pt - 14) / (SIGN * size)
    return Pt(sum(max(1, ceil(len(line) / across)) * size * 1.2 + 4 for line in lines) + 8) if lines else Emu(0)


def say_lines(slide: Any, lines: list[str], *, top: int, tall: int) -> None:
    """Sentences under each other, in a size in which they fit."""
    size = next((size for size in range(WORDS, 8, -1) if height_of(lines, size=size) <= tall), 9)
    say(slide, "\n".join(lines), (LEFT, top, WIDE, tall), size=size)
