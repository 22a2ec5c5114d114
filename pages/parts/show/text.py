"""Text from a file on a page: never read as Markdown, LaTeX, HTML or an address."""

from __future__ import annotations

import re

_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^=@\"'/])")
_ADDRESS = re.compile(r"@|://|\bwww(?=\.)|\bhttps?(?=:)", re.IGNORECASE)
WORD_JOINER = "\u2060"


def plain(text: object) -> str:
    """Any text as plain text for a place that reads Markdown.

    Addresses are recognised after escapes are resolved, so an invisible word joiner keeps them from becoming links.
    """
    unlinked = _ADDRESS.sub(lambda match: match[0] + WORD_JOINER, " ".join(str(text).split()))
    return _MARKS.sub(r"\\\1", unlinked)
