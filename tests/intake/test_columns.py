from __future__ import annotations

import pytest

from retention.errors import IntakeError
from retention.intake.columns.names import checked_mapping, cleaned, recognise, suggestions
from retention.intake.columns.registry import ALIASES


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Customer ID", "customer_id"), ("customerID", "customer_id"), ("Created (UTC)", "created"),
        ("csm (metadata)", "csm"),
        ("accountExternalId", "account_external_id"), ("NextRenewalDate", "next_renewal_date"),
        ("  E-Mail ", "e_mail"), ("Acct #", "acct"), ("property_createdate", "createdate"), ("Ünïcode", "uenicode"),
        ("%", "column"),
    ],
)  # fmt: skip
def test_headers_are_cleaned_of_case_spaces_and_suffixes(header: str, name: str) -> None:
    assert cleaned(header) == name


EXPORTS = {
    "Stripe subscriptions": (
        "id,Customer ID,Customer Email,Plan,Amount,Status,Created (UTC),Start (UTC),Canceled At (UTC),Ended At (UTC)",
        {"customer_id": "Customer ID", "started_on": "Start (UTC)", "churned_on": "Ended At (UTC)", "status": "Status"},
    ),
    "Baremetrics": (
        "plan_name,plan_currency,customer_oid,customer_name,subscription_started_at,subscription_canceled_at",
        {"customer_id": "customer_oid", "started_on": "subscription_started_at",
         "requested_on": "subscription_canceled_at", "currency": "plan_currency"},
    ),
    "ChurnZero": (
        "accountExternalId,Name,NextRenewalDate,TotalContractAmount,IsActive,StartDate,EndDate,OwnerUserAccount",
        {"customer_id": "accountExternalId", "started_on": "StartDate", "end_date": "EndDate", "status": "IsActive",
         "renewal_on": "NextRenewalDate", "arr": "TotalContractAmount", "csm": "OwnerUserAccount"},
    ),
    "Chargebee": (
        "customer_id,activated_at,cancelled_at,cancel_reason,status",
        {"started_on": "activated_at", "requested_on": "cancelled_at", "churn_reason": "cancel_reason"},
    ),
    "Recurly": ("uuid,account_code,email,activated_at,expires_at,state", {"customer_id": "account_code"}),
    "HubSpot": (
        "Record ID,Company name,Company owner,Create Date,Industry,Lifecycle Stage",
        {"customer_id": "Record ID", "name": "Company name", "csm": "Company owner", "started_on": "Create Date",
         "status": "Lifecycle Stage"},
    ),
    "ChartMogul": ("Name,Email,Company,Country,External ID,Customer since", {"customer_id": "External ID"}),
    "Zuora": (
        "account_id,status,subscription_start_date,subscription_end_date,cancelled_date",
        {"started_on": "subscription_start_date",
         "term_end": "subscription_end_date", "requested_on": "cancelled_date"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("system", EXPORTS)
def test_the_headers_of_known_exports_are_recognised(system: str) -> None:
    headers, expected = EXPORTS[system]
    found = recognise(headers.split(","))
    assert {canonical: found[canonical][0] for canonical in expected} == expected


def test_every_alias_is_written_the_way_headers_are_cleaned() -> None:
    odd = [alias for aliases in ALIASES.values() for alias in aliases if cleaned(alias) != alias]
    assert odd == []


def test_a_bare_id_is_nobodys_customer_key() -> None:
    assert "customer_id" not in recognise(["id", "name", "started"])


def test_a_mapping_to_a_column_that_is_not_there_names_the_likely_one() -> None:
    with pytest.raises(IntakeError, match=r"'Acct ID'.*Did you mean 'Acct Id'"):
        checked_mapping({"customer_id": "Acct ID"}, ["Acct Id", "Start"])


def test_a_mapping_of_an_unknown_part_names_the_likely_one() -> None:
    with pytest.raises(IntakeError, match=r"'customer'.*no column of a book"):
        checked_mapping({"customer": "Acct"}, ["Acct"])


def test_likeness_only_suggests() -> None:
    assert suggestions("customer_id", ["Custmer ID", "Start"]) == ["Custmer ID"]
    assert "customer_id" not in recognise(["Custmer ID"])
