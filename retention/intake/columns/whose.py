"""Which column may say whose a row is, where none is named like one: a place or body that pays, else what tells rows
apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from retention.intake.columns.compounds import IS_A_PLACE
from retention.intake.columns.evidence import offers_dates, refuses_as_key, sample_of
from retention.intake.columns.names import cleaned, parts_named
from retention.intake.columns.word_columns import is_flag
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts

_KEYED = re.compile(r"(^|_)(no|nr|num|number|code|ref|key|id|nummer|numero|codigo|codice)$")
_NEVER = re.compile(
    r"^(id|uuid|oid)$|note|comment|description|url|link|phone|address|(^|_)(product|item|sku|category|metric|kpi|invoice"
    r"|order|ticket|campaign|subscription|contract|project|deal|line)($|_)|bemerk|kommentar|notiz"
)
_MANY, _FEWEST, _MOST = 0.8, 3, 6


def places_that_pay(table: Table) -> list[str]:
    """The columns named like a place or body that may be a customer: Clinic, Verein, Partner no."""
    return [h for h in table.headers if IS_A_PLACE.fullmatch(cleaned(h)) and _tells_apart(table, h, many=0.0)]


def may_tell_apart(table: Table, *, but: Collection[str]) -> list[str]:
    """The columns that nothing is known about and that tell nearly every row from the others, the fullest of them.

    Args:
        table: a list of customers, or their revenue with months across.
        but: columns that play a part already.
    """
    free = [h for h in table.headers if h not in but and not parts_named(h) and not _NEVER.search(cleaned(h))]
    return [header for header in free if _tells_apart(table, header, many=_MANY)][:_MOST]


def _tells_apart(table: Table, header: str, *, many: float) -> bool:
    """Whether a column holds words or keys, of at least some share of its cells different ones; no days or amounts."""
    cells = sample_of(table, header)
    distinct = cells.n_unique()
    if distinct < _FEWEST or distinct < many * len(cells) or refuses_as_key(table, header):
        return False
    if is_flag(table, header) or offers_dates(table, header):
        return False
    if _KEYED.search(cleaned(header)) or float(read_amounts(cells).unreadable.mean() or 0) > 0.5:  # type: ignore[arg-type]
        return True
    return many > 0 and distinct == len(cells) and bool(cells.str.contains(r"^\s*\d{3,}\s*$").all())


def may_come_back(table: Table, *, but: Collection[str]) -> list[str]:
    """The columns of payments that may say who paid: the same words or keys come back, of many different ones.

    Args:
        table: payments, orders or the like.
        but: columns that play a part already.
    """
    free = [h for h in table.headers if h not in but and parts_named(h).keys() <= _MAY_PAY]
    free = [header for header in free if not _NEVER.search(cleaned(header))]
    found = [header for header in free if _tells_apart(table, header, many=0.0) and _comes_back(table, header)]
    return sorted(found, key=lambda header: -table.distinct(header))[:_MOST]


def _comes_back(table: Table, header: str) -> bool:
    return _FEWEST_PAYERS <= table.distinct(header) <= table.height / _ROWS_EACH


_FEWEST_PAYERS, _ROWS_EACH = 8, 1.5
_MAY_PAY = {"parent_id"}
"""Parts of a list that may be the payer where rows are payments: a parent pays a school."""
