"""Names in any dress: run together, with a table before them, in brackets, built of known words, in other languages."""

from __future__ import annotations

import pytest

from retention.intake import parse
from retention.intake.columns.names import cleaned, parts_named, recognise, says_created
from retention.intake.columns.recognise import Roles, find_roles
from retention.rules import Rules


def roles_of(text: str) -> Roles:
    """The parts of a small file."""
    return find_roles(parse(text.encode(), "x.csv"), None, Rules(), {})


@pytest.mark.parametrize(
    ("header", "part"),
    [
        # run together
        ("ACCOUNTNUMBER", "customer_id"), ("joindate", "started_on"), ("ServiceEndDate", "churned_on"),
        ("CANCELLATIONDATE", "requested_on"), ("accountstatus", "status"), ("DATETERMINATED", "churned_on"),
        ("clientno", "customer_id"), ("monthlyrecurringrevenue", "mrr"),
        # a table before the name
        ("clients.id", "customer_id"), ("memberships.ended_at", "churned_on"), ("contract__start", "started_on"),
        ("companies.name", "name"), ("billing->cancelled_at", "requested_on"), ("dim_customer.industry", "industry"),
        # brackets behind it
        ("Signup date [local time]", "started_on"), ("Region (sales)", "region"), ("ARR (EUR)", "arr"),
        ("Left on (if any)", "churned_on"), ("Customer No. (ERP)", "customer_id"),
        # built of known words
        ("Membership terminated on", "churned_on"), ("date of departure", "churned_on"),
        ("offboarding_date", "churned_on"),
        ("Account deletion date", "churned_on"), ("tenant_uuid", "customer_id"), ("Licence expires on", "term_end"),
        ("Date acquired", "started_on"), ("unsubscribed_at", "churned_on"), ("Last day of service", "churned_on"),
        ("enrollment date", "started_on"), ("policy_holder_ref", "customer_id"), ("closure_date", "churned_on"),
        # other languages
        ("Mitgliedsnummer", "customer_id"), ("Eintrittsdatum", "started_on"), ("Austritt am", "churned_on"),
        ("Gekündigt zum", "requested_on"), ("Branche", "industry"), ("Monatsbeitrag", "mrr"),
        ("Kündigungsgrund", "churn_reason"),
        ("Numéro de client", "customer_id"), ("Date de début", "started_on"), ("Date de résiliation", "requested_on"),
        ("Secteur d'activité", "industry"), ("Motif de résiliation", "churn_reason"),
        ("Date d'inscription", "started_on"),
        ("Código de cliente", "customer_id"), ("Fecha de alta", "started_on"), ("Fecha de baja", "churned_on"),
        ("Estado", "status"), ("Sector", "industry"), ("País", "region"), ("Cuota mensual", "mrr"),
        ("Código do cliente", "customer_id"), ("Data de início", "started_on"),
        ("Data de cancelamento", "requested_on"),
        ("Situação", "status"), ("Mensalidade", "mrr"), ("Data da saída", "churned_on"),
        ("Codice cliente", "customer_id"), ("Data inizio", "started_on"), ("Data disdetta", "requested_on"),
        ("Stato", "status"), ("Settore", "industry"), ("Canone mensile", "mrr"),
        ("Klantnummer", "customer_id"), ("Ingangsdatum", "started_on"), ("Opzegdatum", "requested_on"),
        ("Bedrijfstak", "industry"), ("Reden opzegging", "churn_reason"), ("Einddatum", "end_date"),
        ("Ｓｔａｒｔ　Ｄａｔｅ", "started_on"),
    ],
)  # fmt: skip
def test_a_name_is_understood_in_any_dress(header: str, part: str) -> None:
    assert part in parts_named(header)


@pytest.mark.parametrize(
    "header",
    [
        "Last Modified Date", "updated_at", "Number of users", "no of accounts", "trial_end_date", "Next billing date",
        "card_expiry_date", "ticket_closed_at", "invoice_due", "subscriptions.id", "owner.name", "referrer", "seats",
        "current_period_end", "Last login", "modifiedon", "Geändert am", "Dernière connexion", "products.name",
    ],
)  # fmt: skip
def test_a_name_with_another_meaning_plays_no_part_of_a_stay(header: str) -> None:
    assert {"customer_id", "name", "started_on", "churned_on", "requested_on", "term_end", "end_date"}.isdisjoint(
        parts_named(header)
    )


def test_accents_are_folded_and_tables_are_those_of_one_row() -> None:
    assert cleaned("Größe") == "groesse"
    assert cleaned("Société") == "societe"
    assert cleaned("companies.Plan Name") == "company_plan_name"
    assert cleaned("address.city") == "address_city"


def test_a_known_name_comes_before_one_built_of_known_words() -> None:
    assert recognise(["Member since", "Start date", "Unsubscribed at", "Churn date"]) == {
        "started_on": ["Start date", "Member since"],
        "churned_on": ["Churn date", "Unsubscribed at"],
    }


@pytest.mark.parametrize(
    "header", ["createdAt", "customers.created_at", "CREATEDATE", "Erstellt am", "Fecha de creación"]
)
def test_the_day_a_record_was_made_is_told_from_a_start(header: str) -> None:
    assert says_created(header)
    assert not says_created("Signup date")


def test_ids_that_could_be_days_are_ids_where_their_header_says_so() -> None:
    rows = "".join(f"{20240101 + n},{43831 + n},2024-01-{n + 1:02},\n" for n in range(20))
    found = roles_of(f"member_no,house,joined,left\n{rows}")
    assert found.columns["customer_id"] == "member_no"
    assert found.columns["started_on"] == "joined"


def test_a_customer_column_with_written_dates_is_still_no_key() -> None:
    rows = "".join(f"2024-01-{n + 1:02},u{n},2024-02-01\n" for n in range(20))
    assert roles_of(f"customer,account_id,start\n{rows}").columns["customer_id"] == "account_id"


def test_another_tables_key_comes_before_a_bare_id() -> None:
    rows = "".join(f"{n},h{n // 2},2024-01-05,\n" for n in range(20))
    for name in ("household_id", "Business Ref", "person_uuid", "tenant key", "abonnent_nr", "id_socio"):
        assert roles_of(f"id,{name},start date,end date\n{rows}").columns["customer_id"] == name


PEOPLE = "Full name,Mail,Joined,Left\n"


def test_a_name_that_stands_for_several_people_is_no_key() -> None:
    rows = "Wu Li,wu@gmail.com,2024-01-01,\nWu Li,li@web.de,2024-02-01,\nAda,ada@x.org,2024-02-03,2024-05-01\n"
    assert roles_of(PEOPLE + rows).columns["customer_id"] == "Mail"


def test_a_company_with_several_addresses_is_one_customer() -> None:
    rows = "Lime Ltd,a@lime.io,2024-01-01,2024-03-01\nLime Ltd,b@lime.io,2024-04-01,\nOak,c@oak.io,2024-02-03,\n"
    assert roles_of("Company,Mail,Joined,Left\n" + rows).columns["customer_id"] == "Company"
