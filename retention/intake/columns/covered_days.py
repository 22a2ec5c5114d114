"""Which columns of payments say the days that each one covers: a start and an end, or an interval."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from retention.coded import is_coded, texts_of
from retention.intake.columns.evidence import holds_dates, sample_of
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.table import Table
from retention.intake.values.dates import read_dates
from retention.intake.values.intervals import months_in
from retention.intake.values.statuses import folded

_START, _END = (
    "start|starts|started|begin|begins|beginning|from|von|debut|inicio|inizio|since|purchase|purchased|beginn|anfang"
    "|desde|depuis|dal|dall|vanaf|begindatum|startdatum",
    "end|ends|ended|ending|to|until|till|through|thru|bis|fin|fim|fine|expires|expiry|expiration|expire|ende|hasta|ate"
    "|jusqu|tot|einde|einddatum|enddatum|termino|scadenza",
)
_FROM_TO = ("du|ab|van|vom|de|od", "au|a|al|do|t_m")
"""Words that say from and to where they stand last, or alone; elsewhere they join words."""
_DRESS = {"date", "at", "on", "time", "ts", "day", "utc", "ms", "timestamp", "the"}
_PAID_UNTIL = re.compile(
    r"^(paid|covered|covers|access|valid|good|prepaid)_(through|thru|until|till|up_to|to)(_date)?$|^(expires|expiration|expiry)"
    r"(_date|_at|_on)?$|^(subscription_)?expires_(at|on|date)$"
)
_INTERVAL = re.compile(
    r"(^|_)(billing|billed|abrechnung|zahlweise|zahlungsweise|facturation|interval|frequency|cadence|periodicity|recurrence|recurring_interval|cycle|billing_(cycle|period|frequency|term"
    r"|interval|cadence)|duration|turnus|intervall|periodicidad|frequence|frequenza|charge_frequency|payment_frequency)$"
)
_PLAN = re.compile(
    r"(^|_)(plan|product|price|sku|tier|package|subscription|description|item|offer)(_(name|id|identifier|code))?$"
)
_PAYS = re.compile(
    r"rechnung|zahlung|betrag|netto|brutto|beleg|facture|montant|paiement|reglement|factura|importe|pago|recibo|fattura"
    r"|importo|pagamento|fatura|valor|bedrag|factuur|betaling|invoice|payment|transaction|receipt|charge|renewal_number|store$|is_trial_period|refund|amount|price|paid|order|proceeds"
)
_COUNT = re.compile(r"(^|_)interval_count$|^frequency_count$")
_ENOUGH, _LONGEST = 0.95, 1_200


@dataclass(frozen=True)
class CoveredDays:
    """How rows say which days they cover.

    Attributes:
        start: the column of first days.
        end: the column of ends, or None where an interval says how long.
        interval: the column of the interval.
        count: the column of how many intervals.
    """

    start: str
    end: str | None = None
    interval: str | None = None
    count: str | None = None


def covered_days(table: Table, roles: Roles) -> CoveredDays | None:
    """The columns by which payments say the days they cover; None where they do not, or where rows are no payments."""
    if roles.shape not in ("events", "list") or not table.height:
        return None
    if roles.by_hand & {"started_on", "churned_on"} or not _are_payments(table, roles):
        return None
    for start, end in _pairs(table, roles):
        if _is_period(table, start, end):
            return CoveredDays(start, end)
    day = roles.columns.get("occurred_on")
    if roles.shape != "events" or day is None:
        return None
    if (interval := _interval_column(table, roles)) is not None:
        count = next((header for header in table.headers if _COUNT.search(cleaned(header))), None)
        return CoveredDays(day, interval=interval, count=count)
    return None


def _are_payments(table: Table, roles: Roles) -> bool:
    """Whether rows are payments: events that speak of money, or a list whose customers repeat and that does so too."""
    signs = sum(bool(_PAYS.search(cleaned(header))) for header in table.headers)
    if roles.shape == "events":
        return signs > 0
    if signs < (_SIGNS if "started_on" in roles.columns else 1) or roles.subscriptions:
        return False
    return table.distinct(roles.columns["customer_id"]) * _REPEATS <= table.height


_REPEATS, _SIGNS = 1.5, 2


def _pairs(table: Table, roles: Roles) -> Iterator[tuple[str, str]]:
    """Columns that name the start and the end of one thing, then days paid until beside the day of the row."""
    dated = [header for header in table.headers if "trial" not in cleaned(header)]
    starts = {_stem(header, _START): header for header in reversed(dated) if _stem(header, _START) is not None}
    ends = {_stem(header, _END): header for header in reversed(dated) if _stem(header, _END) is not None}
    for stem in sorted(starts.keys() & ends.keys(), key=lambda stem: "period" not in str(stem)):
        yield starts[stem], ends[stem]
    day = roles.columns.get("occurred_on") or roles.columns.get("started_on")
    for header in dated:
        if day is not None and header != day and _PAID_UNTIL.search(cleaned(header)):
            yield day, header


def _stem(header: str, words: str) -> str | None:
    """What a header names besides being a start or an end; None where it is neither."""
    parts = cleaned(header).split("_")
    rest = [part for part in parts if part not in _DRESS]
    telling = [part for part in rest if re.fullmatch(words, part)]
    last = _FROM_TO[words == _END]
    if not telling and rest and re.fullmatch(last, rest[-1]):
        telling = rest[-1:]
    return "_".join(part for part in rest if part not in telling) if telling else None


def _is_period(table: Table, start: str, end: str) -> bool:
    """Whether two columns hold days, nearly everywhere, each end after its start and not years after."""
    if not (holds_dates(table, start, must=True) and holds_dates(table, end, must=True)):
        return False
    first, last = read_dates(table.column(start)).days, read_dates(table.column(end)).days
    long = (last - first).dt.total_days()
    return float(long.is_between(0, _LONGEST).fill_null(value=False).mean() or 0) >= _ENOUGH  # type: ignore[arg-type]


def _interval_column(table: Table, roles: Roles) -> str | None:
    """The column whose words say how long a payment lasts: one so named, else plans that all name it."""
    but = {roles.columns.get(part) for part in ("customer_id", "occurred_on", "name", "email")}
    free = [header for header in table.headers if header not in but]
    named = [header for header in free if _INTERVAL.search(cleaned(header))]
    plans = [header for header in free if _PLAN.search(cleaned(header))]
    return next((header for header in (*named, *plans) if _all_say_how_long(table, header)), None)


def _all_say_how_long(table: Table, header: str) -> bool:
    cells = table.column(header)
    texts = texts_of(cells) if is_coded(cells) else sample_of(table, header).unique()
    if not len(texts) or len(texts) > _MOST_PLANS:
        return False
    told = [text for text in texts if months_in(folded(text)) is not None]
    known = cells.cast(pl.String).is_in(told)
    return float(known.mean() or 0) >= _ENOUGH  # type: ignore[arg-type]


_MOST_PLANS = 200
