"""What the status, type and flag columns of a list say about the customer in each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from retention.errors import Question
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import LEFT
from retention.intake.columns.word_columns import WordColumn, list_columns
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.interpret.word_questions import IGNORE, ask_about, meanings_under, said_by, words_of
from retention.intake.table import Table
from retention.intake.values.dates import read_dates
from retention.intake.values.statuses import SAY_NO, SAY_YES, Standing, folded, likely_standing, standing_of
from retention.rules import Rules

MEANINGS: dict[str, str] = {
    "active": "is a customer",
    "churned": "has left",
    "never": "never was a customer",
    "not_real": "is no real row (a test, a demo, deleted)",
    "trial": "is on trial",
    "paused": "is paused",
    "past_due": "is behind with payment",
}
"""What a word of a list can mean, as the question says it."""

WHO_IS_A_CUSTOMER = "Who is a customer? The column “{column}” says {words}. What does each of them mean?"

_STRONGEST: tuple[Standing, ...] = ("not_real", "never", "churned", "trial", "paused", "past_due", "active")
_RANK = {word: at for at, word in enumerate(_STRONGEST)}
COUNT_MARKED = "marked_rows"
"""The answer "count" under this key counts the rows that a column marks as tests or deleted records."""


@dataclass
class Standings:
    """What the columns of a list say about the customer of each row.

    Attributes:
        standing: one per row; null where nothing is said.
        unknown: rows whose word has no meaning.
        text: the words of the status column.
        header: the status column, or None.
        marks: rules that set aside what a column marks as no real row, on rows that hold ``at``.
        questions: the words that must be asked about.
        said: what each word was taken for, a sentence a column.
    """

    standing: pl.Series
    text: pl.Series
    header: str | None
    marks: list[Rule] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def read_standings(table: Table, roles: Roles, answers: Mapping[str, str]) -> Standings:
    """What every column that may say who is a customer says about each row; what is unclear is asked once a column.

    Args:
        table: the list.
        roles: the part each column plays.
        answers: question key -> choice.
    """
    status = roles.columns.get("status")
    taken = {header for part, header in roles.columns.items() if part not in LEFT} | set(roles.months)
    by_hand = "status" in roles.by_hand
    taken |= {*table.headers} if by_hand and not status else set()
    columns = list_columns(table, status=status, taken=taken, ended=_ended(table, roles))
    none = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    read = Standings(none, none, None)
    if any(column.kind == "converted" for column in columns):
        columns = [column for column in columns if column.kind != "trial"]  # who converted is on trial no longer
    said = [_read_column(table, column, roles, answers, read) for column in columns]
    first = next((column.header for column in columns if column.kind in ("status", "flag")), None)
    read.header = first or next((column.header for column in columns if column.kind == "type"), None)
    read.text = none if read.header is None else table.column(read.header)
    if said:
        read.standing = _strongest(said)
    return read


def read_who_counts(
    progress: RowsInProgress,
    table: Table,
    roles: Roles,
    answers: Mapping[str, str],
    rules: Rules,
    *,
    unsure: bool = False,
) -> None:
    """Whether each row of a panel or a history is one of a customer, as ``counts``; all are where no status says.

    Words that no list has are asked in one question; rows whose word nobody explained are set aside.

    Args:
        progress: takes the column, what was decided, the question and the rows set aside.
        table: the rows.
        roles: the part each column plays.
        answers: question key -> choice.
        rules: who counts.
        unsure: whether the column may say something else, so that it is asked about whatever its words are.
    """
    header = roles.columns.get("status")
    if header is None:
        progress.rows = progress.rows.with_columns(counts=pl.lit(value=True))
        return
    standing = _standing_of_rows(progress, table, header, roles, answers, unsure=unsure)[progress.rows.get_column("at")]
    counts = standing.replace_strict(_who_counts(rules), default=None, return_dtype=pl.Boolean)
    progress.rows = progress.rows.with_columns(counts=counts)
    progress.apply([Rule(pl.col("counts").is_null(), "standing_unknown", header, "word")])


def _standing_of_rows(
    progress: RowsInProgress, table: Table, header: str, roles: Roles, answers: Mapping[str, str], *, unsure: bool
) -> pl.Series:
    """What the status of each row of the table says; null where it is blank."""
    words = words_of(table, header, lambda text: standing_of(text, churn_flag=roles.churn_flag), likely_standing)
    if answers.get(words.key) == IGNORE:
        blank = table.text(header).is_null()
        return blank.replace_strict([True, False], [None, "active"], return_dtype=pl.String)
    meant = meanings_under(words, answers, tuple(MEANINGS))
    if said := _sentence(header, words.texts, words.rows, meant):
        progress.decided["statuses"] = said
    if (words.unknown or unsure) and words.key not in answers:
        others = words.alternatives(("active", "churned", "never"), keep=("active", "paused", "past_due"))
        singly = ("active", "churned", "never") if len(words.unknown) > 1 else ()
        progress.questions.append(ask_about(words, WHO_IS_A_CUSTOMER, MEANINGS, others, table, singly=singly))
    return said_by(table, header, meant)


def _who_counts(rules: Rules) -> dict[str, bool]:
    """Which standings of a panel or a history make somebody a customer, under the rules."""
    return {
        "active": True,
        "paused": rules.paused == "active",
        "past_due": rules.past_due == "active",
        "trial": rules.trials == "active",
        "churned": False,
        "never": False,
        "not_real": False,
    }


def _strongest(said: list[pl.Series]) -> pl.Series:
    """The standing that decides where several columns speak: not real before never before left before the rest."""
    frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(said)])
    rank = pl.min_horizontal(
        pl.col(name).replace_strict(
            {word: at for at, word in enumerate(_STRONGEST)}, default=None, return_dtype=pl.Int8
        )
        for name in frame.columns
    )
    return frame.select(
        rank.replace_strict(dict(enumerate(_STRONGEST)), default=None, return_dtype=pl.String).alias("standing")
    ).to_series()


def _read_column(
    table: Table, column: WordColumn, roles: Roles, answers: Mapping[str, str], read: Standings
) -> pl.Series:
    """What one column says, with what is asked about it and the rows it marks."""
    if column.kind in _BY_FLAG:
        return _read_flag(table, column, answers, read)
    flag = roles.churn_flag and column.header == roles.columns.get("status")
    ended = _ended(table, roles)
    words = words_of(
        table,
        column.header,
        lambda text: _known(text, column, churn_flag=flag),
        lambda text: likely_standing(text, ended=_share_ended(table, column.header, text, ended)),
    )
    meant = meanings_under(words, answers, tuple(MEANINGS))
    if (words.unknown or column.kind == "type") and words.key not in answers:
        others = words.alternatives(("active", "churned", "never", "not_real"), keep=("active", "paused", "past_due"))
        counting = [word for word, said in words.proposed.items() if said in ("active", "paused", "past_due")]
        singly = ("active", "churned", "never") if len(counting) > 1 else others
        read.questions.append(ask_about(words, WHO_IS_A_CUSTOMER, MEANINGS, others, table, singly=singly))
    dated = {word for word in words.unknown if meant.get(word) == "active"}  # customers from their start to their end
    told = said_by(table, column.header, {word: said for word, said in meant.items() if word not in dated})
    counted = answers.get(COUNT_MARKED) == "count"
    if (told == "not_real").any():
        read.marks.append(mark(column.header, told == "not_real", counted=counted))
    read.said.append(_sentence(column.header, words.texts, words.rows, meant))
    return told if not counted else told.replace({"not_real": "active"})


def _known(text: str, column: WordColumn, *, churn_flag: bool) -> Standing | None:
    if column.kind == "type" and folded(text) in ("production", "prod", "live"):
        return "active"
    return standing_of(text, churn_flag=churn_flag)


_BY_FLAG: dict[str, tuple[Standing | None, Standing | None]] = {
    "not_real": ("not_real", None),
    "real": (None, "not_real"),
    "trial": ("trial", None),
    "converted": (None, "trial"),
}
"""What yes and no of a flag say about the customer."""


def _read_flag(table: Table, column: WordColumn, answers: Mapping[str, str], read: Standings) -> pl.Series:
    yes, no = _BY_FLAG[column.kind]
    meant = {**dict.fromkeys(SAY_YES, yes), **dict.fromkeys(SAY_NO, no)}
    told = said_by(table, column.header, {word: meaning for word, meaning in meant.items() if meaning is not None})
    counted = answers.get(COUNT_MARKED) == "count"
    if (told == "not_real").any():
        read.marks.append(mark(column.header, told == "not_real", counted=counted))
    return told if not counted else told.replace({"not_real": None})


def mark(header: str, where: pl.Series, *, counted: bool) -> Rule:
    """The rule on rows that a column marks as tests, demos or deleted records: set aside, or counted where chosen.

    Args:
        header: the column.
        where: the rows of the table that it marks.
        counted: whether they count all the same.
    """
    places = where.fill_null(value=False).arg_true()
    name = cleaned(header)
    code = "deleted" if re.search(_DELETED, name) else "test" if re.search(_TEST, name) else "not_real"
    return Rule(
        pl.col("at").is_in(places.implode()),
        _COUNTED[code] if counted else code,
        header,
        "customer_id",
        "accepted" if counted else "set aside",
        words={"column": header},
    )


_COUNTED = {"deleted": "deleted_counted", "test": "test_counted", "not_real": "not_real_counted"}
_DELETED = r"delet|remov|eras|geloscht|supprim|eliminad|excluid|verwijderd"
_TEST = r"test|sandbox|live|prod|env|mode|demo"


def _ended(table: Table, roles: Roles) -> pl.Series | None:
    """Which rows have a day on which they ended; None where no column says."""
    return None if roles.end_header is None else read_dates(table.column(roles.end_header)).days.is_not_null()


def _share_ended(table: Table, header: str, text: str, ended: pl.Series | None) -> float:
    if ended is None:
        return 0.0
    mine = ended.filter((table.text(header).str.strip_chars() == text).fill_null(value=False))
    return float(mine.mean() or 0.0)  # type: ignore[arg-type]


def _sentence(header: str, texts: Mapping[str, str], rows: Mapping[str, int], meant: Mapping[str, str]) -> str:
    """What each word of a column was taken for, the commonest first."""
    words = [
        f"“{texts[word][:40]}” ({count:,}) as {_SAID.get(meant.get(word, ''), meant.get(word, 'nothing'))}"
        for word, count in list(rows.items())[:_MOST_SAID]
    ]
    return f"“{header}” is read {', '.join(words)}." if words else ""


_MOST_SAID = 10
_SAID = {
    "churned": "left",
    "never": "never a customer",
    "trial": "on trial",
    "past_due": "behind with payment",
    "not_real": "not a real row",
}
