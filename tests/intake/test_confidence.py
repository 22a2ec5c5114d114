"""How sure a column's part is, with the reason: its name, its values, a person."""

from __future__ import annotations

import pytest

from retention.intake.columns.confidence import confidence_in, missing_parts
from tests.intake.literal import table

LIST = """
Customer ID,Start date,Churn date,Status,ARR,Segmnt,When,id
a,2024-01-01,2024-06-01,active,100,SMB,2024-01-01,1
b,2024-02-01,perhaps,lost,n.s.,SMB,2024-01-01,2
c,2024-03-01,,odd,300,SMB,soon,3
d,2024-03-01,,odd,400,SMB,later,4
"""


@pytest.mark.parametrize(
    ("canonical", "header", "said"),
    [
        ("customer_id", "Customer ID", "Certain: a known name"),
        ("started_on", "Start date", "Certain: a known name, all of its values are dates"),
        ("churned_on", "Churn date", "Likely: a known name, 50% of its values are dates"),
        ("status", "Status", "Likely: a known name, 50% of its values are known words"),
        ("arr", "ARR", "Likely: a known name, 75% of its values are numbers"),
        ("started_on", "When", "Likely: by its place and values, 50% of its values are dates"),
        ("churned_on", "Segmnt", "Doubtful: by its place and values, none of its values are dates"),
        ("customer_id", "id", "Likely: the file's own id, as no column names the customer"),
    ],
)
def test_a_name_and_values_say_how_sure_a_part_is(canonical: str, header: str, said: str) -> None:
    assert str(confidence_in(table(LIST), canonical, header)) == said


def test_what_a_person_chose_is_certain_unless_the_values_speak_against_it() -> None:
    assert str(confidence_in(table(LIST), "segment", "Segmnt", by_hand="you chose it")) == "Certain: you chose it"
    doubted = confidence_in(table(LIST), "started_on", "Segmnt", by_hand="you chose it")
    assert str(doubted) == "Doubtful: you chose it, none of its values are dates"


def test_an_empty_column_speaks_neither_for_nor_against() -> None:
    empty = table("Customer ID,Start date,Churn date\na,2024-01-01,\nb,2024-01-01,")
    assert str(confidence_in(empty, "churned_on", "Churn date")) == "Certain: a known name"


def test_a_part_nobody_plays_is_suggested_by_likeness_from_the_free_columns_only() -> None:
    taken = {"customer_id": "Customer ID", "started_on": "Start date"}
    assert missing_parts(table(LIST), taken, ("segment", "started_on")) == {"segment": "Segmnt"}
    assert missing_parts(table(LIST), {**taken, "plan": "Segmnt"}, ("segment",)) == {}
