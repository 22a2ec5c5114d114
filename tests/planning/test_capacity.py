from __future__ import annotations

from dataclasses import replace

import pytest

from retention.errors import InputError
from retention.exhibits.plan.sentences import managers_sentence
from retention.planning.capacity import Coverage, csms_needed, hiring_plan

MID = Coverage(segment="Mid-Market", accounts=300, csms=4, accounts_per_csm=50)
ENTERPRISE = Coverage(segment="Enterprise", accounts=85, csms=2.5, arr_per_csm=1_720_000, arr=17_000_000)


def test_managers_are_needed_in_whole_numbers() -> None:
    table = csms_needed([MID, ENTERPRISE, Coverage(segment="SMB", accounts=401, accounts_per_csm=200)])
    assert table.get_column("needed").to_list() == [6, 10, 3]
    assert table.get_column("to_hire").to_list() == [2, 8, 3]
    assert table.get_column("accounts_per_csm").to_list() == [75, 34, None]
    assert table.get_column("accounts_per_needed_csm").to_list() == pytest.approx([50, 8.5, 401 / 3])


def test_more_managers_than_needed_are_not_let_go() -> None:
    assert csms_needed([replace(MID, csms=9)]).get_column("to_hire").to_list() == [0]


def test_hiring_starts_with_the_odd_one() -> None:
    table = hiring_plan(csms=4, to_hire=5, quarters=4, yearly_cost=100_000)
    assert table.get_column("hires").to_list() == [2, 1, 1, 1]
    assert table.get_column("csms").to_list() == [6, 7, 8, 9]
    assert table.get_column("added_cost").to_list() == [50_000, 75_000, 100_000, 125_000]
    assert table.get_column("added_cost_to_date")[-1] == 350_000


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"accounts_per_csm": None}, "give one of the two"),
        ({"arr_per_csm": 1.0}, "give one of the two"),
        ({"accounts_per_csm": 0}, "accounts_per_csm is 0: a manager looks after somebody"),
        ({"accounts_per_csm": None, "arr_per_csm": 1e6}, "arr is missing"),
        ({"accounts": -1}, "accounts is -1"),
    ],
)
def test_coverage_without_meaning_is_refused(change: dict[str, float], sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        replace(MID, **change)  # type: ignore[arg-type]


def test_managers_who_are_not_known_are_neither_counted_nor_hired() -> None:
    table = csms_needed([MID, Coverage(segment="SMB", accounts=401, csms=None, accounts_per_csm=200)])
    assert table.select("csms", "accounts_per_csm", "needed", "to_hire").rows()[1] == (None, None, 3, None)
    assert managers_sentence(table) == (
        "These ratios need 9 managers. Type how many there are today, to see how many to hire."
    )
    one = csms_needed([Coverage(segment="SMB", accounts=10, csms=2, accounts_per_csm=50)])
    assert managers_sentence(one) == "1 manager is enough for these ratios; there are 2."
