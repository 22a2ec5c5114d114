"""Logs of changes: what a row says happened, and who is a customer between two rows."""

from __future__ import annotations

from datetime import date

import pytest

from retention.rules import Rules
from tests.intake.literal import actions, adds_up, asked, book, spans

LOG = """
happened_at,organisation,lifecycle_event
2023-02-01,Aster,contract activated
2023-02-01,Birch,contract activated
2023-06-15,Aster,plan upgraded
2023-08-20,Birch,contract terminated
2024-01-10,Birch,contract reactivated
2024-03-05,Cedar,contract activated
2024-05-05,Dill,lead created
2024-06-30,Cedar,contract paused
"""


def test_who_started_stays_without_further_rows_until_a_row_ends_it() -> None:
    read = book(LOG.replace("2024-05-05,Dill,lead created\n", ""))
    assert spans(read) == [
        ("Aster", date(2023, 2, 1), None),
        ("Birch", date(2023, 2, 1), date(2023, 8, 20)),
        ("Birch", date(2024, 1, 10), None),
        ("Cedar", date(2024, 3, 5), None),
    ]
    assert read.as_of == date(2024, 6, 30)
    assert adds_up(read)


def test_a_pause_ends_a_stay_where_the_rule_says_so() -> None:
    text = LOG.replace("2024-05-05,Dill,lead created\n", "")
    read = book(text, rules=Rules(paused="churn"))
    assert spans(read)[-1] == ("Cedar", date(2024, 3, 5), date(2024, 6, 30))


def test_unknown_words_are_asked_about_in_one_question_with_their_counts() -> None:
    unknown = "2024-05-05,Aster,wandered to the island\n2024-05-06,Aster,gone\n"
    text = LOG.replace("2024-05-05,Dill,lead created\n", unknown)
    question = asked(text)["words:lifecycle_event"]
    assert "“wandered to the island” in 1 row" in question.text
    assert "“gone” in 1 row" in question.text
    read = book(text, answers={"words:lifecycle_event": "rest=end"})
    assert spans(read)[0] == ("Aster", date(2023, 2, 1), date(2024, 5, 5))


def test_rows_that_start_and_end_nothing_make_no_customer() -> None:
    text = LOG.replace("lead created", "trial started")
    read = book(text)
    assert "Dill" not in {who for who, *_ in spans(read)}
    assert (8, "set aside", "no row of this customer starts or ends a stay") in actions(read)
    assert adds_up(read)


def test_who_is_only_seen_leaving_was_there_when_the_log_begins() -> None:
    read = book(LOG.replace("2024-05-05,Dill,lead created", "2023-09-09,Dill,contract terminated"))
    assert ("Dill", date(2023, 2, 1), date(2023, 9, 9)) in spans(read)
    assert read.observed_from == date(2023, 2, 2)


FROM_TO = {
    "from and to": """
account,old_status,new_status,changed_on
a1,,Live,2024-01-05
a2,Prospect,Live,2024-01-09
a1,Live,Closed,2024-03-04
a3,,Prospect,2024-04-01
a2,Live,Suspended,2024-05-05
""",
    "newest first": """
account,transition,changed_on
a2,Suspended,2024-05-05
a3,Prospect,2024-04-01
a1,Closed,2024-03-04
a2,Live,2024-01-09
a1,Live,2024-01-05
""",
}


@pytest.mark.parametrize("text", FROM_TO.values(), ids=FROM_TO)
def test_the_value_after_a_change_is_what_counts(text: str) -> None:
    assert spans(book(text)) == [
        ("a1", date(2024, 1, 5), date(2024, 3, 4)),
        ("a2", date(2024, 1, 9), None),
    ]


def test_changes_of_one_day_count_in_the_order_of_the_file() -> None:
    """A stay that ends on the day it began is one of no days; newest first is read from the bottom."""
    rows = ["u,joined,2024-01-01", "u,left,2024-02-02", "u,joined,2024-02-02", "v,joined,2024-03-03"]
    oldest_first, newest_first = (
        spans(book("\n".join(["user,event,event_date", *ordered]))) for ordered in (rows, rows[::-1])
    )
    assert oldest_first == newest_first
    assert oldest_first == [
        ("u", date(2024, 1, 1), None),
        ("v", date(2024, 3, 3), None),
    ]


def test_of_a_history_of_several_fields_only_the_one_that_says_who_is_a_customer_counts() -> None:
    text = """
    Client,Changed field,Old value,New value,Edited on
    oak,Relationship,Prospect,Customer,2024-01-15
    oak,Owner,Ann,Lost,2024-02-15
    oak,Owner,Lost,Cid,2024-02-16
    oak,Owner,Cid,Dan,2024-02-17
    oak,Relationship,Customer,Former customer,2024-05-30
    elm,Relationship,Prospect,Customer,2024-06-20
    """
    read = book(text)
    assert spans(read) == [("elm", date(2024, 6, 20), None), ("oak", date(2024, 1, 15), date(2024, 5, 30))]
    assert read.ledger.rows_set_aside == 3
    assert adds_up(read)


def test_the_events_of_a_billing_system_are_a_log() -> None:
    text = """
    id,type,created,object.customer
    e1,customer.subscription.created,2024-01-05 10:00:00,k1
    e2,customer.subscription.created,2024-01-07 10:00:00,k2
    e3,customer.subscription.updated,2024-03-05 10:00:00,k1
    e4,customer.subscription.deleted,2024-05-05 10:00:00,k1
    e5,customer.subscription.created,2024-06-07 10:00:00,k3
    """
    assert spans(book(text))[0] == ("k1", date(2024, 1, 5), date(2024, 5, 5))


BY_PLACE = """
when,client_ref,what
2024-01-02,k1,came aboard
2024-01-09,k2,came aboard
2024-02-05,k3,came aboard
2024-03-08,k1,had a chat
2024-04-08,k3,had a chat
2024-05-01,k2,sailed off
2024-06-11,k3,sailed off
2024-07-02,k4,came aboard
2024-07-20,k4,had a chat
"""


def test_words_that_no_list_has_are_proposed_by_their_place_in_the_log() -> None:
    question = asked(BY_PLACE)["words:what"]
    assert {word.text: word.meaning for word in question.words} == {
        "came aboard": "start",
        "had a chat": "nothing",
        "sailed off": "end",
    }
    read = book(BY_PLACE, answers={"words:what": "as_proposed"})
    assert [span for span in spans(read) if span[0] == "k2"] == [("k2", date(2024, 1, 9), date(2024, 5, 1))]
