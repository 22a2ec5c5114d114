"""Words that a founder would have to explain to the board, and sentences too long to read aloud."""

from __future__ import annotations

import re

FORBIDDEN = (
    "luck", "cannot tell", "too early to tell", "nobody can read", "on a yearly pace", "customers behind:",
    "the walk step", "moves that cancel", "with a part month", "instead of the same", "cannot hold",
    "the plan in front", "hangs on", "count once", "take away", "put in front", "put away",
    "not the whole book", "leaves this open", "looked at", "confidence interval", "p-value",
    "statistically significant",
)  # fmt: skip
LONGEST = 30
"""Words of a sentence above the folds."""
_DRESS = re.compile(r"<[^>]+>|:[a-z-]+\[|[*_`]")
_END = re.compile(r"(?<=[.?!:;])\s+|\n")


def unplain(text: str) -> list[str]:
    """The forbidden words in a text."""
    said = " ".join(text.lower().split())
    return [word for word in FORBIDDEN if word in said]


def too_long(text: str) -> list[str]:
    """The sentences of a text that are longer than a person says in one breath."""
    return [sentence for sentence in _END.split(_DRESS.sub("", text)) if len(sentence.split()) > LONGEST]
