"""Plans that nobody pays for: a trial by its plan is set aside, a free plan is asked about."""

from __future__ import annotations

from datetime import date

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


MONTHS = ("2024-01", "2024-02", "2024-03", "2024-04", "2024-05")
HELD = {"a": "BBBBB", "b": "FFBBF", "c": "BBFFF", "d": "TTBBB", "e": "FFFFF"}
"""A plan a month: B a paid one, F a free one, T on trial."""
PAID_FOR = [
    ("a", date(2024, 1, 1), None), ("b", date(2024, 3, 1), date(2024, 5, 1)), ("c", date(2024, 1, 1), date(2024, 3, 1)),
    ("d", date(2024, 3, 1), None),
]  # fmt: skip
PLANS = {"B": "Crew", "F": "Free tier", "T": "Trial phase"}


def panel() -> str:
    rows = [f"{who},{m},{PLANS[p]},on" for who, held in HELD.items() for m, p in zip(MONTHS, held, strict=True)]
    return "\n".join(["tenant,month,package,status", *rows])


def snapshots() -> str:
    rows = [f"{m}-01,{who},{PLANS[p]}" for who, held in HELD.items() for m, p in zip(MONTHS, held, strict=True)]
    return "\n".join(["snapshot date,tenant,package", *rows])


def turns() -> list[tuple[str, str, str, str]]:
    """Customer, the month from which, the plan before and the plan since, wherever it changes."""
    found = []
    for who, held in HELD.items():
        for at, plan in enumerate(held):
            if not at or held[at - 1] != plan:
                found.append((who, MONTHS[at], PLANS[held[at - 1]] if at else "", PLANS[plan]))
    return found


def history() -> str:
    changes = turns()
    rows = []
    for at, (who, month, _, plan) in enumerate(changes):
        ends = changes[at + 1][1] + "-01" if at + 1 < len(changes) and changes[at + 1][0] == who else ""
        rows.append(f"{who},{plan},{month}-01,{ends}")
    return "\n".join(["tenant,package,valid from,valid to", *rows])


def changes_of_plan() -> str:
    return "\n".join(["tenant,changed on,old package,new package", *(f"{w},{m}-01,{a},{b}" for w, m, a, b in turns())])


SHAPES = {"panel": panel, "snapshots": snapshots, "history": history, "change log": changes_of_plan}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_free_plan_is_asked_about_in_every_shape_and_a_trial_makes_no_customer(shape: str) -> None:
    text = SHAPES[shape]()
    question = asked(text)["free_plan"]
    assert "on “Free tier”, by" in question.text
    read = book(text, answers={"free_plan": "never"})
    assert spans(read) == PAID_FOR
    assert adds_up(read)
    counted = {who: start for who, start, _ in spans(book(text, answers={"free_plan": "customer"}))}
    assert set(counted) == {"a", "b", "c", "d", "e"}
    assert counted["d"] == date(2024, 3, 1)
    with_trials = book(text, answers={"free_plan": "never"}, rules=Rules(trials="active"))
    assert {who: start for who, start, _ in spans(with_trials)}["d"] == date(2024, 1, 1)


def test_revenue_of_a_free_plan_is_what_is_paid() -> None:
    rows = [
        f"{who},{m},{PLANS[p]},{40 if p == 'B' else 0}"
        for who, held in HELD.items()
        for m, p in zip(MONTHS, held, strict=True)
    ]
    assert spans(book("\n".join(["tenant,month,package,mrr", *rows]))) == PAID_FOR


def test_of_a_log_of_events_a_free_plan_beside_them_starts_no_stay() -> None:
    text = (
        "user,at,event,plan\na,2024-01-02,signup,Free\na,2024-02-03,upgraded,Studio\na,2024-04-05,downgraded,Free\n"
        "b,2024-01-05,signup,Studio\nb,2024-05-06,cancelled,Studio\nc,2024-03-01,signup,Free"
    )
    assert spans(book(text, answers={"free_plan": "never"})) == [
        ("a", date(2024, 2, 3), date(2024, 4, 5)),
        ("b", date(2024, 1, 5), date(2024, 5, 6)),
    ]


def test_one_row_on_a_free_plan_is_said_in_the_singular() -> None:
    assert asked(members("Freemium"))["free_plan"].text.startswith("1 row is on “Freemium”")
