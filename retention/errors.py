"""What can go wrong, said in plain sentences: what is wrong, where, and what to do."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


class RetentionError(Exception):
    """Anything this package refuses to do; its text is fit to be shown to a founder."""


class IntakeError(RetentionError):
    """The file cannot be read as customers: what is wrong, where, and what to do."""


class NeedsDates(RetentionError):  # noqa: N818 (a public name: the file lacks something, nothing failed)
    """A calendar question was asked of a book whose file holds no dates, only tenures."""


class InputError(RetentionError, ValueError):
    """An argument outside its meaning, such as a window after the as-of date or a rate above one."""


@dataclass(frozen=True)
class Choice:
    """One answer to a question, and what it would give."""

    value: str
    label: str
    effect: str = ""
    """What the answer would do to the headline figure, for instance ``"91.2%"``."""


@dataclass(frozen=True)
class Word:
    """A word of a column that is asked about.

    Attributes:
        text: as it is written.
        rows: how many rows say it.
        meaning: what it is proposed to mean, one of the question's ``meanings``.
    """

    text: str
    rows: int
    meaning: str


@dataclass(frozen=True)
class Question:
    """One thing the file cannot decide.

    Attributes:
        key: what ``answers={key: choice.value}`` answers.
        text: the question in plain words.
        choices: the possible answers, the likeliest first.
        evidence: rows of the file that show why it must be asked: (row, column, value).
        words: where the words of a column are asked about, all of them; see ``answer_in_words``.
        meanings: what such a word can mean.
    """

    key: str
    text: str
    choices: tuple[Choice, ...]
    evidence: tuple[tuple[int, str, str], ...] = ()
    words: tuple[Word, ...] = ()
    meanings: tuple[Choice, ...] = ()


def answer_in_words(meanings: Mapping[str, str]) -> str:
    """The answer to a question about words that gives each a meaning of its own.

    Args:
        meanings: word -> one of the question's ``meanings``; words that are left out mean what is proposed.
    """
    return json.dumps(dict(meanings), ensure_ascii=False, sort_keys=True)


class NeedsAnswer(RetentionError):  # noqa: N818 (a public name: the caller is asked, nothing failed)
    """The file alone cannot decide something; ``questions`` says what, ``answers=`` decides it."""

    def __init__(self, questions: Sequence[Question]) -> None:
        super().__init__(questions)
        self.questions = tuple(questions)

    def __str__(self) -> str:
        """The questions and the keys that answer them, one a line."""
        return "\n".join(
            f"{q.text} Answer with answers={{{q.key!r}: {' or '.join(repr(c.value) for c in q.choices)}}}."
            for q in self.questions
        )
