"""The same file under every other rule that moves somebody: what a past figure may have been made by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retention.book import Book
from retention.errors import RetentionError
from retention.rules import Rules, rule_choices
from retention.source import Source

END_DAY = ("inclusive", "exclusive")
BY_STATUS = ("paused", "trials", "past_due")


@dataclass(frozen=True)
class OtherRule:
    """A Book of the same file under one other choice.

    Attributes:
        rule: a field of ``Rules``, or "end_day" for what the dates of ends mean.
        choice: what it is in this Book.
        book: the Book.
    """

    rule: str
    choice: str
    book: Book


def other_rules(source: Source, *, in_use: Book | None = None, only: str | None = None) -> list[OtherRule]:
    """The Books of a source under each other rule, one rule at a time, where it changes who was a customer when.

    Args:
        source: the files, and the rules in use.
        in_use: the Book under them, if it is at hand.
        only: one rule to look at.

    Returns:
        One entry per choice that differs from the one in use and moves a stay of somebody; a choice under which the
        file cannot be read, or that leaves it as it is, has none.
    """
    standard = in_use or source.book()
    found = []
    for name, choice in _to_try(standard, source.rules_in_use):
        if only not in (None, name):
            continue
        other = replace(source, rules=source.rules.with_choices({name: choice}))
        try:
            book = other.with_answers({name: choice} if name in ("logo", "end_day") else {}).book()
        except RetentionError:
            continue
        if not standard.same_stays(book):
            found.append(OtherRule(name, choice, book))
    return found


def _to_try(standard: Book, used: Rules) -> Iterator[tuple[str, str]]:
    """Each choice that is not in use and of which the file holds something, before a Book is built for it."""
    for name, choices in rule_choices().items():
        if _may_matter(standard, name):
            yield from ((name, choice) for choice in choices if choice != getattr(used, name))
    if "end_day" in standard.notes:
        yield from (("end_day", choice) for choice in END_DAY)


def _may_matter(book: Book, name: str) -> bool:
    if name in BY_STATUS:
        return "status" in book.mapping
    if name == "churn_date":
        return "started_on" in book.mapping
    noted = {"zero_revenue": "zero_revenue", "logo": "companies"}.get(name)
    return noted is not None and noted in book.notes
