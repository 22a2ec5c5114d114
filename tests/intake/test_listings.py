"""Panels, snapshots and lists of actives: who is on the list of a day or month was a customer then."""

from __future__ import annotations

from datetime import date

import pytest

from retention.errors import IntakeError
from retention.rules import Rules
from tests.intake.literal import actions, adds_up, book, spans

MONTHS = ("2024-03", "2024-04", "2024-05", "2024-06")
ON_LIST = {"k1": MONTHS, "k2": MONTHS[:2], "k3": (MONTHS[0], MONTHS[2], MONTHS[3]), "k4": MONTHS[1:]}
WANTED = [
    ("k1", date(2024, 3, 1), None),
    ("k2", date(2024, 3, 1), date(2024, 5, 1)),
    ("k3", date(2024, 3, 1), date(2024, 4, 1)),
    ("k3", date(2024, 5, 1), None),
    ("k4", date(2024, 4, 1), None),
]


def actives(header: str, day: str = "") -> str:
    rows = [f"{month}{day},{who}" for who, months in ON_LIST.items() for month in months]
    return "\n".join([header, *rows])


def panel(header: str, yes: str, no: str, day: str = "") -> str:
    rows = [f"{who},{m}{day},{yes if m in months else no}" for who, months in ON_LIST.items() for m in MONTHS]
    return "\n".join([header, *rows])


SAME = {
    "actives by month": actives("month,client_id"),
    "actives by first days": actives("Period start,Client", "-01"),
    "a plain date of first days": actives("date,member_id", "-01"),
    "yes and no": panel("company_id,month,active", "yes", "no"),
    "words": panel("company_id,reporting_month,account_state", "Live", "Terminated"),
    "true and false": panel("tenant,period,is_paying", "TRUE", "FALSE", "-01"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_lists_and_panels_of_months_say_the_same(text: str) -> None:
    read = book(text)
    assert spans(read) == WANTED
    assert adds_up(read)
    assert read.ledger.rows_used == len(text.splitlines()) - 1


def test_months_are_whole_months_and_the_first_list_hides_when_its_customers_began() -> None:
    read = book(SAME["words"])
    assert read.as_of == date(2024, 6, 30)
    assert read.observed_from == date(2024, 4, 1)
    assert "4 lists" in read.notes["lists"]


def test_snapshots_speak_for_their_day() -> None:
    read = book(actives("as_of_date,company_id", "-15"))
    assert spans(read)[1] == ("k2", date(2024, 3, 15), date(2024, 5, 15))
    assert read.as_of == date(2024, 6, 15)


def test_a_pause_in_a_panel_follows_the_rule() -> None:
    text = panel("company_id,month,status", "active", "paused") + "\nk5,2024-03,cancelled"
    assert spans(book(text))[1] == ("k2", date(2024, 3, 1), None)
    assert spans(book(text, rules=Rules(paused="churn"))) == WANTED


def test_who_is_on_no_list_as_a_customer_is_set_aside_and_a_blank_is_not_guessed() -> None:
    text = panel("company_id,month,status", "active", "churned") + "\nk5,2024-03,churned\nk6,2024-04,"
    read = book(text)
    assert (18, "set aside", "a customer on none of the lists") in actions(read)
    blank = "the status is blank or unknown: whether this was a customer then is not known"
    assert (19, "set aside", blank) in actions(read)
    assert adds_up(read)


def test_a_month_that_is_not_over_is_no_list() -> None:
    read = book(SAME["words"], today=date(2024, 6, 20))
    assert read.as_of == date(2024, 5, 31)


def test_one_list_says_nothing_about_who_left() -> None:
    one = "\n".join(["snapshot_date,client,status", "2024-03-01,a,active", "2024-03-01,b,churned"])
    with pytest.raises(IntakeError, match="one list, of 1 Mar 2024"):
        book(one, answers={"shape": "snapshots"}, mapping={"month": "snapshot_date", "customer_id": "client"})


def test_a_flag_that_says_yes_for_those_who_left_is_read_the_other_way_round() -> None:
    assert spans(book(panel("client,month,has_cancelled", "0", "1"))) == WANTED


def test_lists_with_recurring_revenue_give_it_by_month() -> None:
    rows = "\n".join(f"{m}-28,{who},{120 * at}" for at, (who, months) in enumerate(ON_LIST.items()) for m in months)
    read = book(f"extracted_on,client,arr\n{rows}")
    assert read.revenue is not None
    assert read.revenue.filter(customer_id="k4").collect().get_column("mrr").to_list() == [30, 30, 30]
    assert "k1" not in {who for who, *_ in spans(read)}, "a list that says 0 of somebody lists no paying customer"
