"""Which columns join two files: how many of the one's values stand in the other, as written or under one spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product

import polars as pl

from retention.errors import Choice, IntakeError, NeedsAnswer, Question
from retention.intake.columns.names import cleaned, listed, parts_named
from retention.intake.questions import JOIN, ask
from retention.intake.table import Table

CLEAR, HALF, APART = 0.8, 0.5, 0.2
"""A join is clear where this share of the smaller file's values is found and no other pair of columns comes near it;
one that finds under half is never made without asking."""
ALONE = "alone"
_KEY = re.compile(
    r"(^|_)(id|ids|key|code|number|no|nr|num|ref|reference|uuid|guid|oid|e_?mail|mail|email_address|name|account|customer"
    r"|client|member|user|subscriber|company|kunde|kundennummer|cliente|klant)$"
)
_MOST_KEYS = 8
_MOST_CHOICES = 4
PADDED, BARE = "without leading zeros and marks", "by their numbers alone"
_SPELLINGS = ("as written", "whatever their case", PADDED, BARE)
_PARTS = r"^([a-z]*)[^a-z0-9]*0*([0-9]+)(?:\.0+)?$"


@dataclass(frozen=True)
class Join:
    """Two columns whose values are the same customers.

    Attributes:
        first: the column of the first file.
        second: the column of the second file.
        spelling: under which reading of the values they are compared.
        found: how many values of the smaller column stand in the other.
        of: how many values the smaller column has.
    """

    first: str
    second: str
    spelling: str
    found: int
    of: int

    @property
    def share(self) -> float:
        """Of the smaller column's values, the share found in the other."""
        return self.found / self.of if self.of else 0.0

    @property
    def is_sure(self) -> bool:
        """Whether the reading of the values can be taken without asking: other letters before a number may differ."""
        return self.spelling != BARE

    @property
    def is_plain(self) -> bool:
        """Whether the values are compared as they are written."""
        return self.spelling == "as written"

    def sentence(self) -> str:
        """How the files were joined."""
        spelt = "" if self.is_plain else f", {self.spelling}"
        return f"Joined on “{self.first}” and “{self.second}”{spelt}: {self.found:,} of {self.of:,} found."


def find_join(
    first: Table, second: Table, keys: tuple[str | None, str | None], answers: Mapping[str, str]
) -> Join | None:
    """The columns that join two files; None where the first is to be read alone.

    Args:
        first: the first table.
        second: the second one.
        keys: the column of each that says which customer a row is about, where it is known.
        answers: ``join`` decides.

    Raises:
        IntakeError: no value of one file stands in the other.
        NeedsAnswer: no pair of columns matches clearly.
    """
    own, other = keys
    usual = None if own is None or other is None else compared(first, second, own, other)
    if usual is not None and usual.is_plain and usual.share >= CLEAR and "join" not in answers:
        return usual
    pairs = product(_key_columns(first, own), _key_columns(second, other))
    found = [join for a, b in pairs if (join := compared(first, second, a, b)).found]
    found.sort(key=lambda join: (-round(join.share, 2), (join.first, join.second) != keys, -join.of))
    answer = answers.get("join")
    if answer == ALONE:
        return None
    if chosen := [join for join in found if answer == _value(join)]:
        return chosen[0]
    if not found:
        raise IntakeError(
            f"{first.name} and {second.name} share no value that could join them: compared {listed(first.headers)} "
            f"with {listed(second.headers)}. Give two files that name the same customers, by id or e-mail address."
        )
    best = found[0]
    rivals = [join for join in found[1:] if join.share > best.share - APART]
    if usual is not None and usual.is_sure and usual.share >= HALF and usual.share > best.share - APART:
        return usual
    if best.is_sure and best.share >= CLEAR and not rivals:
        return best
    raise NeedsAnswer([_question(first, second, found)])


def _value(join: Join) -> str:
    return f"{join.first} = {join.second}"


def _question(first: Table, second: Table, found: list[Join]) -> Question:
    choices = [
        Choice(_value(join), f"“{join.first}” with “{join.second}”: {join.found:,} of {join.of:,} found")
        for join in found[:_MOST_CHOICES]
    ]
    alone = Choice(ALONE, f"They do not belong together: read {first.name} alone")
    ordered = [*choices, alone] if found[0].share >= HALF else [alone, *choices]
    return ask(JOIN, (), ordered, first=first.name, second=second.name)


def compared(first: Table, second: Table, own: str, other: str) -> Join:
    """How well two columns match, under the reading of their values that finds most."""
    columns = [table.text(header).drop_nulls().unique() for table, header in ((first, own), (second, other))]
    columns = [values.filter(values.str.strip_chars() != "") for values in columns]
    of = min(len(values) for values in columns)
    best = Join(own, other, "as written", 0, of)
    for spelling in _SPELLINGS:
        left, right = (spelt(values, spelling).drop_nulls().unique() for values in columns)
        if spelling in (PADDED, BARE) and (len(left), len(right)) != tuple(map(len, columns)):
            continue  # two customers would become one
        found = int(left.is_in(right.implode()).sum())
        if found > best.found:
            best = Join(own, other, spelling, min(found, of), of)
    return best


def spelt(values: pl.Series, spelling: str) -> pl.Series:
    """Values under a reading of them."""
    trimmed = values.str.strip_chars()
    if spelling == "as written":
        return trimmed
    folded = trimmed.str.to_lowercase()
    if spelling == "whatever their case":
        return folded
    number = folded.str.extract(_PARTS, 2)
    return (number if spelling == BARE else folded.str.extract(_PARTS, 1) + number).fill_null(folded)


def _key_columns(table: Table, key: str | None) -> list[str]:
    """The columns of a table that may name customers, the one that is known to first."""
    named = [h for h in table.headers if h != key and (_KEY.search(cleaned(h)) or "customer_id" in parts_named(h))]
    return [*([] if key is None else [key]), *named][:_MOST_KEYS]


def mapped(more: Table, stays: Table, join: Join, *, own: str, swapped: bool) -> Table:
    """The second file's table with the customers of the first in its joining column.

    A value that stands for several customers of the first file, or for none, is left as it is.

    Args:
        more: the table that says more about customers.
        stays: the table that says when they were there.
        join: the columns that join the two.
        own: the column of ``stays`` that tells its customers apart.
        swapped: whether ``stays`` is the second of the two files.
    """
    theirs, ours = (join.first, join.second) if swapped else (join.second, join.first)
    known = (
        pl.DataFrame({"key": spelt(stays.text(ours), join.spelling), "id": stays.text(own).str.strip_chars()})
        .drop_nulls()
        .unique()
        .filter(pl.col("key").is_unique())
    )
    cells = pl.DataFrame({"key": spelt(more.text(theirs), join.spelling), "text": more.text(theirs)})
    ids = cells.join(known, on="key", how="left", maintain_order="left").select(pl.coalesce("id", "text"))
    return replace(more, cells=more.cells.with_columns(ids.to_series().alias(theirs)))
