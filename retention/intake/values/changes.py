"""What a word of a log says happened to a customer: a start, an end, a pause, or nothing that ends or starts a stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, TypeVar

Change = Literal["start", "keep", "pause", "end", "nothing"]
"""Starts (or starts again), goes on, pauses, ends a stay, or says nothing about it."""

Movement = Literal["new", "expansion", "contraction", "churn", "reactivation"]
"""The kinds of change in a customer's recurring revenue."""

WORDS: dict[Change, tuple[str, ...]] = {
    "start": (
        "start", "started", "starts", "subscribe", "subscribed", "resubscribed", "resubscribe", "re subscribed",
        "rejoin", "return", "restart", "re activated", "onboard", "convert", "sign up", "signed up", "signup",
        "signed", "created", "activated", "activation", "activate", "active", "live", "went live", "joined",
        "onboarded", "enrolled", "new", "new biz", "new business", "converted", "conversion", "paying", "purchased",
        "trial converted", "converted to paid", "converted from trial", "trial to paid", "initial purchase",
        "first payment", "acquired", "opened", "won", "closed won", "resumed", "resume", "reactivated",
        "reactivation", "reactivate", "restarted", "unpaused", "restored", "reopened", "rejoined", "returned",
        "won back", "win back", "winback", "begin", "began", "inception", "incepted",
        "enrolment", "enrollment", "admission", "admitted",
        "customer", "abgeschlossen", "begonnen", "gestartet",
        "aktiviert", "reaktiviert", "souscrit", "souscription", "activé", "réactivé", "alta", "iniciado", "iniciada",
        "activado", "activada", "reactivado", "ativado", "ativada", "reativado", "iscritto", "attivato", "riattivato",
        "client", "kunde", "cliente", "klant", "member", "mitglied", "abonné",
        "gestart", "geactiveerd", "aangemeld", "neuabschluss", "abschluss", "neukunde", "neuvertrag", "vertragsbeginn",
        "eintritt", "adhesión", "adhésion", "nouveau", "nouvelle", "inscription", "inscripción", "contratación",
        "adesão", "contratação", "nova assinatura", "adesione", "attivazione", "sottoscrizione", "aanmelding",
        "nieuw", "nowy", "nowa", "podpisanie", "aktywacja", "zawarcie", "ny", "tecknad", "nytecknad", "aktiverad",
    ),
    "keep": (
        "renewed", "renewal", "renew", "renews", "extended", "extension", "updated", "update", "changed", "change",
        "upgraded", "upgrade", "downgraded", "downgrade", "expansion", "expanded", "contraction", "contracted",
        "upsell", "cross sell", "downsell", "price change", "price increase", "quantity changed", "seats added",
        "seat added", "seat removed",
        "seats removed", "add on", "product change", "payment succeeded", "paid", "invoice paid", "charged",
        "charge succeeded", "invoice payment succeeded", "invoice payment failed", "charge failed",
        "customer updated", "payment failed", "past due", "billing issue", "delinquent", "uncancellation",
        "uncancelled", "uncanceled", "cancellation requested", "cancel requested", "cancellation scheduled",
        "scheduled to cancel", "set to cancel", "cancel at period end", "pending cancel", "pending cancellation",
        "non renewing", "transferred", "moved", "verlängert", "verlängerung", "renouvelé", "renouvellement",
        "renovado", "renovada", "renovación", "renovação", "rinnovato", "rinnovo", "verlengd", "tarifwechsel",
        "planwechsel", "vertragsänderung", "preisanpassung", "aufstockung", "changement", "modification", "cambio",
        "modificación", "ampliación", "mudança", "alteração", "cambio piano", "modifica", "wijziging", "zmiana",
        "przedłużenie", "ändring", "ändrad", "förlängd", "förnyad",
    ),
    "pause": (
        "paused", "pause", "suspended", "suspension", "on hold", "hold", "frozen", "freeze", "pausiert", "suspendu",
        "pausado", "pausada", "suspendido", "sospeso", "gepauzeerd",
    ),
    "end": (
        "cancelled", "canceled", "cancel", "cancellation", "churned", "churn", "expired", "expiration", "expiry",
        "ended", "end", "ends", "finished", "resignation", "resigned",
        "withdrawal", "discharged", "terminated", "termination", "deleted", "removed", "deactivated",
        "deactivation", "inactive", "lapsed", "lapse", "unsubscribed", "unsubscribe", "closed", "lost", "left",
        "quit", "offboarded", "non renewed", "not renewed", "former", "disabled", "revoked", "gekündigt", "beendet",
        "abgelaufen", "kündigung", "résilié", "résiliation", "annulé", "expiré", "cancelado", "cancelada", "baja",
        "terminado", "expirado", "encerrado", "disdetto", "disdetta", "cessato", "scaduto", "opgezegd", "beëindigd",
        "verlopen", "austritt", "vertragsende", "départ", "sortie", "cancelación", "cancelamento", "saída",
        "cessazione", "recesso", "opzegging", "vertrek", "wypowiedzenie", "rozwiązanie", "rezygnacja", "zakończenie",
        "uppsagd", "uppsägning", "avslutad", "avslut", "offboard", "discontinued", "stopped",
    ),
    "nothing": (
        "trial", "trial started", "trial start", "trialing", "trialling", "trial ended", "trial expired",
        "trial will end", "lead", "mql", "sql", "marketing qualified lead", "sales qualified lead",
        "marketingqualifiedlead", "salesqualifiedlead", "prospect", "opportunity", "subscriber", "evangelist",
        "login", "logged in", "visited", "invited", "registered", "draft", "incomplete", "pending", "pending setup",
        "free", "freemium", "customer created", "invoice created", "invoice finalized", "charge refunded", "note",
        "note added", "email sent", "call", "meeting",
    ),
}  # fmt: skip
"""Words of change, compared in lower case, without the words around them that say what changed."""

MOVEMENTS: dict[Movement, tuple[str, ...]] = {
    "new": (
        "new", "new biz", "new business", "new logo", "newbiz", "acquisition", "initial", "neu", "nouveau", "nuevo",
        "neugeschäft", "neukunde", "nouvelle", "nouveau client", "nueva", "alta", "novo", "nova", "nuovo", "nuova",
        "nieuw", "nowy", "nowa", "ny",
    ),
    "expansion": (
        "expansion", "expansión", "expanded", "upgrade", "upgraded", "upsell", "cross sell", "add on", "increase",
        "price increase", "growth", "ausbau", "aufstockung", "erhöhung", "erweiterung", "hausse", "augmentation",
        "aumento", "ampliación", "expansão", "espansione", "uitbreiding", "wzrost", "rozszerzenie", "utökning",
        "ökning",
    ),
    "contraction": (
        "contraction", "contracción", "contracted", "downgrade", "downgraded", "downsell", "decrease", "shrink",
        "reduction", "price decrease", "partial churn", "rückgang", "reduzierung", "verringerung", "baisse",
        "diminution",
        "reducción", "disminución", "redução", "contração", "riduzione", "contrazione", "verlaging", "krimp", "spadek",
        "zmniejszenie", "minskning",
    ),
    "churn": (
        "churn", "churned", "cancellation", "cancelled", "canceled", "lost", "full churn", "logo churn", "cancel",
        "loss",
        "logo loss", "lost logo", "abwanderung", "kündigung",
        "verlust", "abgang", "perte", "résiliation", "départ", "baja", "pérdida", "cancelación", "cancelamento",
        "perda", "perdita", "disdetta", "verlies", "opzegging", "vertrek", "odejście", "utrata", "rezygnacja",
        "förlust", "uppsagd",
    ),
    "reactivation": (
        "reactivation", "reactivated", "resurrected", "resurrection", "winback", "win back", "returning", "restart",
        "react", "reaktivierung", "rückkehr", "rückgewinnung", "réactivation", "retour", "reactivación", "regreso",
        "reativação", "retorno", "riattivazione", "ritorno", "heractivering", "terugkeer", "reaktywacja", "powrót",
        "återaktivering",
    ),
}  # fmt: skip
"""Words for the kinds of change in recurring revenue."""

_Meaning = TypeVar("_Meaning", bound=str)

_AROUND = frozenset(
    [
        "subscription",
        "subscriptions",
        "account",
        "membership",
        "contract",
        "plan",
        "event",
        "mrr",
        "arr",
        "service",
        "license",
        "licence",
        "has",
        "was",
        "is",
        "been",
        "the",
        "user",
        "member",
        "client",
        "revenue",
        "recurring",
        "status",
    ]
)
"""Words that say what changed, not how."""
_CHANGE_OF = {word: change for change, words in WORDS.items() for word in words}
_MOVEMENT_OF = {word: kind for kind, words in MOVEMENTS.items() for word in words}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_APART = re.compile(r"[\s._:/>|\-\u2010-\u2015]+")


def plain_words(text: str) -> str:
    """A word of change in lower case, marks between its parts as spaces: "customer.subscription.deleted"."""
    return " ".join(_APART.sub(" ", _CAMEL.sub(" ", text.strip())).lower().split())


_FORMER = re.compile(r"(ex|former|past|lost|ehemalig\w*|ancienn?e?|ex\w{0,2}|antigu?[ao]|voormalig\w*)[ -]\w")
"""Words that say of a customer that it was one."""


def is_no_plan(text: str) -> bool:
    """Whether a text in the place of a plan says that there is none."""
    return plain_words(text) in _NO_PLAN


_NO_PLAN = frozenset(
    ("", "none", "no plan", "null", "n a", "na", "n/a", "keine", "kein", "aucun", "ninguno", "nessuno", "geen")
)
_KEEPS = re.compile(r"(änderung|anpassung|wechsel|adjustment|amendment|endorsement|swap)$")
"""Ends of words for a change that neither starts nor ends a stay."""


def change_of(text: str) -> Change | None:
    """What a word says happened; None where it is not known."""
    if _FORMER.match(plain_words(text)):
        return "end"
    known = _told(plain_words(text), _CHANGE_OF)
    return known or ("keep" if _KEEPS.search(plain_words(text)) else None)


def movement_of(text: str) -> Movement | None:
    """The kind of a movement of recurring revenue; None where the word is not known."""
    return _told(plain_words(text), _MOVEMENT_OF)


def _told(words: str, known: dict[str, _Meaning]) -> _Meaning | None:
    """The meaning of a whole phrase, or of what is left of it without the words that say what changed."""
    if words in known:
        return known[words]
    rest = [word for word in words.split() if word not in _AROUND and word != "customer"]
    if (phrase := " ".join(rest)) in known:
        return known[phrase]
    meanings = {known[word] for word in rest if word in known}
    return meanings.pop() if len(meanings) == 1 else None


def changes_of(texts: Sequence[str]) -> dict[str, Change]:
    """The texts of a column whose word is known -> what each says happened."""
    return {text: change for text in texts if (change := change_of(text)) is not None}


def movements_of(texts: Sequence[str]) -> dict[str, Movement]:
    """The texts of a column that name a movement of revenue -> its kind."""
    return {text: kind for text in texts if (kind := movement_of(text)) is not None}
