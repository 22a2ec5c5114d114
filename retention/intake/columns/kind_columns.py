"""Which columns of a file that is no list play its parts, by their names and by what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable

from retention.intake.columns.compounds import built_as
from retention.intake.columns.evidence import is_month, money_named
from retention.intake.columns.look import Look
from retention.intake.columns.names import cleaned, recognise
from retention.intake.columns.word_columns import names_a_status
from retention.intake.values.changes import changes_of, movements_of
from retention.intake.values.statuses import standing_of

EVENT = re.compile(
    r"(^|_)(events?|action|activity|change|changed|transition|movement|what|ereignis|evento|evenement|vorgang|mouvement|movimiento|movimento|gebeurtenis|zdarzenie|handelse|new_value|"
    r"new_status|new_state|new_stage|to_status|to_state|to_stage)($|_)|^to$|_to$"
)
TYPE = re.compile(r"(^|_)(type|kind|lifecycle|lifecycle_stage|typ|tipo)$")
TO = re.compile(r"^(to|new|current|after)(_|$)|(_to|_new|_after|^new_value)$")
FROM = re.compile(r"^(from|old|previous|prior|before)(_|$)|(_from|_old|_before)$")
CHANGED_ON = re.compile(r"chang|transition|event|effective|occurred|logged|edit|status_date|since|happened")
ACTIVITY = re.compile(r"order|purchase|payment|paid|invoice|transaction|charge|visit|login|session|usage")
SNAPSHOT = re.compile(
    r"snapshot|as_?of|as_at|(^|_)(report|reporting|extract|extracted|export|exported|pulled|load|file|list|stand|data|run|"
    r"census|partition|ds)(_(date|day|month|on|at|dt|period|week))|^(stichtag|ds|asof|stand|stand_vom|stand_am|stav|peildatum|situation_au)$|^date_(pulled|of_list|of_report)$"
)
MONTHLY = re.compile(r"month|period|quarter|year|week|mois|monat|^mes$|^mese$|maand|quartal|trimestre")
_FIELD = re.compile(r"^(\w+_)?(field|property|attribute|field_name|property_name|column_name|field_event)$")
_VALID_FROM = re.compile(
    r"(valid|effective|active|record|row|version|dbt_valid|sys|system)_(from|start|begin)|^(from_(date|ts)|start_ts)$"
)
_VALID_TO = re.compile(
    r"(valid|effective|active|record|row|version|dbt_valid|sys|system)_(to|until|end|thru|through)|^(to_(date|ts)|end_ts)$"
)
VERSION = re.compile(
    r"is_(current|latest)|current_(flag|record|row|indicator)|^(version|latest|dbt_scd_id|surrogate_key|scd_id|row_version)$"
)
_DELTA = re.compile(r"(movement|change|delta|diff(erence)?|net_new|net_change|impact|variation)(_|$)")
RECURRING = re.compile(r"(^|_)(mrr|arr|recurring|cmrr|acv)($|_)")
_STAGE = re.compile(
    r"(^|_)(deal_?stage|stage|stage_name|opportunity_stage|pipeline_stage|deal_status|phase|dealstage)($|_)"
)
DEAL = re.compile(
    r"opportunit|(^|_)deal|pipeline|probability|forecast|(^|_)won($|_)|lead_source|closed_?won|close_?date|expected_close"
)
_OF_KIND = {
    "new": re.compile(r"^(new|new_biz|new_business)(_(mrr|arr|logo_mrr|revenue))?$|^(mrr|arr)_(new|new_biz)$"),
    "expansion": re.compile(r"^(expansion|upgrade|upsell)(_(mrr|arr|revenue))?$|^(mrr|arr)_(expansion|upgrades?)$"),
    "contraction": re.compile(
        r"^(contraction|downgrade|downsell)(_(mrr|arr|revenue))?$|^(mrr|arr)_(contraction|downgrades?)$"
    ),
    "churn": re.compile(
        r"^(churn|churned|cancelled|canceled|lost)(_(mrr|arr|revenue))?$|^(mrr|arr)_(churn|churned|lost)$"
    ),
    "reactivation": re.compile(
        r"^(reactivation|reactivated|resurrected|winback)(_(mrr|arr|revenue))?$|^(mrr|arr)_reactivat\w*$"
    ),
}  # fmt: skip
"""Headers of a column for each kind of movement."""


def change_column(look: Look) -> str | None:
    """The column whose words say what happened: known words that start and that end, most of its cells."""
    shares = {}
    for header, words in look.words.items():
        told = changes_of(words)
        if {"start", "end"} <= set(told.values()) | ({"end"} if "pause" in told.values() else set()):
            shares[header] = look.share(header, told) + bool(EVENT.search(look.names[header])) - _is_from(look, header)
            shares[header] += bool(TO.search(look.names[header]))
    known = max((h for h in shares if shares[h] >= MOST), key=shares.__getitem__, default=None) or plan_after(look)
    return known or look.table.once(("starts and ends", ""), lambda: _by_order(look))


def plan_after(look: Look) -> str | None:
    """The column of the plan that somebody changed to, beside the one they came from."""
    to = [h for h in look.words if TO.search(look.names[h]) and PLAN.search(look.names[h])]
    before = [h for h in look.words if _is_from(look, h) and PLAN.search(look.names[h])]
    return to[0] if to and before else None


PLAN = re.compile(r"(^|_)(plan|tier|level|package|product|edition|tarif|tariff|formule|piano|plano|pakket)(_|$)")


def _by_order(look: Look) -> str | None:
    """The column of words that no list has, of which one stands first in nearly everybody's rows and nowhere else, and
    another always last: they start and end something.
    """
    day = event_day(look)
    if look.who is None or day is None or not look.some_rows_repeat or amount_columns(look):
        return None
    few = len(look.table.headers) <= _FEW_COLUMNS
    for header, words in look.words.items():
        named = EVENT.search(look.names[header]) or TYPE.search(look.names[header])
        if _is_from(look, header) and look.named(TO):
            continue
        if header != look.who and 2 <= len(words) <= _MOST_CHANGES and (named or few) and not names_a_status(header):
            first, ends = look.places(day, header)
            if first >= _NEARLY and ends:
                return header
    return None


_FEW_COLUMNS, _MOST_CHANGES = 4, 15


MOST = 0.6


def _is_from(look: Look, header: str) -> bool:
    return bool(FROM.search(look.names[header]))


def field_column(look: Look) -> str | None:
    """The column that names which field of a record was changed, in a history of several fields."""
    return next((header for header in look.named(_FIELD) if len(look.words.get(header, [])) > 1), None)


def movement_column(look: Look) -> str | None:
    """The column whose words name kinds of movement, at least one of them no start and no end."""
    for header, words in look.words.items():
        told = movements_of(words)
        if len(set(told.values())) >= 2 and look.share(header, told) >= _NEARLY:
            return header
    return None


_NEARLY = 0.9


def delta_column(look: Look) -> str | None:
    """The column of amounts by which recurring revenue changed, some of them below zero."""
    named = [h for h in look.named(_DELTA) if look.holds_amounts(h) and has_negative(look, h)]
    return next((h for h in named if RECURRING.search(look.names[h])), named[0] if named else None)


def has_negative(look: Look, header: str) -> bool:
    """Whether an amount below zero stands in a column."""
    return bool(look.samples[header].str.contains(r"^\s*([-\u2212(]|[$€£]\s*-)").any())


def standing_column(look: Look) -> str | None:
    """The column of status words or of yes and no that tells customers from others on a day: both must stand in it."""
    for header, words in look.words.items():
        told = {word: standing_of(word) for word in words}
        standings = {standing for standing in told.values() if standing}
        known = look.share(header, [word for word, standing in told.items() if standing])
        if _OF_A_BILL.search(look.names[header]):
            continue
        if {"active"} < standings and known >= MOST and _may_be_status(look, header, words):
            return header
    return next((header for header in look.words if _is_unsaid(look, header)), None)


_OF_A_BILL = re.compile(r"(^|_)(invoice|payment|charge|transaction|order|bill|rechnungs|zahlungs|factura|facture)_")
"""Names of a status of something that is paid, and of no customer."""


def _is_unsaid(look: Look, header: str) -> bool:
    """Whether a column names a status by words that the lists do not all have: they are asked about."""
    words = look.words[header]
    if _OF_A_BILL.search(look.names[header]):
        return False
    return header != look.who and 2 <= len(words) <= _MOST_CHANGES and names_a_status(header) and _is_no_flag(words)


def _is_no_flag(words: list[str]) -> bool:
    return any(standing_of(word) is None for word in words)


def _may_be_status(look: Look, header: str, words: list[str]) -> bool:
    flag = all(word.strip().lower() in _YES_OR_NO for word in words)
    name = look.names[header]
    return not flag or bool(_FLAG.search(name) or CHURN_FLAG.search(name))


_FLAG = re.compile(r"activ|status|state|paying|customer|subscri|member|enrol|live|aktiv")
CHURN_FLAG = re.compile(r"churn|cancel|(^|_)left($|_)|(^|_)lost($|_)|inactiv|attrit|terminated|gone")
"""Flags that say yes for those who left."""
_YES_OR_NO = ("1", "0", "yes", "no", "true", "false", "y", "n", "t", "f")


def is_churn_flag(look: Look, header: str) -> bool:
    """Whether a column says yes and no by a name that speaks of those who left."""
    words = look.words.get(header, [])
    is_flag = bool(words) and all(word.strip().lower() in _YES_OR_NO for word in words)
    return is_flag and bool(CHURN_FLAG.search(look.names[header]))


def snapshot_column(look: Look) -> str | None:
    """The column of the day on which a list was made, by its name."""
    return next((header for header in look.days if SNAPSHOT.search(look.names[header])), None)


def list_day(look: Look) -> str | None:
    """The column of days or months on which customers are listed, again and again."""
    if (header := snapshot_column(look)) is not None:
        return header
    named = [h for h in look.days if MONTHLY.search(look.names[h])]
    named += [h for h in look.days if _are_months(look, h) or _is_first_or_last(look, h)]
    return next((h for h in named if _VALID_TO.search(look.names[h]) is None and not _dates_a_stay(h)), None)


def _dates_a_stay(header: str) -> bool:
    """Whether a name means a start or an end by its words: "start month" is no month of a list."""
    return built_as(cleaned(header)) in ("started_on", "churned_on", "requested_on")


def _are_months(look: Look, header: str) -> bool:
    """Whether every cell names a month and no day: 202403, 2024-03, Mar 2024."""
    return bool(look.samples[header].str.contains(r"^\s*((19|20)\d{2}[-/.]?\d{2}|[A-Za-z]+[-/. ']*\d{2,4})\s*$").all())


def _is_first_or_last(look: Look, header: str) -> bool:
    """Whether a column that is only called a date holds first or last days of months and no others."""
    return look.names[header] in _PLAIN_DAYS and is_month(look.table, header)


_PLAIN_DAYS = ("date", "day", "datum", "fecha", "data")


def event_day(look: Look) -> str | None:
    """The column of the day on which something happened: the most telling name first."""
    for signs in (CHANGED_ON, re.compile(r"^(date|day|datum|fecha|time|timestamp|when|month)$|date|_(on|at)$")):
        named = [h for h in look.days if signs.search(look.names[h]) and not _VALID_TO.search(look.names[h])]
        if named:
            return named[0]
    return look.days[0] if look.days else None


def kinds_across(look: Look) -> dict[str, str]:
    """Kind of movement -> the column of its amounts, where each kind has one of its own."""
    found = {kind: next(iter(look.named(signs)), None) for kind, signs in _OF_KIND.items()}
    return {kind: header for kind, header in found.items() if header is not None and look.holds_amounts(header)}


def amount_columns(look: Look) -> list[str]:
    """The columns whose names say amounts, recurring revenue first."""
    money = recognise(look.table.headers)
    return [h for part in ("mrr", "arr", "amount") for h in money.get(part, [])]


def holds_amounts_by_month(look: Look) -> bool:
    """Whether a column holds amounts, by its name as a whole or by the last word of it."""
    return bool(amount_columns(look)) or len(money_named(look.table)) == 1


def valid_columns(look: Look) -> tuple[str, str] | None:
    """The columns from when to when a version of a row holds."""
    first, last = look.named(_VALID_FROM), look.named(_VALID_TO)
    return (first[0], last[0]) if first and last and first[0] in look.days else None


def stage_column(look: Look) -> str | None:
    """The column of the stages of deals."""
    return next((header for header in look.named(_STAGE) if header in look.words), None)


def has_an_end(look: Look) -> bool:
    """Whether a column dates the end of a row."""
    found = recognise(look.table.headers)
    ends = [h for part in ("churned_on", "requested_on", "end_date", "term_end") for h in found.get(part, [])]
    return any(header in look.days for header in ends)


def some_stand_again(look: Look) -> bool:
    """Whether a customer stands in several rows, as in lists that are made again."""
    return look.some_rows_repeat


def several_days(look: Look) -> bool:
    """Whether lists of two days or more stand in the file."""
    day = list_day(look)
    return day is not None and look.table.column(day).drop_nulls().n_unique() >= 2


SEVERAL_KINDS = 3


def name_of(look: Look, column: Callable[[Look], str | None]) -> str:
    """The plain name of the column that is found, empty where there is none."""
    header = column(look)
    return "" if header is None else look.names[header]
