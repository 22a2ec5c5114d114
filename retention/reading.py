"""Reading a file: the table behind the fence, its meaning, and what each open question would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from retention.book import Book
from retention.errors import Choice, NeedsAnswer, Question, RetentionError
from retention.intake.build import build
from retention.intake.fence import read_table
from retention.intake.table import Table
from retention.intake.together import build_together
from retention.metrics.logo import logo_retention
from retention.periods import trailing_window
from retention.rules import Rules

__all__ = ["book_of", "read_book", "read_table", "read_together"]


def read_book(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
) -> Book:
    """A customer file as a Book: who was a customer when, with an account of every row.

    Args:
        source: a path, or the file's bytes.
        name: the file's name, needed with bytes; its ending only hints at the kind.
        as_of: the last day the file can speak for; by default read off the file, see ``book.notes["as_of"]``.
        mapping: canonical column -> header, where recognition should be overridden ({"customer_id": "Acct #"}).
        answers: question key -> choice, for what the file cannot decide.
        rules: the choices that change a count.

    Raises:
        IntakeError: a plain sentence: what is wrong, where, what to do.
        NeedsAnswer: ``.questions`` say what the file cannot decide; call again with ``answers=``.
    """
    table = read_table(source, name=name, sheet=(answers or {}).get("sheet"))
    return book_of(table, mapping=mapping, answers=answers, rules=rules, as_of=as_of)


def read_together(
    main: str | Path | bytes,
    other: str | Path | bytes,
    *,
    name: str | None = None,
    other_name: str | None = None,
    mapping: Mapping[str, str | None] | None = None,
    other_mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    as_of: date | None = None,
) -> Book:
    """Two files of one business as a Book, joined on the customer id: a list and its revenue, or stays and customers.

    Args:
        main: a path, or a file's bytes.
        other: the second file.
        name: the first file's name, needed with bytes.
        other_name: the second file's name, needed with bytes.
        mapping: of the first file, see ``read_book``.
        other_mapping: of the second file.
        answers: question key -> choice; keys of the second file's questions begin with "other.".
        rules: the choices that change a count.
        as_of: the last day the files can speak for.

    Raises:
        IntakeError: a file cannot be read, or the two do not complete each other.
        NeedsAnswer: what the files cannot decide.
    """
    given = answers or {}
    return book_of(
        read_table(main, name=name, sheet=given.get("sheet")),
        other=read_table(other, name=other_name, sheet=given.get("other.sheet")),
        mapping=mapping,
        other_mapping=other_mapping,
        answers=answers,
        rules=rules,
        as_of=as_of,
    )


def book_of(
    table: Table,
    *,
    other: Table | None = None,
    mapping: Mapping[str, str | None] | None = None,
    other_mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    as_of: date | None = None,
) -> Book:
    """The Book of one table, or of two joined on the customer id; a changed answer never parses a file again.

    Raises:
        IntakeError: see ``read_book`` and ``read_together``.
        NeedsAnswer: its choices say what each would give.
    """
    today = date.today()  # a bound on what can have happened, never an as-of date

    def with_answers(given: Mapping[str, str] | None) -> Book:
        if other is None:
            return build(table, mapping=mapping, answers=given, rules=rules, as_of=as_of, today=today)
        return build_together(
            table, other, mapping=mapping, other_mapping=other_mapping, answers=given, rules=rules, as_of=as_of,
            today=today,
        )  # fmt: skip

    try:
        return with_answers(answers)
    except NeedsAnswer as asked:
        tried = {**_likely(asked.questions), **(answers or {})}

        def effect(question: Question, choice: Choice) -> Choice:
            if choice.effect:
                return choice
            return replace(choice, effect=_effect(with_answers, {**tried, question.key: choice.value}))

        raise NeedsAnswer(
            [replace(q, choices=tuple(effect(q, choice) for choice in q.choices)) for q in asked.questions]
        ) from None


def _likely(questions: Sequence[Question]) -> dict[str, str]:
    """The likeliest answer to each question."""
    return {question.key: question.choices[0].value for question in questions}


def _effect(with_answers: Callable[[Mapping[str, str]], Book], answers: Mapping[str, str]) -> str:
    """What answers would give, with the likeliest answer to whatever they leave open."""
    try:
        return headline(with_answers(answers))
    except NeedsAnswer as more:
        if set(_likely(more.questions)) <= set(answers):
            return ""
        return _effect(with_answers, {**_likely(more.questions), **answers})
    except RetentionError as problem:
        return f"cannot be read this way: {problem}"


def headline(book: Book) -> str:
    """What a founder would read: the trailing rate as a count."""
    if book.clock == "tenure":
        return f"{book.facts.customers.height:,} customers"
    start, end = trailing_window(book.as_of)
    counted = logo_retention(book, start=start, end=end).row(0, named=True)
    if counted["logo_retention"] is None:
        return f"nobody active on {start}"
    return f"{counted['logo_retention']:.1%}: {counted['retained']:,} of {counted['starting']:,} stayed"
