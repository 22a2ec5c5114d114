from __future__ import annotations

import pytest

from retention.errors import InputError
from retention.exhibits.rules import CHOICES, NAMES, rule_sentence
from retention.rules import Rules, rule_choices


def test_a_choice_that_does_not_exist_changes_nothing() -> None:
    chosen = Rules().with_choices({"logo": "parent", "paused": "maybe", "nothing": "churn"})
    assert chosen == Rules(logo="parent")
    assert chosen.departures() == {"logo": "parent"}


def test_an_answer_settles_what_a_customer_is_and_nothing_else() -> None:
    assert Rules().answered({"logo": "parent", "paused": "churn"}) == Rules(logo="parent")
    assert Rules(logo="parent").answered({"logo": "customer"}) == Rules()


def test_a_choice_outside_its_meaning_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match="'logo' cannot be 'group': it is one of 'customer', 'parent'"):
        Rules(logo="group")  # type: ignore[arg-type]


def test_every_choice_of_every_rule_has_its_words() -> None:
    assert {name: tuple(sorted(said)) for name, said in CHOICES.items()} == {
        name: tuple(sorted(choices)) for name, choices in rule_choices().items()
    }
    assert set(NAMES) == set(rule_choices())
    assert rule_sentence("logo", "parent") == "a customer is a company"
    assert rule_sentence("zero_revenue", "active") == "a month at zero revenue keeps a customer"
