"""Text from a file in a file that is given away: one line of plain signs, so that no program reads it as anything."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 300
"""Signs of a text that are kept where it is a name or a title; what follows gives way to an ellipsis."""
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_FORMULA: Final = re.compile(r"^[\s]*[=+\-@＝＋－＠|%]")


def plain(text: object, *, longest: int = LONGEST) -> str:
    """A text on one line without control signs and marks that turn its direction, cut where it is very long."""
    line = " ".join(_UNSEEN.sub(" ", str(text)).split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def cell(text: object) -> str:
    """A text for a cell of a spreadsheet: never a formula, whatever it begins with."""
    line = plain(text, longest=2_000)
    return "'" + line if _FORMULA.match(line) else line
