"""Reading a file: the table behind the fence, its meaning, and what each open question would change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from time import monotonic

import polars as pl

from retention import labels
from retention.book import Book
from retention.engines.revenue import SUMS
from retention.errors import Choice, IntakeError, NeedsAnswer, Question, RetentionError
from retention.intake.interpret.join_files import OTHER, other_answers
from retention.intake.read.checks import LARGEST
from retention.intake.read.large import MOST_ROWS, is_on_disk, read_on_disk
from retention.intake.read.sandbox import Watch, read_table
from retention.intake.table import Table
from retention.metrics.conventions import convention_counts
from retention.metrics.counted_revenue import CountedRevenue
from retention.metrics.logo import logo_retention
from retention.periods import months_between
from retention.rules import Rules
from retention.source import Source

__all__ = ["book_of", "read_book", "read_counted_revenue", "read_table", "read_together"]


def read_book(
    source: str | Path | bytes,
    *,
    name: str | None = None,
    as_of: date | None = None,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    rules: Rules | None = None,
    max_bytes: int = LARGEST,
    max_rows: int = MOST_ROWS,
) -> Book:
    """A customer file as a Book: who was a customer when, with an account of every row.

    Args:
        source: a path (of a file or of a folder of Parquet files), or the file's bytes.
        name: the file's name, needed with bytes; its ending only hints at the kind.
        as_of: the last day the file can speak for; by default read off the file, see ``book.notes["as_of"]``.
        mapping: canonical column -> header, where recognition should be overridden ({"customer_id": "Acct #"}).
        answers: question key -> choice, for what the file cannot decide; ``encoding``, ``delimiter`` and
            ``header_row`` say how it is written where that was found out wrongly.
        rules: the choices that change a count.
        max_bytes: the largest file of which every row is held; a larger text, Parquet or DuckDB file on disk is read a
            piece at a time and its customers counted in groups, see ``book.notes["counted"]``.
        max_rows: the most rows of a Parquet or DuckDB file that are held.

    Raises:
        IntakeError: a plain sentence: what is wrong, where, what to do.
        NeedsAnswer: ``.questions`` say what the file cannot decide; call again with ``answers=``.
    """
    table = read_asking(source, name=name, mapping=mapping, answers=answers, max_bytes=max_bytes, max_rows=max_rows)
    source_read = Source(table, mapping=mapping or {}, answers=answers or {}, rules=rules or Rules())
    return book_of(source_read, as_of=as_of)


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
    first = read_asking(main, name=name, mapping=mapping, answers=given)
    try:
        second = read_asking(other, name=other_name, mapping=other_mapping, answers=other_answers(given))
    except NeedsAnswer as asked:
        raise NeedsAnswer([replace(question, key=OTHER + question.key) for question in asked.questions]) from None
    both = Source(
        first,
        second,
        mapping=mapping or {},
        other_mapping=other_mapping or {},
        answers=given,
        rules=rules or Rules(),
    )
    return book_of(both, as_of=as_of)


def read_counted_revenue(source: str | Path | bytes, *, name: str | None = None) -> CountedRevenue:
    """Sums of revenue that ``count_revenue`` made elsewhere: GRR, NRR, walks and cohorts of customers nobody sees.

    Args:
        source: a path, or the file's bytes.
        name: the file's name, needed with bytes.

    Raises:
        IntakeError: the file cannot be read, or a cell of it is not what ``count_revenue`` writes.
        InputError: a column of the sums is missing.
    """
    texts = read_table(source, name=name).frame
    days = [header for header in ("opens", "closes") if header in texts.columns]
    sums = [header for header in SUMS if header in texts.columns]
    try:
        typed = texts.with_columns(pl.col(days).str.to_date(), pl.col(sums).cast(pl.Float64))
        return CountedRevenue(typed.with_columns(pl.col("customers").cast(pl.Int64)) if "customers" in sums else typed)
    except pl.exceptions.PolarsError as fault:
        raise IntakeError(
            "A cell of these sums of revenue is no day or no number. Write what count_revenue(...) gives as Parquet or "
            "CSV as it is, and open that."
        ) from fault


def read_asking(
    source: str | Path | bytes,
    *,
    name: str | None,
    mapping: Mapping[str, str | None] | None = None,
    answers: Mapping[str, str] | None = None,
    max_bytes: int = LARGEST,
    max_rows: int = MOST_ROWS,
    watch: Watch | None = None,
    waiting: Watch | None = None,
) -> Table:
    """The table in a file; where its writing leaves open what book it makes, the question says what each choice gives.

    Raises:
        IntakeError: see ``read_table``.
        NeedsAnswer: its choices say how many rows and columns there are, and in a small file what comes of them.
    """
    given = dict(answers or {})
    if not isinstance(source, bytes) and is_on_disk(source, max_bytes, max_rows):
        return read_on_disk(
            source, name=name, mapping=mapping, answers=given, max_bytes=max_bytes, max_rows=max_rows, watch=watch
        )

    def read(said: Mapping[str, str]) -> Table:
        answered = {**given, **said}
        return read_table(source, name=name, answers=answered, max_bytes=max_bytes, watch=watch, waiting=waiting)

    try:
        table = read({})
    except NeedsAnswer as asked:
        if _is_large(source):
            raise
        raise NeedsAnswer([_with_effects(question, read) for question in asked.questions]) from None
    for question in table.questions:
        if question.key not in given:
            return _settled(question, table, read, mapping, large=_is_large(source))
    return table


SMALL = 5_000_000
"""Bytes of a file that is read several ways while somebody waits."""
_MOST_TRIED = 4
"""How many of several tables are tried."""
_PATIENCE = 5.0
"""Seconds after which no further choice is tried: on a large file the later ones stand without what they would give."""


def _is_large(source: str | Path | bytes) -> bool:
    return (len(source) if isinstance(source, bytes) else Path(source).expanduser().stat().st_size) > SMALL


def _with_effects(question: Question, read: Callable[[Mapping[str, str]], Table]) -> Question:
    """A question which of several tables is meant, with what each of the likeliest would give."""
    begun = monotonic()

    def tried(choice: Choice) -> Choice:
        if monotonic() - begun > _PATIENCE:
            return choice
        try:
            gives = _given_by(read({question.key: choice.value}))
        except RetentionError:
            gives = ""
        return replace(choice, effect="; ".join(part for part in (choice.effect, gives) if part))

    shown = map(tried, question.choices[:_MOST_TRIED])
    return replace(question, choices=(*shown, *question.choices[_MOST_TRIED:]))


def _settled(
    question: Question,
    table: Table,
    read: Callable[[Mapping[str, str]], Table],
    mapping: Mapping[str, str | None] | None,
    *,
    large: bool,
) -> Table:
    """The table of the one choice that makes a book, or the likeliest where none does; several are asked about."""
    if large:
        raise NeedsAnswer([question])
    tables = dict[Choice, Table]()
    for choice in question.choices:
        try:
            one = read({question.key: choice.value})
        except RetentionError:
            continue
        if makes_a_book(Source(one, mapping=mapping or {}).book):
            tables[choice] = one
    if len(tables) > 1:
        with_effects = [replace(choice, effect=_given_by(one)) for choice, one in tables.items()]
        raise NeedsAnswer([replace(question, choices=tuple(with_effects))])
    return next(iter(tables.values()), table)


def makes_a_book(book: Callable[[], Book]) -> bool:
    """Whether files make a book, or would once they are answered about."""
    try:
        book()
    except NeedsAnswer:
        return True
    except RetentionError:
        return False
    return True


def _given_by(table: Table) -> str:
    """What a table would give as it is; nothing where it leaves more to be asked than its likeliest answers settle."""
    return _effect(Source(table), {})


def book_of(source: Source, as_of: date | None = None) -> Book:
    """The Book of a source; where it leaves something open, each choice says what it would give.

    A changed answer never parses a file again.

    Raises:
        IntakeError: see ``read_book`` and ``read_together``.
        NeedsAnswer: its choices say what each would give.
    """
    try:
        return source.book(as_of)
    except NeedsAnswer as asked:
        tried = {**_likely(asked.questions), **source.answers}
        begun = monotonic()

        def effect(question: Question, choice: Choice) -> Choice:
            if choice.effect or monotonic() - begun > _PATIENCE:
                return choice
            return replace(choice, effect=_effect(source, {**tried, question.key: choice.value}, as_of))

        raise NeedsAnswer(
            [replace(q, choices=tuple(effect(q, choice) for choice in q.choices)) for q in asked.questions]
        ) from None


def _likely(questions: Sequence[Question]) -> dict[str, str]:
    """The likeliest answer to each question."""
    return {question.key: question.choices[0].value for question in questions}


def _effect(source: Source, answers: Mapping[str, str], as_of: date | None = None) -> str:
    """What answers would give, with the likeliest answer to whatever they leave open."""
    try:
        return headline(replace(source, answers=answers).book(as_of))
    except NeedsAnswer as more:
        if set(_likely(more.questions)) <= set(answers):
            return ""
        return _effect(source, {**_likely(more.questions), **answers}, as_of)
    except RetentionError as problem:
        return f"cannot be read this way: {problem}"


def headline(book: Book) -> str:
    """What a founder would read: the trailing rate as a count."""
    if book.clock == "tenure":
        return labels.customers(book.population)
    start, end = book.default_window()
    counted = logo_retention(book, start=start, end=end).row(0, named=True)
    if counted["logo_retention"] is None:
        here = f"{labels.customers(counted['ending'])} on {labels.day(end)}"
        return f"{here}, none yet a month before" if counted["ending"] else f"no customer on {labels.day(end)}"
    said = f"{counted['logo_retention']:.1%}: {counted['retained']:,} of {counted['starting']:,} stayed"
    if months_between(start, end) == LONGEST:
        return said
    left_again = int(convention_counts(book, [start], [end])["joined_and_left"].sum())
    joiners = f"; {left_again:,} who joined in that time left again" if left_again else ""
    return f"{said}, {labels.day(start)} to {labels.day(end)}{joiners}"


LONGEST = 12
"""Months of the usual window; a shorter one is named."""
