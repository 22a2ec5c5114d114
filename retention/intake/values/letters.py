"""Cells as a keyboard would have written them: one hyphen, one blank, plain digits, and English names of months."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

MONTH_NAMES: Final = (
    r"jan(?:uary|uari|uar|vier|v|eiro)?|j[äa]nner|j[äa]n|enero|ene|gennaio|gen",
    r"feb(?:ruary|ruari|ruar|rero|braio)?|fevereiro|f[ée]v(?:r(?:ier)?)?|feber",
    r"mar(?:ch|s|zo|[çc]o)?|m[äa]e?rz|mär|mrz|maart|mrt",
    r"apr(?:ile|il)?|avr(?:il)?|abr(?:il)?",
    r"mayo?|maio?|mei|mag(?:gio)?",
    r"jun(?:e|io|ho|i)?|juin|giu(?:gno)?",
    r"jul(?:y|io|ho|i)?|juil(?:let)?|lug(?:lio)?",
    r"aug(?:ustus|ust)?|ao[uû]t|ago(?:sto)?",
    r"sept?(?:ember|embre|tembre|iembre)?|set(?:tembre|embro|t)?",
    r"o[ck]t(?:ober|obre|ubre)?|ott(?:obre)?|out(?:ubro)?",
    r"nov(?:ember|embre|iembre|embro)?",
    r"de[czß](?:ember|embre|embro)?|d[ée]c(?:embre)?|dic(?:iembre|embre)?",
)
"""Per month its names, whole and short, in English, German, French, Spanish, Portuguese, Italian and Dutch."""

_IN_ENGLISH: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ANY_NAME: Final = rf"(?i)\b(?:{'|'.join(MONTH_NAMES)})\b"
_HYPHENS: Final = r"[\u2010-\u2015\u2043\u2212\uFE58\uFE63]"
_UNSEEN: Final = r"[\u00AD\u200B-\u200F\u202A-\u202E\u2060\uFEFF]"
_SMALL_WORDS: Final = r"(?i)\b(?:de|del|of|di)\b|(?:\b(\d{1,2})(?:er|re|e|o|a|°))\b"


def plain_marks(texts: pl.Series) -> pl.Series:
    """Texts with one kind of hyphen and blank, and digits of the usual width; nothing unseen between them."""
    if not texts.str.contains(r"[^\x00-\x7F]").any():
        return texts
    folded = texts.str.normalize("NFKC").str.replace_all(_HYPHENS, "-").str.replace_all(_UNSEEN, "")
    return folded.str.replace_all(r"\s+", " ").str.strip_chars()


def english_months(texts: pl.Series) -> pl.Series:
    """Texts with the names of months in English, where any are named; "3 de março de 2024" is "3 Mar 2024"."""
    if not texts.str.contains(_ANY_NAME).any():
        return texts
    bare = texts.str.replace_all(_SMALL_WORDS, "${1}")
    for names, english in zip(MONTH_NAMES, _IN_ENGLISH, strict=True):
        bare = bare.str.replace_all(rf"(?i)\b(?:{names})\b\.?", english)
    return bare.str.replace_all(r"\s+", " ").str.strip_chars()


def month_number(name: str) -> int:
    """The number of a month by one of its names."""
    return next(at for at, names in enumerate(MONTH_NAMES, 1) if re.fullmatch(names, name, re.IGNORECASE))
