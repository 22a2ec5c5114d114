"""Every exhibit can be shown with other settings: each of them is offered in words, and each choice is understood."""

from __future__ import annotations

import inspect
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import retention as rt
from retention import exhibits
from retention.exhibits.settings import SETTINGS, settings_of

ROOT = Path(__file__).parents[2]
OF_THE_PAGE = {
    "start", "end", "currency", "hide_names", "signals", "weights", "limits", "kinds", "own", "before", "called",
    "health",
}  # fmt: skip
"""Arguments that are settled elsewhere: the window, names and money by the page, the rest beside the book."""
OF_THE_PLAN = {
    "plans", "shared_costs", "levers", "scenarios", "spreads", "coverages", "opening_arr", "customers", "managers",
    "hires", "third_brings", "on", "arr_now", "target_arr", "retention", "by_revenue",
}  # fmt: skip
"""Arguments that are a plan's own numbers."""
NEEDED: dict[str, Any] = {
    "start": "2024-12-31", "end": "2025-12-31", "by": "segment", "moved": "churned", "move": "churned", "place": 0,
    "cohort": "quarter", "age": 12, "first_day": "2024-07-01", "convention": "stripe", "kpi": "nrr",
}  # fmt: skip
BY_LOT = ("how_the_curve_goes_on", "what_a_customer_is_worth")
"""Exhibits that draw by lot, seconds each time."""
PLANLESS = [
    name
    for name in exhibits.names()
    if not OF_THE_PLAN & set(inspect.signature(getattr(exhibits, name)).parameters) and name not in BY_LOT
]


@pytest.fixture(scope="module")
def book() -> rt.Book:
    """Sixty riding schools in two sizes and three regions, with what they paid a month, of whom a third left."""
    days = [date(2021 + at % 4, at % 12 + 1, 3) for at in range(60)]
    rows = [
        f"s{at},School {at},{began},{'2025-0' + str(at % 9 + 1) + '-10' if at % 3 == 0 else ''},"
        f"{('Small', 'Large')[at % 2]},{('North', 'South', 'East')[at % 3]},{('Ada', 'Bo')[at % 2]},{900 + at},"
        f"{'price' if at % 3 == 0 else ''}"
        for at, began in enumerate(days)
    ]
    head = "customer_id,company,start_date,churn_date,segment,region,csm,arr,churn_reason"
    return rt.read_book("\n".join([head, *rows, "z,Last,2025-12-31,,Small,North,Ada,1,"]).encode(), name="schools.csv",
                        answers={"end_day": "exclusive"})  # fmt: skip


def given_for(name: str) -> dict[str, Any]:
    taken = inspect.signature(getattr(exhibits, name)).parameters
    needed = {part: NEEDED[part] for part, about in taken.items() if part != "book" and about.default is about.empty
              and part in NEEDED}  # fmt: skip
    return exhibits.whole_arguments(name, needed)


@pytest.mark.parametrize("name", exhibits.names())
def test_every_argument_is_offered_or_settled_elsewhere(name: str) -> None:
    taken = set(inspect.signature(getattr(exhibits, name)).parameters) - {"book"}
    assert taken <= SETTINGS.keys() | OF_THE_PAGE | OF_THE_PLAN


@pytest.mark.parametrize("name", PLANLESS)
def test_every_choice_is_understood(name: str, book: rt.Book) -> None:
    given = given_for(name)
    for setting in settings_of(name, book, given):
        choices = [[value] for value in setting.choices] if setting.many else list(setting.choices)
        for value in [*choices[:1], *choices[-1:]] or [setting.low + 1]:
            asked = int(value) if not setting.choices and setting.whole else value
            with suppress(rt.RetentionError):  # what this file does not hold is said in a sentence
                assert exhibits.build(name, book, {**given, setting.name: asked}).arguments[setting.name] == asked


def test_what_it_is_set_to_is_among_the_choices_and_words_are_the_files_own(book: rt.Book) -> None:
    by = {setting.name: setting for setting in settings_of("retention_by", book, given_for("retention_by"))}["by"]
    assert {"segment", "region"} <= by.choices.keys()
    assert by.choices["region"] == "region"
    [ages] = [one for one in settings_of("cohort_table", book, {"ages": [7, 12], "cohort": "year"}) if one.many]
    assert {7, 12, 24} <= ages.choices.keys()
    [first] = [
        one for one in settings_of("cohort_members", book, given_for("cohort_members")) if one.name == "first_day"
    ]
    assert first.choices["2024-07-01"] == "Q3 2024"


def test_nothing_is_offered_where_there_is_no_choice() -> None:
    plain = rt.read_book(b"customer_id,start_date,churn_date\na,2024-01-01,\nb,2024-02-01,2025-01-31\nc,2025-06-01,\n",
                         name="few.csv", answers={"end_day": "exclusive"})  # fmt: skip
    assert [setting.name for setting in settings_of("retention_by", plain, given_for("retention_by"))] == []
    assert settings_of("opening_to_closing", plain, given_for("opening_to_closing")) == []
