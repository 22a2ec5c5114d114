"""Which column is which. An alias list decides; values can refuse an alias; likeness of names only suggests."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from operator import itemgetter

from retention.errors import IntakeError
from retention.intake.columns.compounds import built_as
from retention.intake.columns.registry import ALIASES, NEEDED

SUBSCRIPTION_SIGNS = re.compile(
    r"^subscription_(id|oid|uuid|status|number|name|start|end|started|ended|created|canceled|cancelled)|^contract_(id|start|end|number)"
    r"|^(current_)?term_(start|end)|^current_period_|^trial_(start|end)|^plan_(amount|interval)|^interval$"
)
"""Headers that say: one row here is a subscription or contract, not a customer."""

INVOICE_SIGNS = re.compile(
    r"^amount_(due|paid|remaining)$|^due_(at|on|date)$|^paid_at$|^invoice_(date|number|no)$|^order_(number|date|no)$|^total_(line_items_)?price$"
    r"|^(converted_)?amount_refunded$|^captured$|^payment_(intent|method)(_id)?$|^seller_message$"
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
_UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ø": "o",
        "œ": "oe",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "æ": "ae",
    }
)
_NUMBER_SIGN = re.compile(r"\b[nN]\s?[°º]")
"""The sign for a number before what it numbers: N° client."""
_TABLE = re.compile(r"^(\w+?)(?:\.|__|->|::|:\s+|\s+-\s+)(?=\w)")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|<[^<>]*>")
_FOR_ANY_TABLE = frozenset({"id", "uuid", "oid", "key", "name", "email", "status", "state", "type", "code", "number"})
"""Names that speak of the table they stand in, so that they say nothing once that is left out."""


def _folded(header: str) -> str:
    """A header in plain letters: full-width ones, ligatures, umlauts and accents folded."""
    plain = _NUMBER_SIGN.sub(" no ", unicodedata.normalize("NFC", header)).translate(_UMLAUTS)
    return "".join(one for one in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(one))


def cleaned(header: str) -> str:
    """A header as a plain snake_case name: case, spaces, camel case, accents, "(UTC)" and punctuation folded."""
    folded = header if header.isascii() else _folded(header)
    told = _TABLE.sub(lambda table: f"{_singular(table[1])}_", folded.strip())
    spaced = _CAMEL.sub("_", _SUFFIX.sub(" ", told))
    name = _NOT_WORD.sub("_", spaced.lower()).strip("_")
    return name.removeprefix("property_") or "column"


def _singular(table: str) -> str:
    """The name of a table as that of one of its rows: customers, companies."""
    if table.lower().endswith("ies"):
        return f"{table[:-3]}y"
    return table[:-1] if len(table) > 3 and table[-1] in "sS" and table[-2] not in "sS" else table


def names_of(header: str) -> list[str]:
    """The names a header goes by, the fullest first: as it stands, without brackets, without the table before it."""
    names = [without_unit(header)[0]]
    bare = _BRACKETS.sub(" ", header)
    if bare.strip() and bare != header:
        names.append(without_unit(bare)[0])
    if (table := _TABLE.match(bare.strip())) is not None:
        inner = bare.strip()[table.end() :]
        while True:  # customer.profile.started_at
            column = without_unit(inner)[0]
            names += [] if column in _FOR_ANY_TABLE else [column]
            if (table := _TABLE.match(inner)) is None:
                break
            inner = inner[table.end() :]
    return list(dict.fromkeys(names))


def has(signs: re.Pattern[str], headers: Sequence[str]) -> bool:
    """Whether a header bears one of the signs."""
    return any(signs.search(cleaned(header)) for header in headers)


def without_unit(header: str) -> tuple[str, bool]:
    """A cleaned amount header without "in cents", and whether it said so."""
    name = cleaned(header)
    bare = re.sub(r"_?\(?(in_)?(cents|minor_units?|pence)\)?$", "", name)
    return bare, bare != name


def parts_named(header: str) -> dict[str, int]:
    """The parts a header may play by its name, each with how telling the name is (less is more)."""
    names = names_of(header)
    for name in names:
        if (known := _KNOWN.get(name.replace("_", ""))) is not None:
            return known
    built = next((part for name in names if (part := built_as(name))), None)
    return {} if built is None else {built: BUILT}


def is_known(part: str, header: str) -> bool:
    """Whether a header is one of the known names of a part, rather than put together like one."""
    return parts_named(header).get(part, BUILT) < BUILT


def says_something_else(header: str) -> bool:
    """Whether a header names another day than one of a start or an end: the record's last change, the next payment."""
    return _OTHER_DAYS.search(cleaned(header)) is not None


_OTHER_DAYS = re.compile(
    r"(^|_)(last|latest|recent|modif\w*|updat\w*|chang\w*|edit\w*|sync\w*|refresh\w*|export\w*|import\w*|load\w*"
    r"|extract\w*|seen|log_?in|activity|contact\w*|visit\w*|next|upcoming|due|expect\w*|forecast\w*|planned|birth\w*|dob"
    r"|trial|geaendert|aktualisiert|letzte\w*|naechste\w*|derni\w*|prochain\w*|modifi\w*|maj|ultim[ao]|atualiza\w*|actualiza\w*"
    r"|aggiorna\w*|proxim[ao]|prossim[ao]|laatste|gewijzigd|bijgewerkt|volgende|geburts\w*|nacimiento|nascita|nascimento)(_|$)"
)


def is_of_a_period(header: str) -> bool:
    """Whether a header names the first or last day of a billing period, of which every row has had many."""
    return re.search(r"(^|_)period_(start|end|from|to|begin)", cleaned(header)) is not None


def is_of_a_status(header: str) -> bool:
    """Whether a header names the day on which the status of a row began: an end only where the status is one."""
    return _STATUS_DAY.fullmatch(cleaned(header)) is not None


_STATUS_DAY = re.compile(
    r"(?:(?:last|current|contract|account|customer|client|member|membership|subscription|policy)_)*(?:status|state|stage|lifecycle(?:_stage)?|standing|statut|estado|stato)"
    r"(?:_(?:chang(?:ed?|e)|updated?|since|effective|set))?(?:_(?:date|day|on|at|since|from|datum|am|seit))?"
    r"|(?:date|datum|fecha|data)_(?:of_|du_|del_|do_|de_)?(?:last_)?(?:status|statut|estado|stato)(?:_change)?"
)


def says_created(header: str) -> bool:
    """Whether a header names the day a record was made: a start only where rows are customers or subscriptions."""
    return "started_on" in parts_named(header) and _CREATED.search(cleaned(header)) is not None


_CREATED = re.compile(r"creat|crea[cz]|criac|angelegt|erstellt|anlage|aanmaak|aangemaakt")

BUILT = 10_000
"""A name that is put together from known words comes after every known one."""


def _known_names() -> dict[str, dict[str, int]]:
    """Known names without marks between their words -> the parts they mean, and their place among that part's names."""
    known: dict[str, dict[str, int]] = defaultdict(dict)
    for part, aliases in ALIASES.items():
        for place, alias in enumerate(aliases):
            known[alias.replace("_", "")].setdefault(part, place)
    return dict(known)


_KNOWN = _known_names()


def recognise(headers: Sequence[str]) -> dict[str, list[str]]:
    """The headers that could be each canonical column, the likeliest first; a header serves one column only."""
    places: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for header in headers:
        for part, place in parts_named(header).items():
            places[part].append((place, header))
    likeliest = {part: sorted(found, key=itemgetter(0)) for part, found in places.items()}
    return {part: [header for _, header in likeliest[part]] for part in ALIASES if part in likeliest}


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
