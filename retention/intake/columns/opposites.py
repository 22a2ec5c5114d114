"""Columns named by opposite verbs: one says when something began, the other when it was over (activated, deactivated).

Alone such a verb may date anything (an invoice is issued too); beside its opposite it dates a stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import permutations
from typing import Final

from retention.intake.columns.compounds import CUSTOMER, DAY, FILLER, STAY, built_as
from retention.intake.columns.evidence import holds_dates, may_end
from retention.intake.columns.names import cleaned, parts_named, says_created
from retention.intake.table import Table

_TURNS: Final = (
    ("", "de"), ("", "dis"), ("", "un"), ("", "des"), ("", "off"), ("on", "off"), ("in", "out"), ("in", "uit"),
    ("in", "ex"), ("in", "des"), ("at", "de"), ("ein", "aus"), ("an", "ab"), ("aan", "af"),
)  # fmt: skip
"""How a verb turns into its opposite: by what stands before it, or after it (moved in, moved out)."""
_SHORTEST = 4
_ENDS_ALREADY: Final = re.compile(r"paus|suspen|froz|freez|lock|block|archiv|delet|cancel|hold|paid|list")
"""Words whose opposite begins again, or says nothing about a stay."""
_DRESS: Final = re.compile(rf"(?!effective){DAY}|{CUSTOMER}|{STAY}|{FILLER}|op|le|il|am|was|is")
_OF_A_DAY: Final = re.compile(rf"(?!effective){DAY}|op|le|il|am")
_GERMAN_DAY: Final = re.compile(r"(?<=[a-z]{4})s?(?:datum|tag|zeitpunkt)$")
_BEGAN: Final = re.compile(
    r"issued?|issuance|grant(?:ed)?|award(?:ed)?|enter(?:ed)?|entry|connect(?:ed|ion)?|link(?:ed)?|engaged?|hired?"
    r"|appoint(?:ed|ment)?|effective|install(?:ed|ation)?|deploy(?:ed|ment)?|commission(?:ed|ing)|certified|accredited"
    r"|licen[cs]ed|recruited|inducted|placed|placement|taken_?on|booked_?in|check(?:ed)?_?in|opened|open(?:ing)?"
    r"|ausgestellt|ausstellung|erteilt|eroeffnet|eroeffnung|geoeffnet|angeschlossen|eingestellt|emis|delivre|ouverte?"
    r"|emitid[oa]|otorgad[oa]|concedid[oa]|abiert[oa]|matriculad[oa]|inscrit[oa]|emess[oa]|rilasciat[oa]|apert[oa]"
    r"|iscritt[oa]|abert[oa]|afgegeven|verleend|geopend|aangesloten"
)
"""Verbs that begin a stay where another column says when it was over."""
_ENDED: Final = re.compile(
    r"revoked?|revocation|surrender(?:ed)?|discharged?|released?|dismiss(?:ed|al)?|removed?|removal|decommission(?:ed|ing)?"
    r"|went_?dark|sunset|forfeit(?:ed)?|rescinded|relinquished|withdrew|detached|let_?go|check(?:ed)?_?out|clos(?:e|ed|ing)"
    r"|radiation|radie|entzogen|entzug|widerrufen|geschlossen|schliessung|aufloesung|aufgeloest|loeschung|fermee?|fermeture|clos|revoquee?|cerrad[oa]"
    r"|retirad[oa]|revocad[oa]|chius[oa]|ritirat[oa]|revocat[oa]|fechad[oa]|desligad[oa]|revogad[oa]|ingetrokken"
    r"|gesloten|afgesloten"
)
"""Verbs that end a stay where another column says when it began."""
_OVER: Final = ("churned_on", "requested_on", "term_end", "end_date")


def began_and_ended(table: Table, *, payments: bool) -> tuple[list[str], list[str]]:
    """The columns of days that say by opposite names when a stay began, and when it was over.

    Args:
        table: the file.
        payments: whether rows are invoices or the like, which are issued and closed as well.
    """
    cores = {header: _core(header) for header in table.headers}
    pairs = [*_turned(cores), *([] if payments else _by_verbs(cores))]
    sound = [
        (began, ended)
        for began, ended in dict.fromkeys(pairs)
        if holds_dates(table, began, must=True, whole_months=True) and may_end(table, ended, known=True)
    ]
    return list(dict.fromkeys(began for began, _ in sound)), list(dict.fromkeys(ended for _, ended in sound))


def from_and_until(table: Table) -> list[tuple[str, str]]:
    """The columns that say from when and until when one thing held: insured from, insured until."""
    names = {header: cleaned(header) for header in table.headers}
    since = {m[1]: header for header, name in names.items() if (m := _SINCE.fullmatch(name))}
    until = {m[1]: header for header, name in names.items() if (m := _UNTIL.fullmatch(name))}
    pairs = [(since[what], until[what]) for what in since if what in until]
    return [
        (first, last)
        for first, last in pairs
        if holds_dates(table, first, must=True) and may_end(table, last, known=True)
    ]


_SINCE: Final = re.compile(r"(\w+)_(?:from|since|von|seit|ab|desde|depuis|du|dal|van|od|fran)")
_UNTIL: Final = re.compile(r"(\w+)_(?:until|till|to|through|thru|bis|hasta|jusqu_au|au|ate|al|fino_al|tot|do|till)")


def _core(header: str) -> str:
    """A name without the words that say of what it is, and that it is a day: "Uninstalled at" is "uninstalled"."""
    words = _GERMAN_DAY.sub("", cleaned(header)).split("_")
    telling = [word for word in words if not _DRESS.fullmatch(word)]
    return "_".join(telling or [word for word in words if not _OF_A_DAY.fullmatch(word)])


def _turned(cores: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Pairs of names that are each other's opposite by how they begin or end."""
    for (began, first), (ended, last) in permutations(cores.items(), 2):
        one, two = first.replace("_", ""), last.replace("_", "")
        if not one or not two or one == two or _ENDS_ALREADY.search(one):
            continue
        for on, off in _TURNS:
            stem = one.removeprefix(on) if one.startswith(on) else ""
            behind = one.removesuffix(on) if on and one.endswith(on) else ""
            if (len(stem) >= _SHORTEST and two == off + stem) or (len(behind) >= _SHORTEST and two == behind + off):
                yield began, ended
                break


def _by_verbs(cores: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A verb that begins beside one that ends, of the same thing: permit granted, permit revoked."""
    verbs = {header: of for header, core in cores.items() if (of := _of_what(core, _ENDED)) is not None}
    over = [header for header in cores if built_as(cleaned(header)) in _OVER and header not in verbs]
    for header, core in cores.items():
        if (of := _of_what(core, _BEGAN)) is not None:
            yield from ((header, end) for end, what in verbs.items() if what == of and end != header)
            yield from ((header, end) for end in over if not of and end != header)
        elif "started_on" in parts_named(header) and not says_created(header):
            yield from ((header, end) for end, what in verbs.items() if not what and end != header)


def _of_what(core: str, verbs: re.Pattern[str]) -> str | None:
    """The words before a verb, none of which may be left out of its pair; None where a name ends in no such verb."""
    words = core.split("_")
    for at in range(len(words)):
        if verbs.fullmatch("_".join(words[at:])):
            return "_".join(words[:at])
    return None
