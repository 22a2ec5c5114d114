from __future__ import annotations

from datetime import date

import pytest

from retention.rules import Rules
from tests.intake.literal import actions, adds_up, book, spans

MARCH_15 = date(2024, 3, 15)


def listed(header: str, ends: dict[str, str]) -> str:
    rows = {
        "stays": f"stays,2024-03-01,,{ends['stays']}",
        "leaves": f"leaves,2024-03-01,2024-09-01,{ends['leaves']}",
        "tries": f"tries,2024-03-01,2024-03-15,{ends['tries']}",
        "never tried": f"never tried,2024-02-01,,{ends['never tried']}",
        "old": "old,2023-01-05,2024-10-01,",
    }
    return "\n".join([f"company_id,signed_up_at,ended_on,{header}", *rows.values()])


DAYS = {"stays": "2024-03-15", "leaves": "2024-03-15", "tries": "2024-03-15", "never tried": ""}
LENGTHS = {"stays": "14", "leaves": "14", "tries": "14", "never tried": "0"}


@pytest.mark.parametrize(
    ("header", "ends"),
    [
        ("trial_ends_at", DAYS), ("Trial Expiration", DAYS), ("trialEndDate", DAYS), ("end_of_trial", DAYS),
        ("Testphase Ende", DAYS), ("fin_essai", DAYS), ("fecha_fin_prueba", DAYS), ("trial_until", DAYS),
        ("trial_period_days", LENGTHS), ("Trial length", LENGTHS),
    ],
)  # fmt: skip
def test_a_trial_that_is_over_makes_a_customer_and_one_that_ended_unpaid_makes_none(
    header: str, ends: dict[str, str]
) -> None:
    read = book(listed(header, ends))
    assert spans(read) == [
        ("leaves", MARCH_15, date(2024, 9, 1)), ("never tried", date(2024, 2, 1), None),
        ("old", date(2023, 1, 5), date(2024, 10, 1)), ("stays", MARCH_15, None),
    ]  # fmt: skip
    assert ("set aside", "ended with its trial: never a customer") in [entry[1:] for entry in actions(read)]
    assert adds_up(read)


def test_under_the_other_rule_a_trial_counts_from_its_start() -> None:
    read = book(listed("trial_ends_at", DAYS), rules=Rules(trials="active"))
    assert [who for who, *_ in spans(read)] == ["leaves", "never tried", "old", "stays", "tries"]
    assert {start for _, start, _ in spans(read)} == {date(2024, 3, 1), date(2024, 2, 1), date(2023, 1, 5)}


def test_a_trial_that_goes_on_is_none_yet() -> None:
    text = listed("trial_ends_at", DAYS) + "\nstill trying,2024-09-28,,2024-10-12"
    read = book(text)
    assert "still trying" not in [who for who, *_ in spans(read)]
    assert read.as_of == date(2024, 10, 1)


@pytest.mark.parametrize(("header", "yes"), [("is_trial", "true"), ("On Trial", "Yes"), ("free_trial", "1")])
def test_a_flag_says_who_is_on_trial(header: str, yes: str) -> None:
    no = {"true": "false", "Yes": "No", "1": "0"}[yes]
    read = book(
        f"company_id,signed_up_at,ended_on,{header}\na,2024-01-05,,{no}\nb,2024-01-05,,{yes}\nc,2024-02-01,,{no}"
    )
    assert [who for who, *_ in spans(read)] == ["a", "c"]


def test_who_never_converted_is_no_customer() -> None:
    read = book("company_id,signed_up_at,ended_on,converted\na,2024-01-05,,yes\nb,2024-01-05,2024-02-05,no")
    assert [who for who, *_ in spans(read)] == ["a"]
