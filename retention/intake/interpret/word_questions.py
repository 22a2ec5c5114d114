"""The words of a column, each with its count and what it means; those that no list has are asked in one question."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from retention import labels
from retention.errors import Choice, Question, Word
from retention.intake.columns.names import cleaned
from retention.intake.table import Table
from retention.intake.values.dates import is_empty
from retention.intake.values.statuses import folded
from retention.saved_text import read_saved

AS_PROPOSED, IGNORE, REST = "as_proposed", "ignore", "rest="
"""Answers: every word means what is proposed; the column says nothing; the words that no list has mean all the same."""

NOTHING_SAID = "The column says nothing about it: every row counts, whatever it says"
_SHOWN = 12
_LETTERS = 40


@dataclass(frozen=True)
class Words:
    """The words of a column.

    Attributes:
        header: the column.
        texts: folded word -> as it is written most often.
        rows: folded word -> how many rows say it, the commonest first.
        known: folded word -> what a list says it means; words that no list has are left out.
        proposed: folded word -> what it means, or most likely means.
    """

    header: str
    texts: dict[str, str]
    rows: dict[str, int]
    known: dict[str, str]
    proposed: dict[str, str]

    @property
    def unknown(self) -> list[str]:
        """The words that no list has."""
        return [word for word in self.rows if word not in self.known]

    def alternatives(self, meanings: Sequence[str], *, keep: Collection[str]) -> list[str]:
        """The meanings that all unknown words may have instead of what is proposed, so that somebody is left.

        Args:
            meanings: those to choose from.
            keep: the meanings under which a row counts.
        """
        somebody = any(meaning in keep for meaning in self.known.values())
        proposed = {self.proposed[word] for word in self.unknown}
        return [one for one in meanings if self.unknown and proposed != {one} and (somebody or one in keep)]

    @property
    def key(self) -> str:
        """The key of the question about them."""
        return f"words:{cleaned(self.header)}"


def words_of(table: Table, header: str, known: Callable[[str], str | None], likely: Callable[[str], str]) -> Words:
    """The words of a column with what they mean, see ``words_in``."""
    return _words(header, table.counts(header), known, likely)


def words_in(header: str, texts: pl.Series, known: Callable[[str], str | None], likely: Callable[[str], str]) -> Words:
    """The words of some cells of a column with what they mean.

    Args:
        header: the column.
        texts: its cells.
        known: what a list says a text means.
        likely: what a text that is on no list most likely means.
    """
    return _words(header, texts.alias("text").drop_nulls().value_counts(name="n"), known, likely)


def _words(header: str, said: pl.DataFrame, known: Callable[[str], str | None], likely: Callable[[str], str]) -> Words:
    """The words of a column, from its texts with how often each is said."""
    counts = said.filter(~is_empty("text")).sort("n", "text", descending=[True, False]).rows()
    written: dict[str, str] = {}
    rows: dict[str, int] = {}
    for text, count in counts:
        word = folded(text) or text.strip()
        written.setdefault(word, text.strip())
        rows[word] = rows.get(word, 0) + count
    lone = _lone_letters(rows)
    meant = {word: None if word in lone else known(text) for word, text in written.items()}
    sure = {word: meaning for word, meaning in meant.items() if meaning is not None}
    return Words(header, written, rows, sure, {word: sure.get(word) or likely(written[word]) for word in rows})


def _lone_letters(rows: Mapping[str, int]) -> set[str]:
    """Letters and digits that are codes of their own: T and N beside A and X mean no "true" and no "no"."""
    short = {word for word in rows if len(word) == 1}
    return set() if short <= {"y", "n"} or short <= {"t", "f"} or short <= {"0", "1"} else short


def meanings_under(words: Words, answers: Mapping[str, str], allowed: Sequence[str]) -> dict[str, str]:
    """Word -> meaning under the answer that was given, or as proposed where none was; none where nothing is said.

    Args:
        words: the column's words.
        answers: question key -> choice.
        allowed: the meanings there are.
    """
    answer = answers.get(words.key, AS_PROPOSED)
    if answer == IGNORE:
        return {}
    if answer.startswith(REST) and answer.removeprefix(REST) in allowed:
        return words.proposed | dict.fromkeys(words.unknown, answer.removeprefix(REST))
    try:
        said = read_saved(answer, what="an answer") if answer.startswith("{") else {}
    except ValueError:
        said = {}
    chosen = {folded(word) or word: meaning for word, meaning in said.items() if meaning in allowed}
    return {word: chosen.get(word, meaning) for word, meaning in words.proposed.items()}


def ask_about(
    words: Words, text: str, meanings: Mapping[str, str], others: Sequence[str], table: Table,
    *, singly: Sequence[str] = (),
) -> Question:  # fmt: skip
    """The question what the words of a column mean.

    Args:
        words: the words.
        text: the question; ``{column}`` and ``{words}`` are filled in.
        meanings: every meaning with its sentence part: "a customer".
        others: the meanings that all unknown words may be given instead.
        table: the table, for rows that show it.
        singly: the meanings that one word alone may be given, where they are not the same.
    """
    spelled = {word: f"“{words.texts[word][:_LETTERS]}”" for word in words.rows}
    shown = list(words.rows)[:_SHOWN]
    said = [f"{spelled[word]} in {labels.many(words.rows[word], 'row')}" for word in shown]
    if len(words.rows) > _SHOWN:
        others_said = [count for word, count in words.rows.items() if word not in shown]
        said.append(f"{len(others_said):,} other words in {labels.many(sum(others_said), 'row')}")
    proposed = "; ".join(f"{spelled[word]} {meanings[words.proposed[word]]}" for word in shown)
    asked = words.unknown
    named = _and([spelled[word] for word in asked[:3]] + ([f"{len(asked) - 3:,} more"] if len(asked) > 3 else []))
    choices = [Choice(AS_PROPOSED, f"As proposed: {proposed}")]
    for meaning in others:
        rest = "" if len(asked) == len(words.rows) else "; the others as proposed"
        choices.append(Choice(f"{REST}{meaning}", f"{named} {_each(meanings[meaning], len(asked))}{rest}"))
    choices += _one_by_one(words, meanings, singly or others)
    choices.append(Choice(IGNORE, NOTHING_SAID))
    cells = pl.DataFrame({"row": table.rows, "value": table.text(words.header)}).drop_nulls()
    telling = cells.filter(pl.col("value").str.strip_chars().is_in([words.texts[word] for word in asked or shown]))
    evidence = telling.unique("value", maintain_order=True).head(3).rows()
    return Question(
        words.key,
        text.format(column=words.header, words=_and(said)),
        tuple(choices),
        tuple((row, words.header, value) for row, value in evidence),
        tuple(Word(words.texts[word], count, words.proposed[word]) for word, count in words.rows.items()),
        tuple(Choice(meaning, label) for meaning, label in meanings.items()),
    )


def _one_by_one(words: Words, meanings: Mapping[str, str], others: Sequence[str]) -> list[Choice]:
    """Of several words that no list has, each of the rarest with another meaning, the rest as proposed."""
    if len(words.unknown) < _SEVERAL:
        return []
    rarest = sorted(words.unknown, key=words.rows.__getitem__)[:_BY_ITSELF]
    return [
        Choice(
            json.dumps({words.texts[word]: meaning}, ensure_ascii=False),
            f"“{words.texts[word][:_LETTERS]}” {meanings[meaning]}; the others as proposed",
        )
        for word in rarest
        for meaning in others
        if meaning != words.proposed[word]
    ]


_SEVERAL = 2
_BY_ITSELF = 2
"""How many words have choices of their own; each of the others is chosen beside its word."""


def _each(meaning: str, words: int) -> str:
    return meaning if words == 1 else f"each {meaning}"


def _and(parts: Sequence[str]) -> str:
    return "".join(parts) if len(parts) < 2 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def said_by(table: Table, header: str, meanings: Mapping[str, str]) -> pl.Series:
    """What each cell of a column means; null where it is empty.

    Args:
        table: the table.
        header: the column.
        meanings: folded word -> meaning.
    """
    return meaning_of(table.text(header), meanings)


def meaning_of(cells: pl.Series, meanings: Mapping[str, str]) -> pl.Series:
    """What each of some cells means; null where it is empty, or where nothing says.

    Args:
        cells: the cells.
        meanings: folded word -> meaning.
    """
    distinct = cells.drop_nulls().unique()
    meant = [meanings.get(folded(text) or text.strip()) for text in distinct]
    return cells.replace_strict(distinct, pl.Series(meant, dtype=pl.String), default=None, return_dtype=pl.String)
