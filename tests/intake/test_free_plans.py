"""Plans that nobody pays for: a trial by its plan is set aside, a free plan is asked about."""

from __future__ import annotations

import pytest

from retention.rules import Rules
from tests.intake.literal import actions, adds_up, asked, book, spans

PAYING = "a,{},2024-01-05,2025-02-01\nb,{},2024-02-05,"


def members(plan: str, *, paid: str = "Solo") -> str:
    return f"member,Package,joined,left\n{PAYING.format(paid, paid)}\nc,{plan},2024-03-05,"


@pytest.mark.parametrize("plan", ["Pro (trial)", "Probemonat", "Essai 14 jours", "prueba", "In prova", "Proefperiode"])
def test_who_is_on_a_trial_plan_is_no_customer_unless_the_rule_says_so(plan: str) -> None:
    read = book(members(plan))
    assert [who for who, _, _ in spans(read)] == ["a", "b"]
    assert (4, "set aside", "a trial: no customer until it pays") in actions(read)
    assert adds_up(read)
    assert len(spans(book(members(plan), rules=Rules(trials="active")))) == 3


@pytest.mark.parametrize("plan", ["Freemium", "free forever", "Gratis", "Forfait gratuit", "Kostenlos", "Free_Tier"])
def test_whether_a_free_plan_makes_a_customer_is_asked_the_likelier_answer_first(plan: str) -> None:
    text = members(plan).replace("Forfait gratuit", "gratuit forfait")
    question = asked(text)["free_plan"]
    assert [choice.value for choice in question.choices] == ["never", "customer"]
    assert len(spans(book(text, answers={"free_plan": "never"}))) == 2
    assert len(spans(book(text, answers={"free_plan": "customer"}))) == 3


@pytest.mark.parametrize("plan", ["Freelancer", "Trialogue", "Freeport", "Test bench"])
def test_plans_that_only_sound_like_it_count(plan: str) -> None:
    assert len(spans(book(members(plan)))) == 3


def test_who_pays_for_it_or_has_no_other_plan_counts() -> None:
    priced = "member,Package,MRR,joined,left\na,Solo,5,2024-01-05,\nb,Free,7,2024-01-06,2025-03-01"
    assert len(spans(book(priced))) == 2
    assert len(spans(book(members("Free", paid="Free")))) == 3
