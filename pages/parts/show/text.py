"""Text from a file on a page: never read as Markdown, LaTeX, HTML or an address."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'/])")
_ADDRESS = re.compile(r"@|://|\bwww(?=\.)|\bhttps?(?=:)", re.IGNORECASE)
_PICTURE = re.compile(r":(?=[\w+/-]+[:\[])")
"""The beginning of what Streamlit draws as an icon, a colour or its own logo, also where it is escaped."""
_SIGN = re.compile(r"(?<=[<>~-])(?=[>=-])|(?<=<)(?=-)")
"""Inside what Streamlit sets as an arrow, a dash or a sign of comparison."""
WORD_JOINER = "\u2060"


def plain(text: object) -> str:
    """Any text as plain text for a place that reads Markdown.

    Addresses, icons and arrows are recognised after escapes are resolved: an invisible word joiner keeps them text.
    """
    inert = " ".join(str(text).split())
    for special in (_ADDRESS, _PICTURE, _SIGN):
        inert = special.sub(lambda match: match[0] + WORD_JOINER, inert)
    return _MARKS.sub(r"\\\1", inert)
