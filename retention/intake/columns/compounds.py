"""Names put together from known words, in any order and in nine languages: "Date Left", "deleted_at", "Kundennummer".

A name is only understood as a whole: one word that is not known, and it is left alone ("cancel_reason" is no day).
Names are looked at without the marks between their words, so that "DATELEFT" is "date_left".
"""

from __future__ import annotations

import re
from typing import Final

CUSTOMER: Final = (
    r"(?:customers?|cust|memberships?|accounts?|acct|clients?|company|companies|organi[sz]ations?|orgs?|business(?:es)?|tenants?"
    r"|workspaces?|(?:policy_?|account_?|licen[cs]e_?|card_?|plan_?)?holders?|subscribers?|mem|members?|users?|patrons?|donors?|persons?|people|households?|guests?"
    r"|merchants?|shops?|stores?|patients?|students?|pupils?|apprentices?|trainees?|learners?|residents?|enrollees?|insureds?|employers?|players?|supporters?|backers?"
    r"|sponsors?|borrowers?|passengers?|lessees?|buyers?|purchasers?|clinics?|practices?|schools?|sites?|advertisers?|sellers?"
    r"|kunden?|kd|debitor(?:en)?|mandanten?|mitglied(?:er|s)?|abonnent(?:en)?|nutzer|benutzer|firmen|firma|vertragspartner"
    r"|clientes?|clienti|comptes?|adherents?|abonnes?|membres?|entreprises?|societes?"
    r"|cuentas?|empresas?|abonados?|socios?|miembros?|usuarios?|contas?|assinantes?|associados?|utilizadores?"
    r"|aziend[ae]|utent[ei]|abbonat[io]|soci[oe]?|iscritt[io]"
    r"|klant(?:en)?|relatie|bedrijf|bedrijven|leden|lid|abonnees?|gebruikers?"
    r"|alun[oa]s?|estudiantes?|studente|schueler(?:in(?:nen)?)?|eleves?|etudiants?|pacientes?|pazient[ei]|patienten"
    r"|inquilin[oai]s?|mieter|locataires?|huurders?|versicherten?|assures?|asegurad[oa]s?|segurad[oa]s?|assicurat[oi]"
    r"|verzekerden?|klienta?|kontrahenta?|abonenta?|uzytkownika?|kund(?:er|ens?)?|foretag(?:et|s)?|bolag(?:et|s)?|medlem(?:mar|s)?"
    r"|prenumerant|anvandare|contacts?|kontakt|contatto|contato|contacto|payers?|konto|tenants?)"
)
"""Words for those who pay."""

ONE_CUSTOMER: Final = (
    r"(?:cust|mem|member|subscriber|patron|donor|(?:policy|account|licen[cs]e|card|plan)_?holder|holder|payer|household"
    r"|alun[oa]|estudiante|studente|schueler|eleve|etudiant|paciente|paziente|inquilin[oa]|mieter|locataire|huurder"
    r"|versicherter?|assure|asegurad[oa]|segurad[oa]|assicurat[oa]|verzekerde|tenant|workspace|user|merchant|student|pupil|resident|enrollee|insured|backer|supporter|lessee|buyer|purchaser|patient"
    r"|konto|abonnent|mitglied|mandant|nutzer|vertragspartner|abonne|adherent|membre|abonado|socio|usuario"
    r"|assinante|associado|iscritto|abbonato|utente|abonnee|gebruiker|lid|klient|kontrahent|abonent|uzytkownik"
    r"|kund|foretag|bolag|medlem|prenumerant)"
)
"""Words for one of those who pay: alone they name the customer of a row; in the plural they count."""

PLACE: Final = (
    r"(?:shops?|stores?|outlets?|branch(?:es)?|clinics?|practices?|hospitals?|pharmac(?:y|ies)|surger(?:y|ies)|schools?|colleges?"
    r"|universit(?:y|ies)|academ(?:y|ies)|kindergartens?|nurser(?:y|ies)|church(?:es)?|parish(?:es)?|clubs?|gyms?|studios?|salons?"
    r"|restaurants?|cafes?|hotels?|venues?|farms?|garages?|dealers?|dealerships?|agenc(?:y|ies)|law_?firms?|firms?|brands?|publishers?"
    r"|charit(?:y|ies)|non_?profits?|municipalit(?:y|ies)|cit(?:y|ies)_?councils?|landlords?|famil(?:y|ies)|franchisees?|licensees?"
    r"|orgs?|organi[sz]ations?|partners?|counterpart(?:y|ies)|buyers?|purchasers?|lessees?|policy_?owners?|verein(?:e|s)?|praxis|praxen"
    r"|filialen?|laeden|laden|schulen?|apotheken?|hotels|betriebe?|kanzlei(?:en)?|haushalte?|magasins?|ecoles?|cabinets?|pharmacies"
    r"|associations?|tiendas?|escuelas?|clinicas?|farmacias?|lojas?|escolas?|negozi[o]?|scuol[ae]|farmaci[ae]|student[ei]?|studi[o]?"
    r"|winkels?|scholen|school|apotheek|vereniging(?:en)?|stichting(?:en)?|partenaires?|aderenti?|inquilinos?)"
)
"""Words for places and bodies that may be those who pay: they name the customer where nothing better does."""

SYSTEM: Final = (
    r"(?:stripe|paddle|shopify|chargebee|recurly|recharge|zuora|hubspot|hs|salesforce|sfdc|sf|crm|erp|billing|netsuite"
    r"|xero|quickbooks|qbo?|braintree|gocardless|chargify|maxio|chartmogul|pipedrive|woocommerce|intercom|mollie|adyen"
    r"|paypal|external|internal|source|legacy|app|main|unique|master|end|paying|bill_?to|sold_?to)"
)
"""Words that say in which system a customer has a key."""

STAY: Final = (
    r"(?:leases?|tenanc(?:y|ies)|rentals?|cover(?:age)?|engagements?|retainers?|enrolments?|warrant(?:y|ies)|miet(?:vertrags?)?"
    r"|versicherungs?|police|poliz[az]a?s?|apolices?|bail|location|locacao|arriendo|alquiler|affitto|locazione|huur(?:contract)?"
    r"|subscriptions?|subs?|contracts?|agreements?|memberships?|services?|policy|policies|plans?|licen[cs]es?|terms?"
    r"|relationships?|patronages?|vertrags?|vertraege|abos?|abonnements?|mitgliedschafts?|laufzeit|dienst|leistungs?"
    r"|contrats?|adhesions?|contratos?|suscripcion(?:es)?|servicios?|assinaturas?|servicos?|vigencia|contratt[oi]"
    r"|abbonament[oi]|servizi[o]?|contracten|lidmaatschaps?)"
)
"""Words for the time of being a customer."""

FILLER: Final = r"(?:of|the|as|a|our|my|d_|l_|dell_|de|do|da|du|del|della|di|des|la|le|el|il|van|der|vom|am|zum)"
DAY: Final = (
    r"(?:dates?|day|days|at|on|dt|ts|time|timestamp|utc|datetime|from|effective|actual|final|official|month|since"
    r"|datum|tag|zum|seit|fecha|dia|desde|data|giorno|jour|depuis|depuisle|sinds|dag|per|mese|mois|mes|monat|maand|dzien|em|en|sedan)"
)
"""Words that say that a name is one of a day or month."""

_START: Final = (
    r"(?:start(?:ed|s|ing)?|begin|began|begun|beginning|beginn?s?|begonnen|join(?:ed|ing)?|sign_?(?:ed)?_?ups?|signed"
    r"|regist(?:er(?:ed)?|ration)|enroll?(?:ed|ment)?|subscrib(?:ed|e)|activat(?:ed|ion)|on_?board(?:ed|ing)?"
    r"|commence(?:d|ment)?|inception|since|acqui(?:red|sition)|open(?:ed|ing)?|launch(?:ed)?|go_?live|live|became|won|admitted|kick_?off|kicked_?off|go_?lives?|went_?live|move_?in|moved_?in"
    r"|first(?:_?(?:paid|payment|order|purchase|invoice|bill|billing|charge|seen))|original(?:_?start)?|admission|created?|creation"
    rf"|{CUSTOMER}_?(?:since|seit|depuis|desde|sinds|dal)"
    r"|eintritts?|eingetreten|beitritts?|anmelde|anmeldung|abschluss|aktivierung|aktiviert|gestartet|registrierung|angelegt|erstellt|anlage"
    r"|debut|inscription|souscription|entree|adhesion|activation|ouverture|commencement"
    r"|inicio|alta|comienzo|ingreso|apertura|registro|creacion|criacao|creazione|activacion|adesao|entrada|ativacao|inscricao|contratacao"
    r"|inizio|iscrizione|attivazione|decorrenza|ingresso|stipula|adesione"
    r"|aanvangs?|ingangs?|aanmeld(?:ing|ings)?|inschrijf|inschrijving|startdatum|begindatum|activering|aangemaakt|aanmaak"
    r"|rozpoczecia|poczatek|podpisania|zawarcia|przystapienia|rejestracji|aktywacji|od"
    r"|borjan|borjade|startade|tecknad|tecknades|anslutning|anslots|intrade|aktiverad)"
)
_LEAVE: Final = (
    r"(?:churn(?:ed)?|terminat(?:ed|ion)|deactivat(?:ed|ion)|delet(?:ed|ion)|closed|closure|left(?:_?(?:the|us))?|leav(?:es?|ing)|lost|loss"
    r"|exit(?:ed)?|departed|departure|struck_?off|revoked|retired|expelled|off_?board(?:ed|ing)?|lapsed?|inactiv(?:e|ated|ation)|unsubscrib(?:ed?|e)"
    r"|discontinu(?:ed|ation)|quit|withdrawn|withdrawal|dropped|attrit(?:ion|ed)|resign(?:ed|ation)|stopped|ceased"
    r"|disconnect(?:ed|ion)?|shut_?down|archived|disabled|disenroll?(?:ed|ment)|gone|move_?out|suspended_?permanently"
    r"|(?:account|client|customer|acct)_?(?:close|end(?:ed|s|ing)?)|end_?of_?(?:service|life|relationship)"
    rf"|{STAY}_?ended"
    r"|(?:last|final)_?(?:day(?:_?of_?service|_?as_?(?:a_?)?customer)?|service)|moved_?out"
    r"|(?:kuendigungs?)?austritts?|ausgetreten|abgangs?|beendet|beendigung|beendigungs|abmeldung|abgemeldet|inaktiv"
    r"|departs?|sortie|cloture|desabonnement|baja|salida|cese|abandono|saida|desligamento|encerramento|inativacao"
    r"|uscita|cessazione|chiusura|abbandono|uitschrijf|uitschrijving|vertrek|vertrokken|uitgeschreven|afmeld(?:ing)?"
    r"|saiu|salio|sorti|uscito|odejscia|rezygnacji|wystapienia|zamkniecia|avslutad|avslutades|avslut|lamnade|uttrade)"
)
_CANCEL: Final = (
    r"(?:cancel(?:l?ed|l?ation|s)?|cancell(?:ed|ation)|cancel_?requested|kuendigung|kuendigungs|gekuendigt|storno"
    r"|storniert|stornierungs?|resiliation|resilie|annulation|cancelacion|cancelado|anulacion|rescision"
    r"|cancelamento|cancelada|rescisao|disdetta|recesso|annullamento|opzeg(?:ging|gings|d)?|opgezegd|annulering"
    r"|wypowiedzenia|anulowania|rozwiazania|uppsagd|uppsagning|uppsagnings)"
)
_TERM_END: Final = (
    rf"(?:expir(?:es|ed|y|ation|ing)|expires_?after|valid_?(?:until|to|through|till)|runs_?(?:until|to)"
    rf"|{STAY}_?(?:end|ends|ending|close)|(?:paid|pays|prepaid|covered|active|access|good|licensed|booked)_?(?:until|till|through|thru|up_?to)"
    r"|bezahlt_?bis|paye_?jusqu_?au|pagado_?hasta|pago_?ate|pagato_?fino_?al?|betaald_?tot|ablauf|ablaufs|gueltig_?bis|laufzeitende|vertragsende"
    r"|echeance|fin_?(?:de_?|du_?|d_?)?(?:contrat|abonnement)|vencimiento|caducidad|fin_?(?:de_?|del_?)?contrato"
    r"|vencimento|validade|expiracao|fim_?(?:de_?|do_?)?contrato|termino_?(?:de_?|do_?)?contrato|scadenza"
    r"|fine_?contratto|verval|vervals|afloop|contracteinde)"
)
_END: Final = (
    r"(?:ends?|ended|ending|end|ende|endet|schluss|fin|fim|fine|termino|finalizacion|encerrado|einde|eind|until|finish(?:ed)?"
    r"|stops?|zakonczenia|koniec|do|slut)"
)
_FROM: Final = r"(?:from|von|ab|du|dal|van|fran|first_?day)"
_TO: Final = r"(?:to|until|till|through|thru|bis|jusqu_?au|hasta|ate|fino_?al?|tot)"
"""Words that date a start or an end where they stand alone, or after the word for a stay."""
_KEY: Final = (
    r"(?:ids?|oid|uuid|guid|key|keys|no|nr|num|numbers?|codes?|ref|reference|fk|pk|sk|identifier|nummer|nummern|nbr|kennung"
    r"|numero|numeros|identifiant|identificador|codigo|clave|codice|identificativo|matricula|kenmerk|numer|identyfikator|nro|cod)"
)
_NAME: Final = (
    r"(?:names?|namen?|full_?name|display_?name|title|nom|nombre|nome|naam|nazwa|namn"
    r"|razonsocial|raisonsociale|ragionesociale)"
)

_PAID: Final = (
    r"(?:paid|pay|payments?|charged?|collect(?:ed|ion)|billed|bill|invoiced?|received?|receipt|settled|settlement|deposited"
    r"|debit(?:ed)?|captured|processed|posted|posting|booked|booking|transaction|trans|txn|doc|document|order(?:ed)?"
    r"|purchased?|sale|sold|event|occurred|happened|logged|zahlungs?|bezahlt|rechnungs?|buchungs?|gebucht|belegs?"
    r"|einzugs?|abbuchungs?|paiement|facture|facturation|encaissement|reglement|prelevement|pago|cobro|factura|recibo"
    r"|emision|pagamento|fattura|emissione|incasso|ricevuta|cobranca|emissao|fatura|recebimento|betaal|betaling|factuur"
    r"|boekings?|platnosci|wplaty|faktury|operacji|betalnings?|faktura|inbetalning)"
)
_ON_A_DAY: Final = (
    r"(?:dates?|day|at|on|dt|ts|time|timestamp|datetime|datum|tag|am|fecha|dia|data|giorno|jour|dag|op|le)"
)

_TENURE: Final = (
    r"(?:tenure|(?:account|membership|subscription|relationship|policy|member|client)_?(?:length|age|duration)|vertragsdauer|mitgliedsdauer"
    r"|customer_?age|seniority|longevity|life_?(?:span|time)|length_?of_?(?:stay|service|relationship)|kundendauer"
    r"|verweildauer|anciennete|antigue?edad|antiguidade|anzianita|klantduur|tempo_?de_?casa)"
)
_UNIT: Final = (
    r"(?:months?|years?|days?|weeks?|mths?|yrs?|monaten?|jahren?|tagen?|wochen|mois|ans|jours|semaines|meses|anos|dias|semanas"
    r"|mesi|anni|giorni|settimane|maanden|jaren|dagen|weken)"
)
_LASTED: Final = r"as|with_?us|stayed|subscribed|on_?books?|of_?(?:service|membership|tenure)|als|comme|como|come|da"

_ABOUT: Final = rf"(?:(?:{CUSTOMER}|{STAY}|{FILLER}|{DAY})_?)"


def _day_of(words: str) -> str:
    """A name with one of some words, and none that does not speak of days, stays or customers."""
    return rf"{_ABOUT}*{words}_?{_ABOUT}*"


BUILT_OF: Final = {
    part: re.compile(pattern)
    for part, pattern in {
        "customer_id": rf"{CUSTOMER}_?{_KEY}|{_KEY}_?(?:{FILLER}_?){{0,2}}{CUSTOMER}"
        rf"|{SYSTEM}_?{CUSTOMER}_?{_KEY}|{ONE_CUSTOMER}",
        "name": rf"{CUSTOMER}_?{_NAME}|{_NAME}_?(?:{FILLER}_?){{0,2}}{CUSTOMER}",
        "tenure_months": rf"(?:{CUSTOMER}_?)?{_TENURE}_?(?:(?:in|en|em)_?)?(?:{_UNIT})?"
        rf"|{_UNIT}_?(?:{_LASTED})_?(?:a_?)?(?:{CUSTOMER}|{_TENURE})?",
        "churned_on": _day_of(_LEAVE),
        "requested_on": _day_of(_CANCEL),
        "term_end": rf"{_day_of(_TERM_END)}|{STAY}_?{_TO}",
        "started_on": rf"{_day_of(_START)}|{_FROM}|{STAY}_?{_FROM}",
        "end_date": rf"{_day_of(_END)}|{_TO}",
        "occurred_on": rf"{_PAID}_?{_ON_A_DAY}(?:_utc)?|{_ON_A_DAY}_?(?:{FILLER}_?)?{_PAID}|when|data|dato|zeitpunkt",
    }.items()
}
"""Per part the names that mean it, the most telling first."""

IS_A_PLACE: Final = re.compile(
    rf"(?:{PLACE}|vertragspartner|geschaeftspartner|business_?partner)(?:_?{_KEY}|_?{_NAME})?|(?:{_NAME}|{_KEY})_?(?:{FILLER}_?)?{PLACE}"
)
"""Names that are built of a word for a place or body, and a word for a key or name."""

_COUNT: Final = re.compile(r"(?:number|no|num|nr|count|numero|nombre|anzahl|aantal)_?(?:of|de|di|von|van)?_?[a-z]+s")
"""A number of customers is no customer's number."""


def built_as(name: str) -> str | None:
    """The part that a cleaned name means by the words it is put together from, if by all of them."""
    if _COUNT.fullmatch(name):
        return None
    return next((part for part, pattern in BUILT_OF.items() if pattern.fullmatch(name)), None)
