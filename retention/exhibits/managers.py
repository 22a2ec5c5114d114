"""Do some managers lose more accounts than their mix predicts?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.wording import heading, inside_sentence, value_named
from retention.metrics.managers import manager_funnel, manager_segments, manager_table
from retention.splits import kind_of_customer

OWNERSHIP_NOW = "Ownership is as recorded now: whoever handed accounts over no longer shows them."


@exhibit
def managers_against_mix(
    book: Book,
    *,
    start: date,
    end: date,
    by: str = "csm",
    health: Mapping[str, float] | None = None,
    hide_names: bool = False,
) -> Exhibit:
    """Each manager's losses beside those their mix of segments predicts; of plans or sizes where there are no segments.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot.
        by: the attribute that names the manager.
        health: manager -> average risk score of today's accounts, where it is known.
        hide_names: whether managers stand under pseudonyms.

    Table: one row per manager: name, accounts now, of which, load, (health,) starting, churned, logo_retention,
    expected, standing.
    """
    mix = kind_of_customer(book) or "segment"
    table = manager_table(book, start=start, end=end, by=by, mix=mix)
    mixes = mix_words(manager_segments(book, start=start, end=end, by=by, mix=mix), by=by)
    name_of = partial(value_named, by, hide_names=hide_names)
    gaps = manager_funnel(table)
    drawn = [row | {"name": name_of(row[by])} for row in gaps.to_dicts()]
    rows = [_row(row, by, name_of, mixes, health) for row in table.to_dicts()]
    said = managers_sentence(table, by=by, name_of=name_of, mix=inside_sentence(heading(book, mix)))
    return Exhibit(
        title=funnel_title(gaps),
        sentences=(said, OWNERSHIP_NOW),
        table=pl.DataFrame(rows, infer_schema_length=None),
        drawing=partial(charts.funnel, drawn),
        n=int(gaps.get_column("accounts").sum()),
        as_of=book.as_of,
        terms=("expected_by_mix", "attributes_as_now"),
        code=f"print(rt.manager_table(book, start={start!r}, end={end!r}, by={by!r}, mix={mix!r}))",
        description="Retention above or below what their mix predicts, by accounts, on the 95% range of that mix",
        headings={by: heading(book, by), "expected": "Expected to leave", "accounts": "Accounts now",
                  "of_which": "Of which", "load": "Load, in full books",
                  "health": "Average health: risk score, high is risky"},
    )  # fmt: skip


def _row(
    row: Mapping[str, Any], by: str, name_of: Callable[[object], str], mixes: Mapping[object, str],
    health: Mapping[str, float] | None,
) -> dict[str, Any]:  # fmt: skip
    return {
        by: name_of(row[by]),
        "accounts": row["accounts"],
        "of_which": mixes.get(row[by]),
        "load": row["load"],
        **({} if health is None else {"health": _whole(health.get(str(row[by])))}),
        "starting": row["starting"],
        "churned": row["churned"],
        "logo_retention": row["logo_retention"],
        "expected": row["expected"],
        "standing": row["standing"] or "none: ownership unknown",
    }


def _whole(score: float | None) -> int | None:
    return None if score is None else round(score)


def managers_sentence(table: pl.DataFrame, *, by: str, name_of: Callable[[object], str], mix: str = "segment") -> str:
    """Which managers lose more or fewer accounts than their mix predicts."""
    outside = [row for row in table.iter_rows(named=True) if "outside" in (row["standing"] or "")]
    judged = table.filter(pl.col("standing").is_not_null()).height
    if not judged:
        return "Nobody's accounts can be held against their mix: ownership at the opening is unknown."
    if not outside:
        return f"All {judged} lose about as many accounts as their mix by {mix} predicts."
    said = "; ".join(
        f"{name_of(row[by])} lost {row['churned_compared']:,} of {row['compared']:,}, expected {row['expected']:.1f}"
        for row in outside
    )
    many = f" Among {judged}, about {max(1, round(judged * 0.05))} would be outside with nothing amiss."
    return f"Outside what their mix predicts: {said}.{many if judged >= 10 else ''} It says nothing about why."


def funnel_title(gaps: pl.DataFrame) -> str:
    """How many managers stand outside what their mix predicts.

    Args:
        gaps: a table of ``manager_funnel``.
    """
    outside = gaps.filter(pl.col("standing").str.contains("outside")).height
    if not outside:
        return "Nobody stands outside what their mix predicts"
    return f"{outside} of {gaps.height} stand{'s' * (outside == 1)} outside what their mix predicts"


def mix_words(segments: pl.DataFrame, *, by: str) -> dict[object, str]:
    """What each manager's accounts are now, the largest kind first: ``SMB 131, Mid-Market 37``.

    Args:
        segments: a table of ``manager_segments``: by, the kind of account, accounts.
        by: the attribute that names the manager.
    """
    kind = segments.columns[1]
    largest = segments.filter(pl.col("accounts") > 0).sort("accounts", kind, descending=[True, False])
    said: dict[object, list[str]] = {}
    for row in largest.iter_rows(named=True):
        said.setdefault(row[by], []).append(f"{row[kind] or 'not recorded'} {labels.count(row['accounts'])}")
    return {manager: ", ".join(words) for manager, words in said.items()}
