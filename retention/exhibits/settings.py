"""What an exhibit can be set to on a book: each setting in words, with its choices."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from retention import exhibits, labels
from retention.benchmarks import published, sources
from retention.book import Book
from retention.errors import RetentionError
from retention.exhibits.wording import heading
from retention.glossary import define
from retention.kpi_texts import KPI_TEXTS
from retention.metrics.cohorts import Cohort, cohort_retention
from retention.metrics.conventions import CONVENTIONS
from retention.splits import attributes_to_split_by

Choices = Mapping[Any, str]
"""Value -> what it is called, as plain data."""
COHORTS: Final[Choices] = {"month": "Month", "quarter": "Quarter", "half_year": "Half-year", "year": "Year"}
AGES: Final = (3, 6, 9, 12, 18, 24, 30, 36, 48, 60)
MONTHS: Final = (1, 3, 6, 9, 12, 24)


@dataclass(frozen=True)
class Setting:
    """One thing an exhibit can be set to.

    Attributes:
        name: the argument.
        label: what it is called.
        choices: what it can be; empty for a number.
        many: whether several are chosen.
        low: the least a number may be.
        high: the most it may be.
        whole: whether it is a whole number.
    """

    name: str
    label: str
    choices: Choices = field(default_factory=dict)
    many: bool = False
    low: float = 0.0
    high: float = 0.0
    whole: bool = True


Given = Mapping[str, Any]
Made = Callable[[Book, Given], Setting]


def _one(name: str, label: str, choices: Choices) -> Made:
    return lambda book, given: Setting(name, label, choices)


def _split(book: Book, given: Given) -> Setting:
    names = {column: heading(book, column) for column in attributes_to_split_by(book)}
    return Setting("by", "Split by", names)


def _cohort_days(book: Book, given: Given) -> Choices:
    length: Cohort = given.get("cohort") or "quarter"
    days: list[date] = (
        cohort_retention(book, cohort=length).get_column("cohort").unique().sort(descending=True).to_list()
    )
    return {day.isoformat(): labels.cohort(day, length) for day in days}


def _publishers(book: Book, given: Given) -> Setting:
    return Setting(
        "publisher", "Source", {name: name for name in sources(published()).get_column("publisher").unique()}
    )


def _capitals(*values: str) -> Choices:
    return {value: value.upper() if len(value) == 3 and value != "new" else value.capitalize() for value in values}


MOVES: Final = {
    "starting": "At the opening", "retained": "Stayed", "churned": "Left", "new": "New", "reactivated": "Came back",
    "ending": "At the close",
}  # fmt: skip
REVENUE_MOVES: Final = {"churned": "Left", "contraction": "Pay less", "expansion": "Pay more", "new": "New",
                        "reactivated": "Came back"}  # fmt: skip
STEPS: Final[Choices] = {"1mo": "Month", "1q": "Quarter", "1y": "Year"}
SETTINGS: Final[Mapping[str, Made]] = {
    "kpi": _one("kpi", "Figure", {key: define(key).name for key in KPI_TEXTS}),
    "by": _split,
    "cohort": _one("cohort", "Cohorts by", COHORTS),
    "first_day": lambda book, given: Setting("first_day", "Cohort", _cohort_days(book, given)),
    "chosen": lambda book, given: Setting("chosen", "Cohorts compared", _cohort_days(book, given), many=True),
    "age": lambda book, given: Setting("age", "At age, in months", low=1, high=240),
    "ages": _one("ages", "Ages in months", {age: str(age) for age in AGES}),
    "cells": _one("cells", "In the cells", {"percent": "Percent", "count": "Customers"}),
    "counted": _one("counted", "Of their", {"customers": "Customers", **_capitals("nrr", "grr")}),
    "show": _one("show", "Share of revenue", _capitals("nrr", "grr")),
    "months": _one("months", "Months of each window", {count: str(count) for count in MONTHS}),
    "every": _one("every", "A row a", STEPS),
    "quarters": lambda book, given: Setting("quarters", "Quarters ahead", low=1, high=8),
    "convention": _one("convention", "Definition", {name: define(name).name for name in CONVENTIONS}),
    "publisher": _publishers,
    "moved": _one("moved", "Who", MOVES),
    "move": _one("move", "Who", REVENUE_MOVES),
    "unit": _one("unit", "Revenue as", _capitals("arr", "mrr")),
    "clock": _one("clock", "Counted in", {"months": "Months", "days": "Days", "renewals": "Renewals"}),
    "place": _one("place", "Which of the things to look at", {0: "The first", 1: "The second", 2: "The third"}),
    "capacity": lambda book, given: Setting("capacity", "Accounts you can reach", low=1, high=100_000),
    "bands": _one("bands", "Bands", _capitals("high", "medium", "low")),
    "renewal_within": _one("renewal_within", "Renewal within, in days", {30: "30", 60: "60", 90: "90", 180: "180"}),
    "mrr": lambda book, given: Setting("mrr", "Monthly revenue of a customer", low=1, high=1e9, whole=False),
    "gross_margin": lambda book, given: Setting("gross_margin", "Gross margin, as a share", low=0, high=1, whole=False),
}
"""Arguments of exhibits that say what is shown, by their names; windows, names and money are those of the page."""
SEVERAL: Final = ("ages", "bands", "chosen")


def settings_of(name: str, book: Book, given: Given) -> list[Setting]:
    """What an exhibit can be set to, in the order of its arguments; what has no choice on this book is left out.

    Args:
        name: one of ``exhibits.names()``.
        book: the customers.
        given: its arguments as plain data, see ``Exhibit.arguments``.
    """
    found = []
    for argument in inspect.signature(getattr(exhibits, name)).parameters.values():
        if (make := SETTINGS.get(argument.name)) is None:
            continue
        try:
            setting = make(book, given)
        except RetentionError:
            continue
        if setting.choices and argument.default is None:
            setting = _or_none(setting)
        if setting.high or len(setting.choices) > 1:
            found.append(setting)
    return [_with_what_is(setting, given.get(setting.name)) for setting in found]


def _or_none(setting: Setting) -> Setting:
    return Setting(setting.name, setting.label, {None: "Not", **setting.choices})


def _with_what_is(setting: Setting, now: Any) -> Setting:
    """A setting whose choices hold what it is set to; several of them where the exhibit takes several."""
    if not setting.choices:
        return setting
    several = setting.name in SEVERAL
    there = list(now or ()) if several else [now]
    extra = {value: str(value) for value in there if value not in setting.choices}
    return Setting(setting.name, setting.label, {**setting.choices, **extra}, many=several)
