"""How long a payment lasts, by the word for it: monthly, 1 year, P3M, annuel."""

from __future__ import annotations

import re
from typing import Final

_WORDS: Final[tuple[tuple[float, str], ...]] = (
    (6, r"semi ?annual|half ?year|bi ?annual|halbjahr|semest|every 6 months"),
    (3, r"quarter|trimest|quartal|kwarta"),
    (24, r"bi ?ennial|biennal|two ?year|2 ?year|24 ?month"),
    (12, r"year|annual|annum|\byr|jahr|\bannuel|\banual|annuale|\bjaar|12 ?month|\ban\b|\bannee"),
    (1, r"month|\bmo\b|\bmtl\b|monat|mensuel|mensual|mensal|mensile|maand|\bmois\b|\bmes\b|4 ?week"),
    (7 / 30.4375, r"week|woch|hebdo|semana|settiman"),
    (1 / 30.4375, r"\bday|daily|taglich|jour"),
)  # fmt: skip
"""Months of each word, the telling ones first: "semi-annual" says annual too."""

_ISO = re.compile(r"^p(\d+)([dwmy])$")
_COUNTED = re.compile(r"(\d+) ?(day|week|month|year|tag|woche|monat|jahr|mois|an|mes|ano|dia|maand|jaar)")
_UNIT: Final = {"d": 1 / 30.4375, "w": 7 / 30.4375, "m": 1.0, "y": 12.0}
_OF_WORD: Final = {
    "day": "d", "tag": "d", "dia": "d", "week": "w", "woche": "w", "month": "m", "monat": "m", "mois": "m", "mes": "m",
    "maand": "m", "year": "y", "jahr": "y", "an": "y", "ano": "y", "jaar": "y",
}  # fmt: skip


def months_in(word: str) -> float | None:
    """The months that a word for an interval says; None where it says none.

    Args:
        word: in lower case, without accents, marks as spaces.
    """
    if iso := _ISO.match(word.replace(" ", "")):
        return int(iso[1]) * _UNIT[iso[2]]
    if counted := _COUNTED.search(word):
        return int(counted[1]) * _UNIT[_OF_WORD[counted[2]]]
    return next((months for months, stem in _WORDS if re.search(stem, word)), None)
