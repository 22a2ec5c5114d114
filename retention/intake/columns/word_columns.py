"""Columns of few words that may say who is a customer, or what a payment came to; never passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Literal

import polars as pl

from retention.coded import is_coded, texts_of
from retention.intake.columns.evidence import holds_dates, sample_of
from retention.intake.columns.names import cleaned
from retention.intake.table import Table
from retention.intake.values.statuses import (
    SAY_NO,
    SAY_YES,
    TOO_COMMON,
    activity_of,
    folded,
    standing_of,
    stem_of_activity,
)

Kind = Literal["status", "type", "flag", "not_real", "real", "trial", "converted", "paid", "undone", "undone_on"]
"""How a column speaks: by status words; by words of some other kind; yes or no to being a customer, to being a test or
deleted, to being real, to being on trial, to having paid after it, to being paid, to being undone; by the day on which
a payment was undone."""

MOST_WORDS = 30
"""A column of more words than these names things; it says nothing about being a customer."""
_FEW_TAKEN = 0.5

_STATUS = re.compile(
    r"^((customer|account|subscription|client|member|membership|user|contract|service|crm|current|billing|sub|active"
    r"|subscriber|company|logo|plan|license|licence|kunden|vertrags|abo)_?)?(status|standing|statut|statuscode)"
    r"(_(code|name|id|text|desc|description|label|value))?$"
    r"|^(status|statut|etat|estado|stato|zustand|toestand|situacao|situacion)(_(do|del|de|du|des|der|van)?_?\w+)?$"
    r"|^lifecycle(_(stage|status|state|phase))?$|^(customer|account|subscription|membership)_(state|stage|phase|lifecycle)$"
)
"""Headers that name a status of the customer, whatever its words are."""
_MAYBE_STATUS = re.compile(r"(^|_)(state|stage|phase|condition|disposition|situation|status)(_(code|name))?$")
"""Headers that name one only if the words are a status's: states are also those of America."""
_OF_A_PAYMENT = re.compile(r"(^|_)(last|charge|payment|invoice|order|transaction|billing)_")
"""Headers of the status of a payment: in a list it speaks for the customer where no other column does."""
_TYPE = re.compile(
    r"(^|_)(type|kind|relationship|category|class|classification|record_type|role|relation|typ|tipo|kundenart|categorie)$"
)
_OTHER_STATUS = re.compile(
    r"(^|_)(e?mails?|marketing|opt_?(in|out)|newsletter|marital|employment|onboarding|health|nps|tickets?|support"
    r"|deliver(y|ed|able)|ship(ping|ment|ped)?|fulfill?ment|fulfill?ed|sync|verification|verified|kyc|login|invite"
    r"|invitation|renewal|loyalty|vip|tax|address|card|risk|csat|campaign|consent|sms|phone|credit|avs|cvc|3ds|import"
    r"|export|integration|payout|legal|entity|industry|business|method|product|item|support)(_|$)"
)
"""Headers of statuses and types that say nothing about being a customer."""

_FLAGS: dict[Kind, re.Pattern[str]] = {
    "not_real": re.compile(
        r"^(is_?)?(deleted|test|sandbox|demo|internal|dummy|fake|removed|erased|spam|duplicate|staff)"
        r"(_?(mode|account|record|customer|user|data|flag|order|charge|transaction|subscription|payment|row|entry))?$"
        r"|^(ist_)?(gelo?e?scht|supprimee?|effacee?|eliminad[ao]|borrad[ao]|excluid[ao]|apagad[ao]|cancellato_logico|soft_deleted"
        r"|verwijderd|usunietoy?|raderad|testkonto|testkunde)$"
    ),
    "real": re.compile(r"^(is_?)?(live_?mode|production|prod|real)$"),
    "trial": re.compile(
        r"^(is_?|in_?|on_?|was_?)?(a_)?(free_?)?trial(ing)?(_?(period|user|account|customer|subscription|flag|plan|active))?$"
    ),
    "converted": re.compile(
        r"^(is_?|has_?)?(trial_?)?converted(_?(to_paid|from_trial))?$|^ever_paid$|^has_(ever_)?paid$"
    ),
    "paid": re.compile(
        r"^(is_?|was_?)?(paid|successful|succeeded|success|captured|settled|cleared|completed|collected|processed"
        r"|approved|bezahlt|paye|pagado|pago|pagato|betaald)(_?(flag|y_n|yes_no|out|status))?$"
        r"|^payment_(received|successful|succeeded|success|ok|collected|cleared)$"
    ),
    "undone": re.compile(
        r"^(is_?|was_?|has_been_)?(fully_)?(refunded|refund|reversed|failed|void(ed)?|declined|disputed|charged_?back"
        r"|charge_?back|cancell?ed|unpaid|bounced|returned|rejected|written_off|erstattet|rembourse|reembolsado)(_?flag)?$"
    ),
    "flag": re.compile(
        r"^(is_?|still_?|is_still_?|currently_?)?(an?_)?(active|enabled|current|live|customer|client|member|subscriber|with_us|here|paying|subscribed|paid)"
        r"(_?(customer|client|user|account|member|subscription|subscriber|flag|status|record|ind|indicator|y_n|yn))*$"
        r"|^(customer|account|subscription|member)_(active|enabled|current|is_active)$|^aktiv$|^actif$|^activo$|^ativo$"
        r"|^attivo$|^actief$"
    ),
}
_UNDONE_ON = re.compile(
    r"^(refunded|refund|voided|void|charged_?back|charge_?back|failed|disputed|reversed|written_off)_(at|on|date|time)$"
)
_ENVIRONMENT = re.compile(r"^(environment|env|mode|account_mode|store_environment|api_mode)$")

_PAYMENT_STATUS = re.compile(
    r"^((payment|transaction|order|invoice|charge|financial|settlement|billing|status|purchase|sale|bill|capture"
    r"|collection|donation|pledge|last_charge|zahlungs|rechnungs)_?)?(status|state|result|outcome|statut|estado|stato|statuscode"
    r"|response)(_(code|name|text|desc|description|label))?$|^etat$|^zustand$|^toestand$|^situacao$"
)
_EVENT_TYPE = re.compile(
    r"^((transaction|event|payment|record|entry|line|charge|reporting|activity|order|document|doc|row|period|trans"
    r"|operation|billing)_?)?(type|kind|category|event|action|typ|tipo|art|name)$|^event$|^action$"
)


@dataclass(frozen=True)
class WordColumn:
    """A column whose words are read.

    Attributes:
        header: its name.
        kind: how it speaks.
    """

    header: str
    kind: Kind


def names_a_status(header: str) -> bool:
    """Whether a header names a status of the customer, whatever its words are."""
    name = cleaned(header)
    named = _STATUS.search(name) or _MAYBE_STATUS.search(name) or name == "relationship"
    return bool(named) and not _OTHER_STATUS.search(name)


def is_flag(table: Table, header: str) -> bool:
    """Whether a column holds yes and no only, in whatever words; such a column is no amount."""
    words = _words(table, header)
    return bool(words) and words <= SAY_YES | SAY_NO


def is_stay_flag(table: Table, header: str) -> bool:
    """Whether a column says yes or no to being a customer still."""
    return _flag_kind(table, header, ("flag",)) is not None


def tells_of_stays(table: Table, header: str) -> bool:
    """Whether a column holds words that are said of a stay and not of a payment."""
    return bool(_words(table, header) & _OF_STAYS)


_OF_STAYS = frozenset(("active", "trialing", "in trial", "churned", "inactive", "paused", "aktiv", "inaktiv", "actif"))


def _words(table: Table, header: str) -> set[str]:
    """The words of a column, folded; none where it has more than a status would."""
    cells = table.column(header)
    texts = texts_of(cells) if is_coded(cells) else sample_of(table, header).unique()
    if len(texts) > 2 * MOST_WORDS or texts.str.len_chars().max() is None:
        return set()
    words = {folded(text) for text in texts} - {""}
    return words if len(words) <= MOST_WORDS else set()


def list_columns(
    table: Table, *, status: str | None, taken: Collection[str], ended: pl.Series | None
) -> list[WordColumn]:
    """The columns of a list that may say who is a customer, the status first.

    Args:
        table: the list.
        status: the column that is known to be its status, if there is one.
        taken: columns that play another part.
        ended: which rows have a day on which they ended; None where no column says.
    """
    free = [header for header in table.headers if header not in taken and header != status]
    found = [] if status is None else [WordColumn(status, "status")]
    beside = []
    for header in free:
        name = cleaned(header)
        if (kind := _flag_kind(table, header, ("not_real", "real", "trial", "converted"))) or (
            kind := "type" if _ENVIRONMENT.search(name) and _is_environment(table, header) else None
        ):
            beside.append(WordColumn(header, kind))
        elif _TYPE.search(name) and not _OTHER_STATUS.search(name) and _tells_of_customers(table, header):
            beside.append(WordColumn(header, "type"))
    if not found:
        rest = [header for header in free if header not in {column.header for column in beside}]
        found = _status_by_name(table, rest) or _status_by_words(table, rest) or _status_by_ends(table, rest, ended)
    return [*found, *beside]


def _status_by_name(table: Table, headers: list[str]) -> list[WordColumn]:
    """The first column that names a status, or that says yes or no to being a customer."""
    for header in headers:
        name = cleaned(header)
        if _STATUS.search(name) and not _OTHER_STATUS.search(name) and _is_wordy(table, header):
            return [WordColumn(header, "status")]
    named = [h for h in headers if _MAYBE_STATUS.search(cleaned(h)) and not _OTHER_STATUS.search(cleaned(h))]
    for header in sorted(named, key=lambda header: bool(_OF_A_PAYMENT.search(cleaned(header)))):
        if _share(table, header) >= _FEW_TAKEN:
            return [WordColumn(header, "status")]
    flags = [(header, _flag_kind(table, header, ("flag", "paid"))) for header in headers]
    return [WordColumn(header, "flag") for header, kind in flags if kind][:1]


def _status_by_words(table: Table, headers: list[str]) -> list[WordColumn]:
    """The first column whose words are a status's, whatever its name is."""
    telling = [h for h in headers if not _OTHER_STATUS.search(cleaned(h)) and _share(table, h) >= _FEW_TAKEN]
    return [WordColumn(header, "type") for header in telling if _tells_of_customers(table, header)][:1]


def _status_by_ends(table: Table, headers: list[str], ended: pl.Series | None) -> list[WordColumn]:
    """The first column of which some words stand where a row ended and no others do, and several where none did.

    Of two words, one for each, the ends say as much; of several words of those who did not end, one may say that a
    row never was a customer.
    """
    if ended is None or min(ended.sum(), len(ended) - ended.sum()) < _FEWEST_ENDED:
        return []
    for header in headers:
        words = _words(table, header)
        if not 3 <= len(words) <= _FEW_WORDS or _OTHER_STATUS.search(cleaned(header)):
            continue
        by_word = (
            pl.DataFrame({"word": table.text(header), "ended": ended})
            .group_by("word")
            .agg(pl.col("ended").mean(), n=pl.len())
        )
        told = by_word.filter((pl.col("ended") <= _HARDLY) | (pl.col("ended") >= 1 - _HARDLY))
        there = told.filter(pl.col("ended") <= _HARDLY)
        if told.height == by_word.height and 2 <= there.height < told.height and not by_word["word"].null_count():
            return [WordColumn(header, "type")]
    return []


_FEWEST_ENDED, _FEW_WORDS, _HARDLY = 5, 8, 0.02


def event_columns(table: Table, *, status: str | None, taken: Collection[str]) -> list[WordColumn]:
    """The columns of events, payments or revenue that say what a row came to.

    Args:
        table: the rows.
        status: the column that is known to be their status, if there is one.
        taken: columns that play another part.
    """
    found = [] if status is None else [WordColumn(status, "status")]
    for header in table.headers:
        if header in taken or header == status:
            continue
        name = cleaned(header)
        kind = _flag_kind(table, header, ("not_real", "real", "trial", "paid", "undone"))
        if kind is None and _UNDONE_ON.search(name) and holds_dates(table, header, must=True):
            kind = "undone_on"
        if kind is None and _ENVIRONMENT.search(name) and _is_environment(table, header):
            kind = "type"
        if kind is None and not _OTHER_STATUS.search(name):
            kind = _payment_words(table, header, name)
        if kind is not None:
            found.append(WordColumn(header, kind))
    if all(column.kind not in ("status", "type") for column in found):
        heard = {*taken, *(column.header for column in found)}
        found += [WordColumn(h, "status") for h in table.headers if h not in heard and _tells_of_failures(table, h)][:1]
    return found


def _tells_of_failures(table: Table, header: str) -> bool:
    """Whether a column, whatever its name is, holds a word that says that a payment failed or went back."""
    name = cleaned(header)
    if _OTHER_STATUS.search(name) or _WHY.search(name):
        return False
    words = _words(table, header)
    return len(words) > 1 and not words <= SAY_YES | SAY_NO and any(_FAILED.search(word) for word in words)


_WHY = re.compile(r"reason|message|note|comment|descri|error|grund|motif|motivo|(^|_)(id|code|plan|name)$")
_FAILED = re.compile(
    r"\b(failed|declined|rejected|voided|refunded|charge ?back|reversed|bounced|unpaid|not paid|uncollectible"
    r"|written off|nsf|fehlgeschlagen|rucklast\w*|zuruckgewiesen|storniert|unbezahlt|impaye\w*|rejete\w*|remboursee?"
    r"|echouee?|devuelt[ao]"
    r"|impagad[ao]|rechazad[ao]|estornad[ao]|recusad[ao]|insolut[ao]|respint[ao]|stornat[ao]|storno|mislukt|geweigerd|gestorneerd)\b"
)


def _payment_words(table: Table, header: str, name: str) -> Kind | None:
    """Whether a column says by words what a payment came to, or of what kind an event is."""
    words = _words(table, header)
    if not words or words <= SAY_YES | SAY_NO or holds_dates(table, header, must=True):
        return None
    if _PAYMENT_STATUS.search(name) and (name != "state" or any(activity_of(word) for word in words - TOO_COMMON)):
        return "status"
    if _EVENT_TYPE.search(name):
        said = {activity_of(word, in_a_log=True) or stem_of_activity(word) for word in words}
        return "type" if said - {"activity", "start", None} else None
    return None


def _flag_kind(table: Table, header: str, kinds: tuple[Kind, ...]) -> Kind | None:
    """Which of some yes-or-no questions a column answers, by its name; None where it does not say yes or no."""
    name = cleaned(header)
    named = next((kind for kind in kinds if _FLAGS[kind].search(name)), None)
    return named if named is not None and is_flag(table, header) else None


def _is_environment(table: Table, header: str) -> bool:
    return bool(_words(table, header) & {"test", "sandbox", "testing", "test mode"})


def _is_wordy(table: Table, header: str) -> bool:
    """Whether a column holds few words, in more rows than words, and no days."""
    words = _words(table, header)
    return bool(words) and not holds_dates(table, header, must=True)


def _share(table: Table, header: str) -> float:
    """The share of a column's cells that are words of a status, beyond yes, no and their like."""
    words = _words(table, header)
    told = {word for word in words - TOO_COMMON if standing_of(word) is not None}
    return _share_where(table, header, lambda word: word in told or word in TOO_COMMON) if told else 0.0


def _share_where(table: Table, header: str, meets: Callable[[str], bool]) -> float:
    counts = sample_of(table, header).value_counts(name="n").rows()
    held = sum(count for _, count in counts)
    return sum(count for text, count in counts if meets(folded(text))) / held if held else 0.0


def _tells_of_customers(table: Table, header: str) -> bool:
    """Whether a column of some other kind tells customers from those who never were one or have left."""
    words = _words(table, header)
    said = {standing_of(word) for word in words - TOO_COMMON}
    speaks_of_customers = any(re.search(r"customer|client|kunde|prospect", word) for word in words)
    telling = bool(said & {"never", "churned", "trial", "not_real"})
    return telling and (speaks_of_customers or _share(table, header) >= _FEW_TAKEN)
