"""What changed since the last time: every headline then and now, who is told differently, promises, definitions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, Final

import polars as pl

from retention import labels
from retention.book import Book
from retention.errors import InputError
from retention.exhibits.exhibit import Exhibit, as_of, exhibit
from retention.exhibits.rules import CHOICES, END_DAYS, NAMES
from retention.exhibits.wording import window_name
from retention.glossary import define

HEADLINES: Final[Mapping[str, str]] = {
    "logo_retention": "Customer retention", "starting": "Opening", "churned": "Left", "new": "New",
    "reactivated": "Came back", "ending": "Closing", "grr": "GRR", "nrr": "NRR",
}  # fmt: skip
RATES: Final = ("logo_retention", "grr", "nrr")
RESTATED: Final[Mapping[str, str]] = {
    "started": "Started on another day", "ended": "Left on another day, or have not left", "renamed": "Renamed",
    "merged": "Under another id", "gone": "No longer in the file", "added": "In the file only now, with a past",
}  # fmt: skip
STEPS: Final[Mapping[str, str]] = {
    "a": "As saved", "only_in_a": "Without those no longer in the file", "only_in_b": "With those who were not in it",
    "opening": "With starts as told now", "close": "With ends as told now",
}  # fmt: skip
OF_BOOKS: Final = (("logo_retention", ""), ("grr", "revenue"), ("nrr", "revenue"), ("renewal_rate", "terms"),
                   ("cohort_retention", ""))  # fmt: skip
"""The definitions every pack rests on, and the part of the book that each needs."""


@exhibit
def what_changed(book: Book, *, before: Mapping[str, Any]) -> Exhibit:
    """Each headline then, in the same window on the new data, and now; and how many customers are told differently.

    Args:
        book: the customers as they are known now.
        before: what an earlier analysis said, as ``earlier_figures`` gives it: day, figures, bridge, restated.

    Table: one row per headline, per step from the old figure to the same window now, and per kind of restatement:
    what, then, again, now (texts).

    Raises:
        InputError: nothing earlier is held against it.
    """
    figures = _told(before, "figures")
    then = labels.day(date.fromisoformat(before["as_of"]))
    lines = [*_headlines(figures), *_bridge(before["bridge"]), *_restated(before["restated"])]
    moved = before["customers_restated"]
    first = figures[0]
    return Exhibit(
        title=_title(first, then, moved),
        sentences=_sentences(first, then, moved),
        table=pl.DataFrame(lines, schema=dict.fromkeys(("what", "then", "again", "now"), pl.String), orient="row"),
        n=None,
        as_of=as_of(book),
        terms=("logo_retention", "churned", "new", "reactivated"),
        headings={"what": "Figure", "then": f"As saved, {then}", "again": "The same window on the new data",
                  "now": f"Now, {labels.day(book.as_of)}"},
    )  # fmt: skip


def _told(before: Mapping[str, Any], part: str) -> Any:
    if not before.get(part):
        raise InputError("No earlier analysis is held against this one.")
    return before[part]


def _title(first: Mapping[str, Any], then: str, moved: int) -> str:
    now, old = labels.percent(first["now"]), labels.percent(first["then"])
    told = f"{labels.customers(moved)} told differently" if moved else "nobody's past told differently"
    return f"Customer retention {now} now, {old} on {then}; {told}"


def _sentences(first: Mapping[str, Any], then: str, moved: int) -> tuple[str, ...]:
    if not moved:
        return (f"No customer's past is told differently: the figure of {then} stands.",)
    return (
        f"{labels.customers(moved)} {'is' if moved == 1 else 'are'} told differently now. On the new data the window "
        f"that gave {labels.percent(first['then'])} on {then} gives {labels.percent(first['restated'])}.",
    )


def _headlines(figures: list[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for row in figures:
        yield HEADLINES[row["figure"]], *(_figure(row["figure"], row[when]) for when in ("then", "restated", "now"))


def _figure(name: str, value: float | None) -> str:
    if value is None:
        return labels.NOTHING
    return labels.percent(value) if name in RATES else labels.count(round(value))


def _bridge(steps: list[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    """The way from the old rate to that of the same window now, where anybody's past is told differently."""
    moved = [step for step in steps[1:-1] if step["customers"]]
    for step in steps[:1] * bool(moved) + moved:
        people = f": {labels.customers(step['customers'])}" if step["step"] != "a" else ""
        rate = labels.share(step["retained"], step["starting"], step["logo_retention"])
        first = step["step"] == "a"
        yield f"{STEPS[step['step']]}{people}", rate if first else "", "" if first else rate, ""


def _restated(kinds: Mapping[str, int]) -> Iterator[tuple[str, ...]]:
    for kind, words in RESTATED.items():
        if kinds.get(kind):
            yield words, "", labels.customers(kinds[kind]), ""


@exhibit
def promises_due(book: Book, *, before: Mapping[str, Any]) -> Exhibit:
    """What was promised last time, by whom, and what became of it.

    Args:
        book: the customers as they are known now.
        before: what an earlier analysis said, as ``earlier_figures`` gives it: day, promises.

    Table: one row per promise: exhibit, owner, promise, outcome (texts).

    Raises:
        InputError: nothing was promised.
    """
    promises = _told(before, "promises")
    met = sum(bool(row["outcome"]) for row in promises)
    then = labels.day(date.fromisoformat(before["as_of"]))
    many = f"{len(promises)} promise{'s' if len(promises) != 1 else ''}"
    return Exhibit(
        title=f"{many} of {then}: what became of {met} is known",
        table=pl.DataFrame(
            [
                (row["exhibit"], row["owner"] or labels.NOTHING, row["promise"], row["outcome"] or "still open")
                for row in promises
            ],
            schema=dict.fromkeys(("exhibit", "owner", "promise", "outcome"), pl.String),
            orient="row",
        ),
        n=None,
        as_of=as_of(book),
        terms=("logo_retention",),
        headings={"exhibit": "About", "promise": "What was promised", "outcome": "What became of it"},
    )


@exhibit
def definitions_used(book: Book, *, before: Mapping[str, Any] | None = None) -> Exhibit:
    """How the figures are counted: the definitions behind them, the window, and every rule; and which changed.

    Args:
        book: the customers.
        before: what an earlier analysis said, as ``earlier_figures`` gives it: day, definitions that differ.

    Table: one row per definition: what, in_use (texts); then, where any differs from last time.
    """
    changed = list((before or {}).get("definitions", []))
    lines = {**_definitions(book), **{_named(row["what"]): _chosen(row["what"], row["now"]) for row in changed}}
    was = {_named(row["what"]): _chosen(row["what"], row["then"]) for row in changed}
    columns: dict[str, list[str]] = {"what": [*lines], "in_use": [*lines.values()]}
    if was:
        columns["then"] = [was.get(what, "the same") for what in lines]
    return Exhibit(
        title=_definitions_title(before, len(changed)),
        table=pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)),
        n=None,
        as_of=as_of(book),
        terms=tuple(key for key, part in OF_BOOKS if _has(book, part)),
        headings={"what": "Definition", "in_use": "As used here", "then": "Last time"},
    )


def _definitions_title(before: Mapping[str, Any] | None, changed: int) -> str:
    if not before:
        return "How the figures of this pack are counted"
    then = labels.day(date.fromisoformat(before["as_of"]))
    if not changed:
        return f"Every definition is that of {then}"
    return f"{changed} definition{'s' if changed != 1 else ''} changed since {then}"


def _has(book: Book, part: str) -> bool:
    return not part or getattr(book, part) is not None


def _definitions(book: Book) -> dict[str, str]:
    """The definitions behind the headlines, the window, and the rules, each with its words."""
    terms = [define(key) for key, part in OF_BOOKS if _has(book, part)]
    dated = {} if book.clock == "tenure" else {"Window": window_name(*book.default_window())}
    has_history = any(map(book.changes_over_time, book.attributes))
    rules = {
        NAMES[name]: CHOICES[name][choice]
        for name, choice in asdict(book.rules).items()
        if name != "attributes" or has_history
    }
    return {**{term.name: term.plain for term in terms}, **dated, **rules}


def _named(what: str) -> str:
    """What differs, by the name under which it stands among the rules, else as it is called."""
    kind, _, name = what.partition(" ")
    return NAMES.get(name, what) if kind == "rule" else what[0].upper() + what[1:].replace("_", " ")


def _chosen(what: str, choice: str) -> str:
    kind, _, name = what.partition(" ")
    if kind == "rule":
        return CHOICES.get(name, {}).get(choice, choice)
    return END_DAYS.get(choice, choice) if name == "end_day" else choice.replace("_", " ")
