"""Which column is which. An alias list decides; values can refuse an alias; likeness of names only suggests."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from retention.errors import IntakeError
from retention.intake.columns.registry import ALIASES, NEEDED

SUBSCRIPTION_SIGNS = re.compile(
    r"^subscription_(id|oid|uuid|status|number|name|start|end|started|ended|created|canceled|cancelled)|^contract_(id|start|end|number)"
    r"|^(current_)?term_(start|end)|^current_period_|^trial_(start|end)|^plan_(amount|interval)|^interval$"
)
"""Headers that say: one row here is a subscription or contract, not a customer."""

INVOICE_SIGNS = re.compile(
    r"^amount_(due|paid|remaining)$|^due_(at|on|date)$|^paid_at$|^invoice_(date|number|no)$|^order_(number|date|no)$|^total_(line_items_)?price$"
    r"|^charge_(status|attempts|date)$|^receipt_number$|^purchase_(date|id)$|^transaction_(id|date)$|^payment_(date|id)$"
)
"""Headers that say: one row here is an invoice, an order or a payment on a day."""

DETAIL_SIGNS = re.compile(
    r"^(coupon|charge|invoice|order|opportunity|amendment|refund|line_item|rate_plan|product_rate_plan|subscription_item"
    r"|pipeline|stage|promotion)_id$|^(percent_off|amount_off|sku|probability|is_closed|pricebook)"
)
"""Headers that say: one row here is a detail of something else; its own id and name are no customer's."""

BELONGS_SIGNS = re.compile(r"^(subscription|product|product_2|plan|price)_id$")
"""Headers that, beside a bare id, say: one row here belongs to a subscription or a product."""

ACCOUNT_SIGNS = re.compile(
    r"(^|_)e_?mail|^company|^website|domain|^phone|^industry|employees|delinquent|^(billing_)?(city|country)$|^address"
    r"|^account_(number|code|name|owner)|^segment$|^csm|^owner$|lifecycle|^arr$|^mrr$|^customer_|^vertical$|^health|^tier$|^tenure|^churn"
)
"""Headers that say: one row here is a customer, so that a bare id, a name and the day it was created speak of one."""

_SUFFIX = re.compile(r"\((utc|metadata|gmt)\)|\bmetadata\b", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^0-9a-z]+")


def cleaned(header: str) -> str:
    """A header as a plain snake_case name: case, spaces, camel case, "(UTC)" and punctuation folded."""
    spaced = _CAMEL.sub("_", _SUFFIX.sub(" ", header.strip()))
    name = _NOT_WORD.sub("_", spaced.lower()).strip("_")
    return name.removeprefix("property_") or "column"


def has(signs: re.Pattern[str], headers: Sequence[str]) -> bool:
    """Whether a header bears one of the signs."""
    return any(signs.search(cleaned(header)) for header in headers)


def without_unit(header: str) -> tuple[str, bool]:
    """A cleaned amount header without "in cents", and whether it said so."""
    name = cleaned(header)
    bare = re.sub(r"_?\(?(in_)?(cents|minor_units?|pence)\)?$", "", name)
    return bare, bare != name


def recognise(headers: Sequence[str]) -> dict[str, list[str]]:
    """The headers that could be each canonical column, the likeliest first; a header serves one column only."""
    by_name: dict[str, list[str]] = {}
    for header in headers:
        by_name.setdefault(without_unit(header)[0], []).append(header)
    found: dict[str, list[str]] = {}
    for canonical, aliases in ALIASES.items():
        candidates = [header for alias in aliases for header in by_name.get(alias, [])]
        if candidates:
            found[canonical] = candidates
    return found


def recognised_in(headers: Sequence[str]) -> tuple[int, str]:
    """How much of what a book needs a header names, and in words what of it is recognised."""
    found = recognise(headers)
    options = sum(any(part in found for part in parts) for parts in NEEDED)
    words = listed([part.replace("_", " ") for part in found], 8)
    return options, f"recognised: {words}" if found else "no column recognised"


def checked_mapping(mapping: Mapping[str, str | None], headers: Sequence[str]) -> dict[str, str | None]:
    """A mapping by hand, refused where it names a column that is not there."""
    for canonical, header in mapping.items():
        if canonical not in ALIASES:
            near = get_close_matches(canonical, ALIASES, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise IntakeError(f"The mapping names {canonical!r}, which is no column of a book.{hint}")
        if header is not None and header not in headers:
            near = get_close_matches(header, headers, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise IntakeError(
                f"The mapping says {canonical!r} is the column {header!r}, which the file does not have.{hint} "
                f"It has: {listed(headers)}."
            )
    return dict(mapping)


def suggestions(wanted: str, headers: Sequence[str]) -> list[str]:
    """Headers whose names look like a canonical column's aliases; for a person to choose from, never taken silently."""
    names = {cleaned(header): header for header in headers}
    near = [match for alias in ALIASES[wanted] for match in get_close_matches(alias, names, 2, cutoff=0.75)]
    return list(dict.fromkeys(names[name] for name in near))


def listed(names: Sequence[str], most: int = 12) -> str:
    """Names in a sentence, cut to the first dozen."""
    shown = ", ".join(name if len(name) <= 40 else name[:39] + "…" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
