"""Histories with valid-from and valid-to: the stretches whose status says customer are the stays."""

from __future__ import annotations

from datetime import date

from tests.intake.literal import actions, adds_up, book, spans

VERSIONS = """
client_key,plan,state,valid_from,valid_to,is_current
c1,Basic,active,2024-01-10,2024-03-01,false
c1,Plus,active,2024-03-01,9999-12-31,true
c2,Basic,trial,2024-02-01,2024-02-15,false
c2,Basic,active,2024-02-15,2024-06-30,false
c2,Basic,cancelled,2024-06-30,,true
c3,Basic,trial,2024-05-01,,true
"""


def test_versions_of_a_customer_join_and_a_cancelled_version_ends_the_stay() -> None:
    read = book(VERSIONS)
    assert spans(read) == [("c1", date(2024, 1, 10), None), ("c2", date(2024, 2, 15), date(2024, 6, 30))]
    assert read.as_of == date(2024, 6, 30)
    assert read.customers.collect().get_column("plan").to_list() == ["Plus", "Basic"]
    assert (7, "set aside", "never a customer, by the status of all its rows") in actions(read)
    assert adds_up(read)


def test_a_row_that_ends_with_no_other_after_it_ends_the_stay() -> None:
    text = """
    account_id,seats,record_start,record_end
    a,5,2023-01-01,2023-05-31
    a,9,2023-06-01,2023-12-31
    b,2,2023-02-01,2023-03-31
    b,4,2023-04-01,
    """
    read = book(text)
    assert spans(read) == [("a", date(2023, 1, 1), date(2024, 1, 1)), ("b", date(2023, 2, 1), None)]
    assert "last day covered" in read.notes["end_day"]
