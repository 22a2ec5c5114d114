"""Which rows of events, payments or revenue keep a customer: not what failed, was undone, was free or is a test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from retention.errors import Question
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import LEFT
from retention.intake.columns.word_columns import WordColumn, event_columns
from retention.intake.interpret.row_rules import nobodies
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.interpret.standings import COUNT_MARKED, mark
from retention.intake.interpret.word_questions import ask_about, meanings_under, said_by, words_of
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.dates import read_dates
from retention.intake.values.statuses import SAY_NO, SAY_YES, Activity, activity_of, likely_activity
from retention.rules import Rules

MEANINGS: dict[str, str] = {
    "activity": "keeps a customer",
    "none": "keeps nobody",
    "refund": "is money going back",
    "refunded": "was paid and then paid back",
    "trial": "is a trial",
    "not_real": "is no real row (a test, a demo, deleted)",
    "end": "ends the stay",
}
"""What a word of a payment or an event can mean, as the question says it."""

WHICH_ROWS_COUNT = "Which rows keep a customer? The column “{column}” says {words}. What does each of them mean?"

_STRONGEST: tuple[Activity, ...] = ("not_real", "none", "refunded", "refund", "trial", "end", "activity")
_RANK: dict[str, int] = {said: at for at, said in enumerate(_STRONGEST)}


@dataclass
class RowActivity:
    """What the columns of a table say each row came to.

    Attributes:
        said: one per row: a word of ``Activity``, null where nothing is said.
        marks: rules that set aside what a column marks as no real row, on rows that hold ``at``.
        header: the first column that speaks, or None.
        text: its cells.
        questions: the words that must be asked about.
        sentences: what each word was taken for.
    """

    said: pl.Series
    header: str | None
    text: pl.Series | None
    marks: list[Rule] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    def rules(self, rules: Rules) -> list[Rule]:
        """What is done with rows that hold ``at`` and ``said``; what goes back stays, to be taken off.

        Args:
            rules: whether trials count.
        """
        said = pl.col("said")
        trial = said == "trial" if rules.trials == "excluded" else pl.lit(value=False)
        return [
            Rule(said == "none", "not_paid", self.header, "said_text"),
            Rule(said == "refunded", "paid_back", self.header, "said_text"),
            Rule(trial, "trial", self.header, "said_text"),
        ]


def read_activity(table: Table, roles: Roles, answers: Mapping[str, str]) -> RowActivity:
    """What every column that speaks of payments or events says each row came to.

    Args:
        table: the rows.
        roles: the part each column plays.
        answers: question key -> choice.
    """
    status = roles.columns.get("status")
    taken = {header for part, header in roles.columns.items() if part not in LEFT} | set(roles.months)
    columns = event_columns(table, status=status, taken=taken)
    none = pl.repeat(None, table.height, dtype=pl.String, eager=True)
    first = columns[0].header if columns else None
    read = RowActivity(none, first, None if first is None else table.text(first))
    said = [_read_column(table, column, answers, read) for column in columns]
    if said:
        frame = pl.DataFrame([one.alias(str(at)) for at, one in enumerate(said)])
        rank = pl.min_horizontal(
            pl.col(name).replace_strict(_RANK, default=None, return_dtype=pl.Int8) for name in frame.columns
        )
        words = dict(enumerate(_STRONGEST))
        read.said = frame.select(said=rank.replace_strict(words, default=None, return_dtype=pl.String)).to_series()
    return read


_BY_FLAG: dict[str, tuple[Activity | None, Activity | None]] = {
    "not_real": ("not_real", None),
    "real": (None, "not_real"),
    "trial": ("trial", None),
    "paid": (None, "none"),
    "undone": ("refunded", None),
}
"""What yes and no of a flag say about a row."""


def read_marks(table: Table, roles: Roles, answers: Mapping[str, str]) -> list[Rule]:
    """The rules on rows that a flag marks as tests or deleted records, where the rows' words say nothing else."""
    taken = {header for part, header in roles.columns.items() if part not in LEFT} | set(roles.months)
    flags = [one for one in event_columns(table, status=None, taken=taken) if one.kind in ("not_real", "real")]
    read = RowActivity(pl.Series(dtype=pl.String), None, None)
    for column in flags:
        _read_column(table, column, answers, read)
    return read.marks


def _read_column(table: Table, column: WordColumn, answers: Mapping[str, str], read: RowActivity) -> pl.Series:
    if column.kind == "undone_on":
        undone = read_dates(table.column(column.header)).days.is_not_null()
        return pl.select(pl.when(undone).then(pl.lit("refunded"))).to_series()
    if column.kind in _BY_FLAG:
        yes, no = _BY_FLAG[column.kind]
        flags = {**dict.fromkeys(SAY_YES, yes), **dict.fromkeys(SAY_NO, no)}
        told = said_by(table, column.header, {word: said for word, said in flags.items() if said is not None})
    else:
        told = _by_words(table, column, answers, read)
    if not (told == "not_real").any():
        return told
    counted = answers.get(COUNT_MARKED) == "count"
    read.marks.append(mark(column.header, told == "not_real", counted=counted))
    return told if not counted else told.replace({"not_real": None})


def _by_words(table: Table, column: WordColumn, answers: Mapping[str, str], read: RowActivity) -> pl.Series:
    """What the words of a status or of a kind of event say; unknown ones are asked about."""
    in_a_log = column.kind == "type"
    words = words_of(
        table,
        column.header,
        lambda text: _known(text, in_a_log=in_a_log),
        lambda text: likely_activity(text, in_a_log=in_a_log),
    )
    meant = meanings_under(words, answers, tuple(MEANINGS))
    if words.unknown and words.key not in answers:
        read.questions.append(ask_about(words, WHICH_ROWS_COUNT, MEANINGS, ("activity", "none", "refund"), table))
    if words.rows:
        said = [
            f"“{words.texts[word][:40]}” ({count:,}) {_SAID.get(meant.get(word, ''), 'counts')}"
            for word, count in list(words.rows.items())[:_MOST_SAID]
        ]
        read.sentences.append(f"“{column.header}” is read so: {', '.join(said)}.")
    return said_by(table, column.header, meant)


def _known(text: str, *, in_a_log: bool) -> Activity | None:
    said = activity_of(text, in_a_log=in_a_log)
    return "activity" if said == "start" else said


_MOST_SAID = 10
_SAID = {
    "none": "keeps nobody",
    "refund": "is money going back",
    "refunded": "was paid back",
    "trial": "is a trial",
    "not_real": "is no real row",
    "end": "ends a stay",
}


def less_refunds(table: Table, amounts: pl.Series | None) -> pl.Series | None:
    """Amounts less what a column of its own says of each was paid back.

    Args:
        table: the rows.
        amounts: the amounts of the table, if it has any.
    """
    header = next((header for header in table.headers if _PAID_BACK.search(cleaned(header))), None)
    if amounts is None or header is None:
        return amounts
    back = read_amounts(table.text(header)).values.abs().fill_null(0.0)
    return amounts if (back > amounts.abs()).any() else amounts - back


_PAID_BACK = re.compile(
    r"^(total_)?(amount_refunded|refunded_amount|refund_amount|refunded_total|refunds?|amount_reversed)$"
)


def _keeping(amounts: pl.Series | None) -> pl.Expr:
    """Which rows keep a customer, of rows that hold ``said`` and ``amount``: no money going back, nothing for free.

    Args:
        amounts: the amounts of the table, if it has any; where none is above zero they say nothing about it.
    """
    keeps = ~pl.col("said").is_in(["refund", "end"]).fill_null(value=False)
    if amounts is None or not (amounts > 0).any():
        return keeps
    return keeps & (pl.col("amount") > 0).fill_null(value=True)


def set_aside_inactive(
    progress: RowsInProgress, roles: Roles, activity: RowActivity, amounts: pl.Series | None, rules: Rules, *,
    header: str, today: date,
) -> pl.Series:  # fmt: skip
    """Sets aside what keeps nobody; the rows left hold ``said``, ``amount`` and ``keeps``: whether one keeps somebody.

    Money going back stays in play, to be taken off what was paid, where its customer paid something.

    Args:
        progress: rows with at, customer_id, day_text, day and bad.
        roles: the part each column plays.
        activity: what each row came to.
        amounts: the amounts of the table, if it has any.
        rules: whether trials count.
        header: the column of days.
        today: nothing later can have happened.

    Returns:
        The days of all rows about something real, kept or not: how far the file reaches.
    """
    at = progress.rows.get_column("at")
    none = pl.repeat(None, len(at), dtype=pl.Float64, eager=True)
    text = pl.repeat(None, len(at), dtype=pl.String, eager=True) if activity.text is None else activity.text[at]
    progress.rows = progress.rows.with_columns(
        said=activity.said[at], said_text=text, amount=none if amounts is None else amounts[at]
    ).with_columns(keeps=_keeping(amounts))
    progress.questions += activity.questions
    progress.apply(
        [
            *nobodies(roles),
            *activity.marks,
            Rule(pl.col("bad"), "day_unreadable", header, "day_text"),
            Rule(pl.col("day").is_null(), "no_day", header, "day_text"),
            Rule(pl.col("day") > today, "day_ahead", header, "day_text"),
        ]
    )
    days = progress.rows.get_column("day")
    going_back = (pl.col("said") == "refund").fill_null(value=False) | (pl.col("amount") < 0).fill_null(value=False)
    free = ~pl.col("keeps") & ~going_back & (pl.col("said") != "end").fill_null(value=True)
    progress.apply([*activity.rules(rules), Rule(free, "nothing_paid", activity.header, "said_text")])
    payers = progress.rows.filter("keeps").get_column("customer_id").unique()
    stranger = ~pl.col("customer_id").is_in(payers.implode())
    progress.apply(
        [
            Rule(stranger, "never_active", activity.header, "customer_id"),
            Rule(going_back, "going_back", activity.header, "said_text", "accepted"),
        ]
    )
    progress.rows = progress.rows.with_columns(
        amount=pl.when(pl.col("said") == "refund").then(-pl.col("amount").abs()).otherwise("amount")
    )
    return days
