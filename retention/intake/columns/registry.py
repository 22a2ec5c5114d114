"""Every part that a column can play, with all that is known about it: a new part is one more row of this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["identity", "day", "month", "status", "flag", "word", "number", "recurring", "amount", "currency"]
"""What the cells of a part hold: who a customer is, a day, a month, a word, a number, recurring or any money."""

EndKind = Literal["churn", "requested", "end", "term"]
"""What a date of leaving is: "churn" the first day not a customer; "requested" the day it was asked for; "end" and
"term" may be the last day covered: the column decides."""


@dataclass(frozen=True)
class Brings:
    """What a file gains by a part.

    Attributes:
        part: the part in words.
        gives: what it makes possible.
        also: other things in a book that give the same.
    """

    part: str
    gives: str
    also: frozenset[str] = frozenset()


DATES = Brings(
    "start and churn dates", "retention over any window, its trend, and cohorts by their start", frozenset({"dates"})
)
SEGMENTS = Brings("segment", "rates by segment, benchmarks for your own mix, goals by segment")
WORTH = Brings("ARR", "who left by worth, and what a saved customer is worth", frozenset({"revenue"}))
REVENUE = Brings(
    "revenue by month", "gross and net revenue retention, and whether logos led revenue", frozenset({"revenue"})
)
MANAGERS = Brings("success manager", "losses by manager against what their mix predicts, and their load")
REASONS = Brings("churn reason", "churn you could have prevented, apart from the rest")
TERMS = Brings("contract term or renewal date", "retention of those who could leave", frozenset({"terms"}))
COMPANIES = Brings("parent or e-mail", "companies beside accounts")
SIGNALS = Brings("usage, tickets, reviews", "who may leave next")
BRINGS: Final = (DATES, SEGMENTS, WORTH, REVENUE, MANAGERS, REASONS, TERMS, COMPANIES, SIGNALS)
"""What a file may hold, and what it brings, in the order in which it is said."""


LONGER: Final = ("quarter", "fiscal_quarter", "year_quarter", "quarter_year", "half_year", "year", "fiscal_year")
"""Headers of periods longer than a month: they say when where no day does."""


@dataclass(frozen=True)
class Role:
    """One part that a column can play.

    Attributes:
        name: the canonical name of the column in a book.
        kind: what its cells hold.
        aliases: the cleaned headers that mean it, the most telling first.
        abroad: the same in German, French, Spanish, Portuguese, Italian and Dutch.
        personal: whether it names a customer or a person, so that "Hide names" hides it.
        splittable: whether it is one of the usual things to split customers by.
        outcome: whether it records who left, so that it explains nothing.
        is_attribute: whether it describes a customer, rather than saying when they were one.
        needed: which of the three things a book needs it can say: who a customer is, when they were one, whether they
            left or paid.
        ends: what kind of end of a span it dates.
        serves: other parts that a column of this name may play.
        factor: the factor of the risk score that reads it.
        listed: its place among the first columns of a list of customers.
        brings: what a file gains by it.
        twice: what hangs on it, where a file has two different columns of one name for it.
    """

    name: str
    kind: Kind
    aliases: tuple[str, ...]
    abroad: tuple[str, ...] = ()
    personal: bool = False
    splittable: bool = False
    outcome: bool = False
    is_attribute: bool = True
    needed: Literal["who", "when", "left"] | None = None
    ends: EndKind | None = None
    serves: tuple[str, ...] = ()
    factor: str | None = None
    listed: int | None = None
    brings: Brings | None = None
    twice: str = ""


ROLES: Final[tuple[Role, ...]] = (
    Role(
        "customer_id", "identity",
        (
            "customer_id", "customer_oid", "cust_id", "customer", "customer_number", "customer_no",
            "customer_code", "account_id", "account_external_id", "account_code", "account_number",
            "account_no", "account", "acct", "acct_id", "acct_no", "client_id", "client", "client_number",
            "company_id", "organization_id", "organisation_id", "org_id", "tenant_id", "workspace_id",
            "logo_id", "external_id", "record_id", "subscriber_id", "member_id", "user_id", "customer_ref",
            "crm_id", "recurly_account_code", "chartmogul_id", "customer_uuid", "account_uuid",
            "paddle_customer_id", "stripe_customer_id", "contact_id", "app_user_id", "original_app_user_id",
            "rc_original_app_user_id"
        ),
        abroad=(
            "kunde", "kundenkonto", "debitor", "debitoren_nr", "cliente", "client_id", "klant",
            "compte", "conta", "cuenta", "nif_cliente"
        ),
        personal=True, needed="who", listed=1, is_attribute=False,
        twice="which customer a row is about",
    ),
    Role(
        "parent_id", "identity",
        (
            "parent_id", "parent_account_id", "parent_customer_id", "parent_company_id", "parent_account",
            "parent", "parent_company", "ultimate_parent", "ultimate_parent_id", "group_id"
        ),
        abroad=(
            "muttergesellschaft", "konzern", "konzernnummer", "societe_mere", "maison_mere",
            "matriz", "empresa_matriz", "grupo_empresarial", "capogruppo", "societa_madre",
            "moederbedrijf", "moedermaatschappij"
        ),
        personal=True, brings=COMPANIES,
    ),
    Role(
        "name", "identity",
        (
            "customer_name", "account_name", "company_name", "company", "client_name", "organization",
            "organisation", "organization_name", "organisation_name", "logo_name", "business_name", "name",
            "customer_full_name", "customer_company", "customer", "account", "client"
        ),
        abroad=(
            "kunde", "firma", "firmenname", "unternehmen", "nom", "societe", "raison_sociale",
            "entreprise", "nombre", "empresa", "razon_social", "nome", "razao_social",
            "ragione_sociale", "azienda", "societa", "denominazione", "naam", "bedrijf",
            "bedrijfsnaam", "organisatie", "cliente", "klant", "mitglied"
        ),
        personal=True, needed="who", serves=("customer_id",), listed=2,
    ),
    Role(
        "email", "identity",
        (
            "email", "customer_email", "account_email", "email_address", "e_mail", "billing_email",
            "contact_email", "user_email", "client_email", "member_email", "subscriber_email", "company_email",
            "owner_email", "admin_email", "primary_email", "main_email", "work_email", "business_email",
            "login_email", "payer_email", "buyer_email", "contact_e_mail", "customer_e_mail", "user_e_mail",
            "client_e_mail", "billing_e_mail", "customer_email_address", "contact_email_address", "email_id"
        ),
        abroad=(
            "e_mail_adresse", "emailadresse", "mail", "courriel", "adresse_e_mail", "adresse_mail",
            "adresse_email", "e_mail_client", "email_client", "mail_client", "kunden_e_mail",
            "kunden_email",
            "kundenmail", "rechnungs_e_mail", "correo_cliente", "email_cliente", "e_mail_cliente", "correo",
            "correo_electronico", "correo_e", "endereco_de_email",
            "indirizzo_email", "posta_elettronica", "e_mailadres", "emailadres", "mailadres"
        ),
        personal=True, needed="who", serves=("customer_id",), brings=COMPANIES,
    ),
    Role(
        "started_on", "day",
        (
            "started_on", "start_date", "started_at", "customer_since", "customer_start_date",
            "first_paid_on", "first_payment_date", "start", "date_started", "start_on", "signup_date",
            "sign_up_date", "signed_up_at", "signed_up", "signup", "joined_on", "join_date", "joined",
            "onboarded_on", "activated_at", "activation_date", "activated_on", "subscription_started_at",
            "subscription_start", "subscription_start_date", "first_order_date", "contract_start_date",
            "contract_start", "contract_effective_date", "effective_start_date", "term_start",
            "term_start_date", "service_start", "service_start_date", "go_live_date", "effective_date",
            "begin_date", "from_date", "won_date", "close_date", "closed_won_date", "closedate",
            "first_charge_processed_at", "created_date", "created", "create_date", "createdate",
            "created_at", "date_created", "created_on"
        ),
        abroad=(
            "beginn", "beginndatum", "startdatum", "vertragsbeginn", "eintritt", "kunde_seit",
            "debut", "date_de_debut", "date_debut", "inicio", "fecha_inicio", "fecha_de_alta",
            "data_inicio", "data_de_inicio", "inizio", "data_inizio", "data_di_inizio", "aanvang",
            "aanvangsdatum", "ingangsdatum", "begindatum", "angelegt_am", "erstellt_am",
            "date_de_creation", "date_creation", "fecha_de_creacion", "fecha_creacion",
            "data_de_criacao", "data_criacao", "data_creazione", "data_di_creazione",
            "aangemaakt_op", "aanmaakdatum"
        ),
        needed="when", listed=8, is_attribute=False, twice="when a customer started",
    ),
    Role(
        "churned_on", "day",
        (
            "churned_on", "churn_date", "churned_at", "date_churned", "churned_date", "lost_on",
            "lost_date", "left_on", "leave_date", "departed_on", "ended_at", "ended_on", "ended",
            "end_of_service", "service_end", "service_end_date", "deactivated_at", "deactivation_date",
            "terminated_at", "termination_date", "exit_date", "cancellation_effective_date",
            "cancel_effective_date"
        ),
        abroad=(
            "austritt", "austrittsdatum", "abgang", "date_de_depart", "date_de_sortie",
            "fecha_de_baja", "fecha_baja", "baja", "data_de_saida", "data_saida", "data_uscita",
            "data_cessazione", "uitschrijfdatum", "vertrekdatum"
        ),
        needed="left", ends="churn", listed=9, is_attribute=False, twice="when a customer left",
    ),
    Role(
        "requested_on", "day",
        (
            "canceled_at", "cancelled_at", "subscription_canceled_at", "subscription_cancelled_at",
            "subscription_canceled_date", "subscription_cancelled_date", "canceled_on", "cancelled_on",
            "cancel_date", "cancellation_date", "canceled_date", "cancelled_date", "date_canceled",
            "date_cancelled", "canceled", "cancelled", "cancellation_requested_at", "churn_requested_on",
            "requested_on"
        ),
        abroad=(
            "kuendigungsdatum", "kuendigung_am", "gekuendigt_am", "kuendigung",
            "date_de_resiliation", "date_resiliation", "resiliation", "date_d_annulation",
            "fecha_de_cancelacion", "fecha_cancelacion", "data_de_cancelamento",
            "data_cancelamento", "data_disdetta", "disdetta", "data_di_cancellazione", "opzegdatum",
            "opzegging", "opgezegd_op"
        ),
        needed="left", ends="requested", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "end_date", "day",
        (
            "end_date", "ends_on", "end", "end_on", "date_ended", "to_date", "ends_at"
        ),
        abroad=(
            "ende", "enddatum", "fin", "date_de_fin", "date_fin", "fecha_fin", "fecha_de_fin",
            "fim", "data_fim", "data_de_fim", "data_de_termino", "fine", "data_fine",
            "data_di_fine", "einde", "einddatum"
        ),
        needed="left", ends="end", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "term_end", "day",
        (
            "term_end", "term_end_date", "contract_end", "contract_end_date", "contract_ends",
            "subscription_end", "subscription_end_date", "expires_at", "expiry_date", "expiration_date",
            "expires_on", "expired_at", "valid_until", "valid_to", "contract_expiry", "effective_end_date"
        ),
        abroad=(
            "vertragsende", "laufzeitende", "ablaufdatum", "gueltig_bis", "date_d_echeance",
            "echeance", "fin_de_contrat", "fecha_de_vencimiento", "vencimiento", "fin_de_contrato",
            "data_de_vencimento", "vencimento", "fim_do_contrato", "scadenza", "data_scadenza",
            "fine_contratto", "vervaldatum", "contracteinde", "einddatum_contract"
        ),
        needed="left", ends="term", serves=("churned_on",), is_attribute=False,
    ),
    Role(
        "status", "status",
        (
            "status", "customer_status", "account_status", "subscription_status", "state",
            "lifecycle_stage", "is_active", "active"
        ),
        abroad=(
            "kundenstatus", "zustand", "vertragsstatus", "statut", "etat", "statut_client",
            "estado", "estatus", "situacion", "estado_cliente", "situacao", "status_cliente",
            "stato", "stato_cliente", "toestand", "klantstatus", "aktiv", "actif", "activo",
            "ativo", "attivo", "actief"
        ),
        needed="left", outcome=True, is_attribute=False,
    ),
    Role(
        "churn_reason", "word",
        (
            "churn_reason", "cancel_reason", "cancellation_reason", "reason", "reason_for_churn",
            "churn_category", "lost_reason", "reason_lost", "expiration_reason"
        ),
        abroad=(
            "kuendigungsgrund", "abgangsgrund", "grund", "motif", "motif_de_resiliation",
            "motif_resiliation", "raison", "motivo", "motivo_de_baja", "motivo_baja",
            "motivo_de_cancelacion", "motivo_do_cancelamento", "motivo_de_cancelamento",
            "motivo_disdetta", "motivo_cancellazione", "reden", "reden_opzegging", "opzegreden"
        ),
        outcome=True, listed=10, brings=REASONS,
    ),
    Role(
        "segment", "word",
        (
            "segment", "customer_segment", "account_segment", "tier", "customer_tier", "market_segment"
        ),
        abroad=(
            "kundensegment", "kundengruppe", "kundenklasse", "segment_client", "categorie_client",
            "segmento", "segmento_de_cliente", "segmento_cliente", "segmento_clienti",
            "klantsegment", "klantgroep"
        ),
        splittable=True, listed=3, brings=SEGMENTS,
    ),
    Role(
        "plan", "word",
        (
            "plan", "plan_name", "product", "package", "edition", "subscription_plan", "plan_id"
        ),
        abroad=(
            "tarif", "paket", "produkt", "formule", "forfait", "offre", "produit", "producto",
            "tarifa", "paquete", "plano", "produto", "pacote", "piano", "prodotto", "pacchetto",
            "tariffa", "pakket"
        ),
        splittable=True, listed=4,
    ),
    Role(
        "industry", "word",
        (
            "industry", "vertical", "sector"
        ),
        abroad=(
            "branche", "wirtschaftszweig", "sektor", "secteur", "secteur_d_activite", "industria",
            "sector", "setor", "ramo", "settore", "industrie", "bedrijfstak"
        ),
        splittable=True,
    ),
    Role(
        "size", "word",
        (
            "size", "company_size", "employees", "employee_count", "headcount", "number_of_employees",
            "size_band"
        ),
        abroad=(
            "groesse", "unternehmensgroesse", "mitarbeiter", "mitarbeiterzahl",
            "anzahl_mitarbeiter", "taille", "effectif", "nombre_de_salaries", "tamano", "empleados",
            "numero_de_empleados", "tamanho", "funcionarios", "numero_de_funcionarios",
            "dimensione", "dipendenti", "numero_dipendenti", "grootte", "medewerkers",
            "aantal_medewerkers"
        ),
        splittable=True,
    ),
    Role(
        "region", "word",
        (
            "region", "territory", "geo", "geography", "country"
        ),
        abroad=(
            "land", "bundesland", "gebiet", "pays", "pais", "regiao", "paese", "regione", "regio"
        ),
        splittable=True,
    ),
    Role(
        "channel", "word",
        (
            "channel", "acquisition_channel", "source", "lead_source", "sales_channel", "acquired_through"
        ),
        abroad=(
            "kanal", "vertriebskanal", "quelle", "herkunft", "canal", "canal_d_acquisition",
            "canal_de_acquisition", "source_d_acquisition", "canal_de_adquisicion",
            "canal_de_aquisicao", "canale", "origen", "origem", "fonte", "kanaal", "bron"
        ),
        splittable=True,
    ),
    Role(
        "use_case", "word",
        (
            "use_case", "usecase", "primary_use_case"
        ),
        abroad=(
            "anwendungsfall", "cas_d_usage", "cas_d_utilisation", "caso_de_uso", "caso_d_uso",
            "gebruiksscenario"
        ),
        splittable=True,
    ),
    Role(
        "csm", "word",
        (
            "csm", "customer_success_manager", "csm_name", "csm_owner", "account_manager", "owner",
            "account_owner", "company_owner", "owner_user_account", "success_manager"
        ),
        abroad=(
            "betreuer", "kundenbetreuer", "ansprechpartner", "charge_de_compte",
            "responsable_client", "responsable", "gestor", "gestor_de_cuenta",
            "ejecutivo_de_cuenta", "gerente_de_conta", "responsavel", "referente",
            "responsabile_cliente", "accountmanager", "klantmanager"
        ),
        personal=True, splittable=True, listed=5, brings=MANAGERS,
    ),
    Role(
        "arr", "recurring",
        (
            "arr", "annual_recurring_revenue", "acv", "annual_contract_value", "current_arr", "arr_usd",
            "total_contract_amount", "annual_value", "contract_value"
        ),
        abroad=(
            "jahresumsatz", "jahreswert", "vertragswert", "jahresbeitrag",
            "chiffre_d_affaires_annuel", "revenu_annuel_recurrent", "valeur_du_contrat",
            "ingresos_anuales", "ingreso_anual_recurrente", "valor_del_contrato", "receita_anual",
            "receita_recorrente_anual", "valor_do_contrato", "fatturato_annuo", "ricavo_annuale",
            "valore_contratto", "jaaromzet", "contractwaarde"
        ),
        needed="left", listed=6, brings=WORTH,
    ),
    Role(
        "mrr", "recurring",
        (
            "mrr", "monthly_recurring_revenue", "current_mrr", "mrr_usd", "monthly_charges",
            "monthly_revenue"
        ),
        abroad=(
            "monatsumsatz", "monatsbeitrag", "monatlicher_umsatz", "monatsgebuehr",
            "revenu_mensuel", "revenu_mensuel_recurrent", "mensualite", "ingreso_mensual",
            "ingresos_mensuales", "ingreso_mensual_recurrente", "cuota_mensual", "receita_mensal",
            "receita_recorrente_mensal", "mensalidade", "ricavo_mensile", "canone_mensile",
            "maandomzet", "maandbedrag"
        ),
        needed="left", listed=7, brings=WORTH,
    ),
    Role(
        "currency", "currency",
        (
            "currency", "currency_code", "plan_currency"
        ),
        abroad=(
            "waehrung", "devise", "monnaie", "moneda", "moeda", "valuta", "divisa"
        ),
    ),
    Role(
        "term_months", "number",
        (
            "term_months", "term", "contract_term", "contract_length", "contract_term_months", "term_length"
        ),
        abroad=(
            "laufzeit", "vertragslaufzeit", "laufzeit_monate", "duree_du_contrat", "duree_contrat",
            "duracion_del_contrato", "duracion_contrato", "duracao_do_contrato", "durata_contratto",
            "looptijd", "contractduur"
        ),
        brings=TERMS,
    ),
    Role(
        "renewal_on", "day",
        (
            "renewal_on", "renewal_date", "next_renewal_date", "next_renewal", "renewal", "renews_on",
            "renews_at", "next_billed_at", "contract_renewal_date"
        ),
        abroad=(
            "verlaengerungsdatum", "naechste_verlaengerung", "date_de_renouvellement",
            "prochain_renouvellement", "fecha_de_renovacion", "proxima_renovacion",
            "data_de_renovacao", "proxima_renovacao", "data_rinnovo", "prossimo_rinnovo",
            "verlengingsdatum"
        ),
        factor="renewal", brings=TERMS,
    ),
    Role(
        "customers", "number",
        (
            "customers", "customer_count", "customers_count", "count_of_customers", "number_of_customers",
            "no_of_customers", "num_customers", "n_customers", "nr_customers", "logos",
            "logo_count", "number_of_logos", "num_logos", "n_logos", "accounts", "account_count",
            "number_of_accounts", "num_accounts", "n_accounts", "clients", "client_count", "number_of_clients",
            "subscribers", "subscriber_count", "number_of_subscribers", "num_subscribers", "n_subscribers",
            "users", "user_count", "number_of_users", "members", "member_count", "number_of_members"
        ),
        abroad=(
            "kunden", "anzahl_kunden", "kundenzahl", "kundenanzahl", "clients_nombre", "nombre_de_clients",
            "nb_clients", "clientes", "numero_de_clientes", "num_clientes", "n_clientes", "clienti",
            "numero_clienti", "numero_di_clienti", "klanten", "aantal_klanten"
        ),
        is_attribute=False,
    ),
    Role(
        "tenure_months", "number",
        (
            "tenure_months", "tenure", "months_as_customer", "tenure_in_months", "age_months"
        ),
        abroad=(
            "monate_als_kunde", "kundendauer", "kundenmonate", "anciennete", "anciennete_mois",
            "antiguedad", "meses_como_cliente", "tempo_de_cliente", "meses_de_cliente", "anzianita",
            "mesi_cliente", "klantduur", "maanden_klant"
        ),
        needed="when", outcome=True,
    ),
    Role(
        "churned", "flag",
        (
            "churned", "churn", "is_churned", "churn_flag", "has_churned", "exited", "attrition", "lost",
            "attrition_flag", "attrited", "churn_label", "churn_indicator", "churn_value", "lost_flag", "exit_flag",
            "canceled", "cancelled", "left", "is_canceled", "is_cancelled", "terminated"
        ),
        abroad=(
            "abgewandert", "gekuendigt", "abwanderung", "perdu", "resilie", "perdido", "cancelado",
            "baja", "perdido_cliente", "cancelou", "abbandono", "perso", "opgezegd", "vertrokken"
        ),
        needed="left", outcome=True, serves=("churned_on", "status"), is_attribute=False,
    ),
    Role(
        "usage_share", "number",
        (
            "usage_share", "usage", "license_usage", "licence_usage", "seat_utilization", "utilization",
            "usage_of_licence", "product_usage"
        ),
        factor="usage", brings=SIGNALS,
    ),
    Role(
        "engagement_trend", "word",
        (
            "engagement_trend", "engagement", "usage_trend", "trend"
        ),
        factor="engagement", brings=SIGNALS,
    ),
    Role(
        "tickets_per_month", "number",
        (
            "tickets_per_month", "support_tickets_per_month", "tickets", "support_tickets"
        ),
        factor="tickets", brings=SIGNALS,
    ),
    Role(
        "last_review_on", "day",
        (
            "last_review_on", "last_review", "last_qbr", "last_business_review", "last_qbr_date",
            "last_executive_review"
        ),
        factor="executive", brings=SIGNALS,
    ),
    Role(
        "next_review_on", "day",
        (
            "next_review_on", "next_review", "next_qbr", "next_business_review", "next_qbr_date",
            "next_executive_review"
        ),
        factor="executive", brings=SIGNALS,
    ),
    Role(
        "active_features", "number",
        (
            "active_features", "features_active", "features_adopted", "features_used"
        ),
        factor="adoption", brings=SIGNALS,
    ),
    Role(
        "month", "month",
        (
            "month", "revenue_month", "mrr_month", "billing_month", "report_month", "invoice_month",
            "year_month", "yearmonth", "month_start", "month_end", "month_date", "period", "activity_month",
            "month_ending", *LONGER
        ),
        abroad=(
            "monat", "abrechnungsmonat", "mois", "periode", "mes", "periodo", "mese", "maand"
        ),
        needed="when", is_attribute=False,
    ),
    Role(
        "amount", "amount",
        (
            "amount_paid", "paid", "total_paid", "net_amount", "amount", "revenue", "total", "total_amount",
            "total_price", "sales", "value", "invoice_amount", "amount_due", "grand_total",
            "payment_amount", "price", "fee", "fees", "gross", "net", "gross_amount", "sale_gross", "charge_amount",
            "order_total", "sum", "amount_authorized", "amount_submitted_for_settlement", "settlement_amount"
        ),
        abroad=(
            "betrag", "summe", "umsatz", "rechnungsbetrag", "zahlbetrag", "gesamtbetrag", "montant",
            "montant_paye", "chiffre_d_affaires", "total_ttc", "importe", "monto", "ingresos",
            "total_factura", "valor", "receita", "faturamento", "valor_pago", "importo", "ricavo",
            "fatturato", "totale", "bedrag", "omzet", "factuurbedrag", "netto", "brutto", "nettobetrag",
            "bruttobetrag", "montant_ht", "montant_ttc", "ca", "ca_ht", "ca_ttc", "kwota", "kwota_netto",
            "kwota_brutto", "wartosc", "przychod", "belopp", "omsattning", "intakt"
        ),
        needed="left", is_attribute=False,
    ),
    Role(
        "occurred_on", "day",
        (
            "occurred_on", "issued", "issued_on", "issued_at", "issue_date", "date_issued",
            "event_date", "order_date", "purchase_date", "purchased_at", "transaction_date",
            "invoice_date", "payment_date", "paid_at", "charge_date", "charged_at", "processed_at", "date",
            "posted_date", "date_paid", "period_start", "billed_at", "occurred_at", "event_time",
            "timestamp", "closed_at", "created_at", "created", "created_date", "effective_date",
            "scheduled_at"
        ),
        abroad=(
            "datum", "rechnungsdatum", "buchungsdatum", "bestelldatum", "kaufdatum",
            "zahlungsdatum", "date_de_facture", "date_facture", "date_de_facturation",
            "date_de_paiement", "date_paiement", "date_de_commande", "date_commande", "fecha",
            "fecha_de_factura", "fecha_factura", "fecha_de_pago", "fecha_pago", "fecha_de_pedido",
            "fecha_pedido", "fecha_de_compra", "data_fattura", "data_da_fatura", "data_fatura",
            "data_pagamento", "data_de_pagamento", "data_do_pedido", "data_pedido",
            "data_da_compra", "data_ordine", "data_acquisto", "factuurdatum", "betaaldatum",
            "besteldatum", "aankoopdatum"
        ),
        needed="when", is_attribute=False,
    ),)  # fmt: skip
"""The parts, in the order in which they are shown. A bare ``id`` is no customer key."""

ALIASES: Final[Mapping[str, tuple[str, ...]]] = {role.name: role.aliases + role.abroad for role in ROLES}
"""Per part the cleaned headers that mean it, the most telling first."""


def named(*kinds: Kind) -> tuple[str, ...]:
    """The parts of some kinds."""
    return tuple(role.name for role in ROLES if role.kind in kinds)


PERSONAL: Final = tuple(role.name for role in ROLES if role.personal)
SPLITTABLE: Final = tuple(role.name for role in ROLES if role.splittable)
NEVER_SPLIT_BY: Final = tuple(role.name for role in ROLES if role.outcome or role.kind in ("identity", "currency"))
OUTCOMES: Final = tuple(role.name for role in ROLES if role.outcome)
LEFT: Final = frozenset(role.name for role in ROLES if role.outcome and role.kind in ("status", "flag"))
"""Parts that tell those who left from those who did not, without a date."""
ATTRIBUTES: Final = tuple(role.name for role in ROLES if role.is_attribute)
END_COLUMNS: Final[Mapping[EndKind, str]] = {role.ends: role.name for role in ROLES if role.ends}
"""Where the end of a span is looked for, by what kind of end it is."""
NEEDED: Final = tuple(tuple(role.name for role in ROLES if role.needed == what) for what in ("who", "when", "left"))
"""The parts that say who a customer is, when they were one, and whether they left or paid."""
LISTED_FIRST: Final = tuple(
    role.name for role in sorted((role for role in ROLES if role.listed), key=lambda role: role.listed or 0)
)


def served_by(name: str) -> tuple[str, ...]:
    """The parts whose names may serve a part: its own, and those of parts that stand in for it."""
    return (name, *(role.name for role in ROLES if name in role.serves))


def what_brings(brings: Brings) -> frozenset[str]:
    """The parts, and the other things in a book, that give something."""
    return brings.also | {role.name for role in ROLES if role.brings is brings}


SNAPSHOTS: Final = ("date", "snapshot_date", "as_of_date", "as_of", "period_start", "period_end", "period_end_date")
"""Names of a date that is a month of revenue where it stands beside recurring revenue and is always a first or a last
day."""
