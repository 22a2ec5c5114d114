"""What a word in a status, type or event column says: about a customer, or about one payment or event."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Literal, TypeVar

import polars as pl

from retention.coded import by_text, is_coded
from retention.intake.values.dates import is_empty

_T = TypeVar("_T")

Standing = Literal["active", "churned", "paused", "past_due", "trial", "never", "not_real"]
"""What a row says about its customer; "not_real" is a test, a demo or a deleted record."""

Activity = Literal["activity", "none", "refund", "refunded", "trial", "not_real", "start", "end"]
"""What a row says that happened: something that keeps a customer, nothing, money going back, a charge that was undone,
a trial, a test, the start of a stay, its end."""

WORDS: dict[Standing, tuple[str, ...]] = {
    "active": (
        "active", "live", "current", "customer", "client", "member", "paying", "paid", "renewed", "open", "won",
        "closed won", "ok", "enabled", "true", "yes", "y", "t", "1", "on", "good standing", "in good standing",
        "activated", "subscribed", "in force", "running", "ongoing", "in effect", "existing", "evangelist", "advocate",
        "promoter", "non renewing", "renewing", "renewal", "in renewal", "up for renewal", "auto renew",
        "auto renewing", "pending cancel", "pending cancellation", "pending cancelation", "cancel pending",
        "cancellation pending",
        "cancel at period end", "cancels at period end", "canceling", "cancelling", "set to cancel", "will cancel",
        "will not renew", "expiring", "expiring soon", "reactivated", "converted", "onboarded",
        "offen",
        "aktiv", "laufend", "ja", "kunde", "bestandskunde", "bestehend", "actif", "en cours", "oui", "activo", "activa",
        "vigente", "si", "cliente", "ativo", "ativa", "sim", "attivo", "attiva", "in corso", "actief", "lopend",
        "klant", "aktywny", "aktywna", "obowiazuje", "w toku", "pagaende", "lopande", "em dia", "operativo",
        "operativa",
        "en activo", "en vigueur",
    ),
    "churned": (
        "churned", "churn", "attrited", "canceled", "cancelled", "cancellation", "expired", "lost", "inactive", "ended",
        "terminated", "closed", "former", "past", "previous", "ex", "old", "deactivated", "disabled", "left", "lapsed",
        "false", "no", "n", "f", "0", "off", "not renewed", "suspended permanently", "unsubscribed", "quit", "gone",
        "dropped", "departed", "discontinued", "stopped", "finished", "not active", "non active", "unpaid cancelled",
        "cancelled by user", "cancelled by customer", "cancelled non payment", "offboarded", "resigned", "withdrawn",
        "aufgelost", "erloschen",
        "inaktiv", "gekundigt", "gekuendigt", "beendet", "ehemalig", "ehemaliger", "abgelaufen", "verloren",
        "storniert", "nein", "ausgetreten", "inactif", "resilie", "resiliee", "termine", "annule", "annulee", "expire",
        "perdu", "ancien", "clos", "non", "inactivo", "inactiva", "cancelado", "cancelada", "baja", "de baja",
        "dado de baja", "terminado", "expirado", "perdido", "antiguo", "inativo", "inativa", "encerrado", "nao",
        "inattivo", "cessato", "disdetto", "scaduto", "annullato", "terminato", "perso", "inactief", "opgezegd",
        "beeindigd", "verlopen", "geannuleerd", "voormalig", "nee", "vertrokken", "nieaktywny", "nieaktywna",
        "zrezygnowal", "zakonczony", "zakonczona", "wypowiedziany", "wypowiedziana", "rozwiazany", "rozwiazana",
        "anulowany", "anulowana", "wygasl", "uppsagd", "avslutad", "lamnat", "ceased", "baixa", "sorti", "parti",
    ),
    "paused": (
        "paused", "pause", "on hold", "hold", "suspended", "frozen", "halted", "snoozed", "temporarily suspended",
        "pausiert", "ruhend", "ausgesetzt", "suspendu", "en pause", "pausado", "pausada", "suspendido", "suspenso",
        "sospeso", "in pausa", "gepauzeerd", "opgeschort",
    ),
    "past_due": (
        "past due", "unpaid", "overdue", "declined patron", "delinquent", "dunning", "in dunning",
        "payment failed", "arrears",
        "in arrears", "late", "grace", "grace period", "in grace period", "billing retry", "billing issue",
        "uberfallig", "ueberfaellig", "in verzug", "impaye", "en retard", "moroso", "impagado", "inadimplente",
        "atrasado", "insoluto", "achterstallig",
    ),
    "trial": (
        "trial", "trialing", "trialling", "in trial", "free trial", "evaluation", "evaluating", "on trial", "poc",
        "proof of concept", "trial active", "active trial", "trial period", "testphase", "probezeit", "probe",
        "testversion", "essai", "en essai", "periode d essai", "prueba", "en prueba", "periodo de prueba", "em teste",
        "prova", "in prova", "proef", "proefperiode",
    ),
    "never": (
        "incomplete", "incomplete expired", "draft", "pending", "lead", "prospect", "opportunity", "subscriber",
        "marketingqualifiedlead", "salesqualifiedlead", "marketing qualified lead", "sales qualified lead", "mql",
        "sql",
        "not started", "future", "scheduled", "upcoming", "pending activation", "awaiting activation", "not activated",
        "never activated", "pending approval", "approval pending", "pending customer approval", "approval denied",
        "customer approval denied", "pending payment", "awaiting payment", "authenticated", "abandoned", "rejected",
        "declined", "denied", "refused", "void", "voided", "trial expired", "trial ended", "expired trial",
        "trial cancelled", "trial canceled", "closed lost", "disqualified", "unqualified", "suspect", "inquiry",
        "enquiry", "non customer", "not a customer", "never", "interessent", "entwurf", "ausstehend", "anfrage",
        "en attente", "brouillon", "pendiente", "prospecto", "borrador", "pendente", "rascunho", "in attesa", "bozza",
        "concept", "in behandeling", "angebot", "devis", "devis envoye", "presupuesto", "preventivo", "trattativa",
        "in trattativa", "em negociacao", "en negociacion", "offerte", "oferta", "potencial", "potentiel", "potenziale",
        "potentieel", "potencjalny", "prospekt", "enquired", "pending acceptance", "sales accepted lead",
    ),
    "not_real": (
        "test", "testing", "sandbox", "demo", "dummy", "fake", "spam", "internal", "duplicate", "merged", "junk",
        "invalid", "staff", "test account", "test mode",
    ),
}  # fmt: skip
"""What status words say about a customer, in lower case without accents, with _ and - as spaces."""

HAPPENED: dict[Activity, tuple[str, ...]] = {
    "activity": (
        "paid", "succeeded", "success", "successful", "complete", "completed", "captured", "settled", "settling",
        "submitted for settlement", "cleared", "processed", "approved", "confirmed", "paid out", "charge", "charged",
        "payment", "sale", "invoice", "order", "purchase", "renewal", "renewed", "renew", "recurring", "subscription",
        "partially refunded", "partially paid", "partial refund", "partial", "fulfilled", "shipped", "delivered",
        "closed", "received", "deposited", "posted", "collected", "accepted", "active", "true", "yes", "y", "t", "1",
        "ok", "capture", "debit", "normal", "regular", "intro", "paid in full", "payment received", "won", "production",
        "live", "bezahlt", "erfolgreich", "zahlung", "rechnung", "ja", "paye", "payee", "reussi", "paiement", "facture",
        "oui", "pagado", "pagada", "exitoso", "completado", "pago", "paga", "concluido", "aprovado", "sim", "pagato",
        "riuscito", "pagamento", "fattura", "si", "betaald", "geslaagd", "betaling", "eingegangen", "gebucht",
        "verbucht", "abgebucht", "eingezogen", "beglichen", "ausgeglichen", "regle", "reglee", "encaisse", "encaissee",
        "cobrado", "cobrada", "abonado", "abonada", "recebido", "recebida", "quitado", "quitada", "incassato",
        "incassata", "riscosso", "saldato", "saldata", "voldaan", "ontvangen", "zaplacono", "zaplacony", "zaplacona",
        "recurring fee", "usage fee", "membership fee", "monthly fee", "annual fee",
        "oplacony", "oplacona", "betald", "betalad",
    ),
    "none": (
        "failed", "failure", "fail", "declined", "denied", "rejected", "refused", "void", "voided", "uncollectible",
        "draft", "unpaid", "not paid", "error", "canceled", "cancelled", "deleted", "queued", "skipped", "scheduled",
        "pending", "requires payment method", "requires payment", "requires action", "requires confirmation",
        "requires capture", "requires source", "open", "past due", "overdue", "outstanding", "due", "incomplete",
        "incomplete expired", "expired", "blocked", "pending submission", "submitted", "created",
        "customer approval denied",
        "pending customer approval", "on hold", "hold", "held", "abandoned", "gateway rejected", "processor declined",
        "authorization expired", "authorized", "authorised", "uncaptured", "unsettled", "uncollected",
        "awaiting payment",
        "pending payment", "written off", "write off", "bad debt", "false", "no", "n", "f", "0", "not charged",
        "unfulfilled",
        "returned unpaid", "bounced", "nsf", "insufficient funds", "retrying", "retry", "in dunning", "dunning",
        "trash",
        "checkout draft", "free", "freemium", "complimentary", "comped", "gift", "fee", "fees", "payout", "transfer",
        "withdrawal", "quote", "estimate", "proforma", "fehlgeschlagen", "offen", "storniert", "ausstehend",
        "abgelehnt",
        "uberfallig", "entwurf", "nein", "echoue", "refuse", "annule", "en attente", "impaye", "brouillon", "non",
        "fallido", "fallida", "rechazado", "rechazada", "anulado", "anulada", "cancelado", "cancelada", "pendiente",
        "impagado",
        "vencido", "borrador", "falhou", "recusado", "pendente", "nao", "fallito", "rifiutato", "annullato",
        "in attesa", "scaduto",
        "mislukt", "geweigerd", "geannuleerd", "openstaand", "nee", "unbezahlt", "rucklastschrift", "zuruckgewiesen",
        "rejete", "rejetee", "refusee", "annulee", "echouee", "impayee", "devuelto", "devuelta", "insoluto", "insoluta",
        "respinto", "respinta", "fallita", "annullata", "em aberto", "atrasado", "onbetaald", "gestorneerd",
        "nieoplacony", "nieoplacona", "odrzucony", "odrzucona", "anulowany", "anulowana", "obetald", "misslyckad",
        "makulerad", "waived", "pledged", "promised", "soft declined", "hard declined", "late failure settled",
    ),
    "refund": (
        "refund", "credit", "credit note", "credit memo", "chargeback", "charge back", "dispute", "reversal", "return",
        "full refund", "payment refund", "adjustment", "gutschrift", "ruckerstattung", "erstattung", "remboursement",
        "avoir", "reembolso", "devolucion", "nota de credito", "devolucao", "rimborso", "nota di credito",
        "terugbetaling", "creditnota",
    ),
    "refunded": (
        "refunded", "fully refunded", "charged back", "chargedback", "disputed", "reversed", "returned",
        "lost dispute", "erstattet",
        "rembourse", "reembolsado", "reembolsada", "rimborsato", "terugbetaald",
        "estornado", "estornada", "stornata", "zwrocono", "zwrot", "aterbetald",
    ),
    "trial": ("trial", "trialing", "trialling", "free trial", "trial started", "trial period", "in trial",
    "testphase", "essai",
              "prueba", "prova", "proef"),
    "not_real": ("test", "sandbox", "demo", "test mode", "dummy", "fake"),
    "start": ("start", "started", "new", "subscribed", "subscribe", "activated", "activation", "activate", "signup",
    "signed up",
              "sign up", "joined", "reactivated", "reactivation", "resubscribed", "resumed", "resume", "new business",
              "initial purchase", "conversion", "converted", "won back", "winback", "upgrade", "upgraded", "downgrade",
              "downgraded", "expansion", "contraction"),
    "end": ("churned", "churn", "unsubscribed", "unsubscribe", "ended", "end", "cancel", "cancellation",
    "cancelation", "terminated",
            "termination", "deactivated", "deactivation", "expiration", "left", "lost", "closed account",
            "kundigung", "resiliation",
            "baja", "cancelamento", "disdetta", "opzegging"),
}  # fmt: skip
"""What the words of payments and events say happened, written as in ``WORDS``."""

ENDS_IN_A_LOG = ("canceled", "cancelled", "deleted", "expired", "gekundigt", "cancelado", "cancelada", "annule")
"""Words that undo a payment where they are its status, and end a stay where they are the kind of an event."""

SAY_YES = frozenset(("true", "yes", "y", "t", "1", "ja", "oui", "si", "sim", "on", "x", "wahr", "vrai", "verdadero"))
SAY_NO = frozenset(("false", "no", "n", "f", "0", "nein", "non", "nao", "nee", "off", "falsch", "faux", "falso"))

TOO_COMMON = SAY_YES | SAY_NO | frozenset(
    ("ok", "open", "offen", "closed", "current", "old", "new", "past", "previous", "live", "paid", "won", "late",
    "concept",
    "sql")
)  # fmt: skip
"""Words that say something about a customer only where the column's name does."""

_NOUNS = frozenset(
    ("customer", "customers", "client", "account", "member", "membership", "user", "subscription", "sub", "contract",
     "payment", "invoice", "order", "charge", "transaction", "status", "state", "patron", "donor", "backer",
     "supporter", "tenant", "license", "licence", "seat", "service", "wc", "plan", "is", "the", "has",
     "billing", "kunde", "cliente", "klant", "sales", "app", "application")
)  # fmt: skip
"""Words that name what the status is about and add nothing to it: ``wc-active``, "former customer"."""

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD = re.compile(r"[^0-9a-z]+")


def folded(text: str) -> str:
    """A word as the lists have it: lower case, no accents, camel case and marks as single spaces."""
    bare = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text.strip())).replace("ł", "l").replace("Ł", "l")
    return _NO_WORD.sub(" ", "".join(sign for sign in bare if not unicodedata.combining(sign)).lower()).strip()


_STANDING_OF: dict[str, Standing] = {word: standing for standing, words in WORDS.items() for word in words}
_ACTIVITY_OF: dict[str, Activity] = {word: said for said, words in HAPPENED.items() for word in words}
_IN_A_LOG: dict[str, Activity] = {**_ACTIVITY_OF, **dict.fromkeys(ENDS_IN_A_LOG, "end"), "created": "start"}
_FLAGGED: dict[str, Standing] = {**dict.fromkeys(SAY_YES, "churned"), **dict.fromkeys(SAY_NO, "active")}


def standing_of(text: str, *, churn_flag: bool = False) -> Standing | None:
    """What a word says about a customer; None where no list has it.

    Args:
        text: the cell.
        churn_flag: the column says yes for those who left, instead of naming a status.
    """
    return _looked_up(text, {**_STANDING_OF, **_FLAGGED} if churn_flag else _STANDING_OF)


def activity_of(text: str, *, in_a_log: bool = False) -> Activity | None:
    """What a word says that happened; None where no list has it.

    Args:
        text: the cell.
        in_a_log: the column names the kind of an event, so that "cancelled" ends a stay and undoes no payment.
    """
    return _looked_up(text, _IN_A_LOG if in_a_log else _ACTIVITY_OF)


def _looked_up(text: str, known: Mapping[str, _T]) -> _T | None:
    """A word as it stands, else without the nouns around it."""
    word = folded(text)
    if word in known:
        return known[word]
    if (whole := word.replace(" ", "")) != word and whole in known:
        return known[whole]  # off-boarded, non-renewing
    parts = word.split()
    telling = [part for part in parts if part not in _NOUNS]
    if telling:
        return known.get(" ".join(telling)) if len(telling) < len(parts) else None
    said = {known[part] for part in parts if part in known}
    return said.pop() if len(said) == 1 and len(parts) > 1 else None


def read_statuses(cells: pl.Series, *, churn_flag: bool = False) -> pl.DataFrame:
    """Standing of every cell.

    Args:
        cells: the column as text, coded or not.
        churn_flag: the column says yes for those who left, instead of naming a status.

    Returns:
        One row per cell: standing (null where empty or unknown), unknown (a word that is not on the list).
    """
    if is_coded(cells):
        texts, place = by_text(cells)
        return read_statuses(texts, churn_flag=churn_flag)[place]
    distinct = pl.DataFrame({"cell": cells.unique()})
    said = [None if text is None else standing_of(text, churn_flag=churn_flag) for text in distinct.get_column("cell")]
    read = distinct.with_columns(
        standing=pl.when(~is_empty("cell")).then(pl.Series(said, dtype=pl.String)), empty=is_empty("cell")
    ).with_columns(unknown=pl.col("standing").is_null() & ~pl.col("empty"))
    return (
        pl.DataFrame({"cell": cells})
        .join(read, on="cell", how="left", nulls_equal=True, maintain_order="left")
        .select("standing", "unknown")
    )


_LETTERS: dict[str, Standing] = {
    "a": "active", "l": "active", "c": "churned", "i": "churned", "x": "churned", "e": "churned", "d": "churned",
    "p": "never", "s": "paused", "h": "paused",
}  # fmt: skip
"""What a single letter most likely stands for."""

_STANDING_STEMS: tuple[tuple[Standing, str], ...] = (
    ("active", r"(pend|sched|will|set to|about to|at (period|term) end|notice).*(cancel|end|leav|churn|non renew)"
               r"|(cancel|leav|end)\w* (pend|sched|at|soon|next|on)|non renew|no renew|expires"),
    ("not_real", r"\b(test|demo|sandbox|dumm|fake|spam|intern|duplic|delet|remov|junk|staff|geloscht|supprim"
                 r"|borrad)"),
    ("never", r"prospect|\blead|pending|await|draft|incomplet|\bnever|not (yet|a |activ|start|onboard)|reject|declin"
              r"|partner|vendor|supplier|competit|resell|investor|\bpress|analyst|^other$|target|opportun"
              r"|qualif|visitor"
              r"|lieferant|fournisseur|proveedor|fornitore|fornecedor|leverancier|dostawc|wettbewerb|mitbewerb"
               r"|^appli(ed|cant)|^free\b|freemium|^gratis|kostenlos|^gratuit|widerruf"
               r"|retract|aguard|wartet|en espera|nicht zustande|applicant"
               r"|waitlist|wait list|invited|signed up|sign ?up|registered|evaluat.*(exp|end)"
              r"|trial.*(exp|end|lost)"
              r"|nurtur|interess|negotiat|proposal|contacted|\bnew$|negoci|trattat|\boffert|\bofert|angebot|devis|presupuest"
               r"|preventiv|propost|propuest|potenti|potenci|potenz|anfrag|enquir|inquir|talk|discuss|\bquot"
               r"|accepted lead"
               r"|forfrag|zapyt|demo (book|sched)"),
    ("churned", r"churn|cancel|expir|former|\bex\b|\blost|\bleft|inactiv|terminat|clos|ended|\bpast\b|laps"
                r"|stopp|quit|dorman"
                r"|\bgone|kundig|resili|\bbaja|archiv|deactiv|disab|detract|non activ|win ?back|unsubsc|defunct"
                r"|bankrupt|\bdead|offboard|alumn|zrezygn|wypowiedz|zakoncz|rozwiaz|uppsag|avslut|vertrok|disdett|ceas|walked|baixa"
                r"|\bdark\b|uscit|salid|abgewander|abgesprung|moved (on|away|out)|diseng"),
    ("trial", r"trial|pilot|\beval|\bpoc\b|\btest|essai|prueba"),
    ("paused", r"paus|hold|suspend|frozen|freez|seasonal|sabbat"),
    ("past_due", r"\bfail|\bdue|arrear|dunning|overdue|unpaid|delinq|collect"),
)  # fmt: skip
_ACTIVITY_STEMS: tuple[tuple[Activity, str], ...] = (
    ("activity", r"partial|recurring"),
    ("refund", r"refund|credit (note|memo)|\bcredit$|charge ?back|disput|revers|gutschrift|reembols|rembours|rimbors"),
    ("trial", r"trial"),
    ("not_real", r"\b(test|sandbox|demo)\b"),
    ("none", r"fail|declin|reject|\bvoid|unpaid|expir|error|\bopen|draft|await|pend|\bhold|\bdue\b|block"
             r"|schedul|fraud"
             r"|\bfees?\b|payout|transfer|withdraw|writ|not |unsucc|abandon|retry|cancel|requires"
             r"|conversion of currenc|ruck|zuruck|rejet|annul|echou|refus|insolut|respint|devuelt|devolv|estorn|storn"
             r"|mislukt"
             r"|onbet|\bniet\b|\bnicht\b|unbez|impag|impay|odrzuc|nieopl|misslyck|makul|obetal|waiv|skip|delet|bounce"),
)  # fmt: skip
_LOG_STEMS: tuple[tuple[Activity, str], ...] = (
    ("end", r"churn|unsubscr|cancel|terminat|expir|\bend(ed)?\b|deactiv|delet|clos"),
)


def likely_standing(text: str, *, ended: float = 0.0) -> Standing:
    """What a word that is on no list most likely says about a customer.

    Args:
        text: the word.
        ended: of the rows that say it, the share with an end.
    """
    word = folded(text)
    if word in _LETTERS:
        return _LETTERS[word]
    if ended >= _MOSTLY and re.search(_DELETED, word):
        return "churned"  # a record that has an end, and was deleted then
    return stem_of(text) or ("churned" if ended >= _MOSTLY else "active")


def stem_of(text: str) -> Standing | None:
    """What a word that is on no list says about a customer by its stem; None where no stem is known."""
    return _first_stem(folded(text), _STANDING_STEMS)


def likely_activity(text: str, *, in_a_log: bool = False) -> Activity:
    """What a word that is on no list most likely says that happened."""
    stems = (*_LOG_STEMS, *_ACTIVITY_STEMS) if in_a_log else _ACTIVITY_STEMS
    return _first_stem(folded(text), stems) or "activity"


def stem_of_activity(text: str) -> Activity | None:
    """What a word that is on no list says that happened by its stem; None where no stem is known."""
    return _first_stem(folded(text), _ACTIVITY_STEMS)


def _first_stem(word: str, stems: Sequence[tuple[_T, str]]) -> _T | None:
    return next((said for said, stem in stems if re.search(stem, word)), None)


_MOSTLY = 0.5
_DELETED = r"delet|remov|gelo?e?scht|supprim|borrad|eliminad|verwijder"
