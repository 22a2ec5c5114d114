"""What the folds of Segments say: why the rate moved, what sets stayers apart, managers and reasons."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from retention import labels
from retention.metrics.compare import Change
from retention.metrics.drivers import Drivers

Named = Callable[[object], str]


def mix_sentence(effects: pl.DataFrame) -> str:
    """Whether the blended rate moved because segments did or because their shares did; and Simpson's case."""
    rate, mix = float(effects["rate_effect"].sum()), float(effects["mix_effect"].sum())
    if not effects["rate_effect"].count():
        return "There is no earlier window to compare with."
    moved = rate + mix
    moves = (effects["rate_after"] - effects["rate_before"]).drop_nulls()
    if len(moves) and moves.min() > 0 and moved < 0:  # type: ignore[operator]
        return (
            "Every one of them kept more customers than before, and yet the blend fell: the mix moved to weaker ones."
        )
    if len(moves) and moves.max() < 0 and moved > 0:  # type: ignore[operator]
        return "Every one of them kept fewer customers than before, and yet the blend rose: stronger ones grew."
    parts = f"{labels.points(rate)} came from rates that moved and {labels.points(mix)} from the mix"
    return f"Of the {labels.points(moved)}, {parts}."


def drivers_sentence(found: Drivers, *, heading: Callable[[str], str], name_of: Callable[[str, object], str]) -> str:
    """The kind of customer that stays, in one sentence, with how sure that is."""
    if found.ideal is None:
        return "Nothing the file records sets those who stayed apart by more than luck could."
    traits = " and ".join(f"{heading(column)} {name_of(column, value)}" for column, value in found.ideal.traits)
    tested, rest = found.ideal.tested, found.ideal.tested_rest
    if found.ideal.change is None or tested.rate is None or rest.rate is None:
        return f"Customers with {traits} stayed most; too few to test that on customers it was not chosen on."
    sure = found.ideal.change.rung in ("clearly", "probably")
    head = f"The customers who stay: {traits}" if sure else f"Customers with {traits} stayed most, but it may be luck"
    return (
        f"{head}. On customers it was not chosen on, {labels.percent(tested.rate)} of {tested.starting:,} stayed, "
        f"against {labels.percent(rest.rate)} of the {rest.starting:,} others ({_rung(found.ideal.change)}; "
        f"{found.ideal.agreed} of 5 trials chose the same)."
    )


def _rung(change: Change) -> str:
    way = "more" if change.points > 0 else "fewer"
    return f"{change.rung} {way}" if change.rung in ("clearly", "probably") else change.rung


def managers_sentence(table: pl.DataFrame, *, by: str, name_of: Named) -> str:
    """Which managers lose more or fewer accounts than their mix predicts."""
    outside = [row for row in table.iter_rows(named=True) if "outside" in (row["standing"] or "")]
    judged = table.filter(pl.col("standing").is_not_null()).height
    if not judged:
        return "Nobody's accounts can be held against their mix: ownership at the opening is unknown."
    if not outside:
        return f"All {judged} lose about as many accounts as their mix of segments predicts."
    said = "; ".join(
        f"{name_of(row[by])} lost {row['churned_compared']:,} of {row['compared']:,}, expected {row['expected']:.1f}"
        for row in outside
    )
    luck = (
        "" if judged < 10 else f" Among {judged}, about {max(1, round(judged * 0.05))} would be outside by luck alone."
    )
    return f"Outside what their mix predicts: {said}.{luck} It says nothing about why."


def managers_caption(*, health: bool, dated: bool) -> str:
    """What of a manager's row is as recorded now, and what is known of the day."""
    said = "Ownership is as recorded now: whoever handed accounts over no longer shows them."
    if not health:
        return said
    where = (
        "read off the dated signals, as of the day of this page, and off the list, as recorded now"
        if dated
        else "read off the list's signals as recorded now: there is no history of them"
    )
    return f"{said} Health is of the accounts each has today, {where}."


def reasons_sentence(kinds: Mapping[str, Any]) -> str:
    """How much of the churn could have been prevented, and what retention would be counting only that."""
    if not kinds["churned"]:
        return "Nobody left in this window."
    unknown = kinds["unclassified"] + kinds["not_recorded"]
    head = (
        f"{kinds['controllable']:,} of the {kinds['churned']:,} who left did so for reasons within reach; counting "
        f"only those, {labels.percent(kinds['controllable_retention'])} were kept instead of "
        f"{labels.percent(kinds['logo_retention'])}."
    )
    if not unknown:
        return head
    have = "has" if unknown == 1 else "have"
    return f"{head} {unknown:,} {have} no usable reason: at worst it is {labels.percent(kinds['at_worst'])}."


def controllable_title(trend: pl.DataFrame) -> str:
    """Retention counting only the losses within reach, and how it moved over the quarters in view."""
    known = trend.drop_nulls("controllable_retention")
    if known.is_empty():
        return "There is no full year to look back on yet"
    first, last = known.row(0, named=True), known.row(-1, named=True)
    head = f"{labels.percent(last['controllable_retention'])} kept, counting only the {last['controllable']:,} of "
    head += f"{last['churned']:,} losses within reach"
    if known.height == 1:
        return head
    before = labels.percent(first["controllable_retention"])
    return f"{head}; {before} in the 12 months to {labels.month(first['window_end'])}"


def own_kinds_sentence(listed: pl.DataFrame) -> str | None:
    """How many reasons count otherwise than by their words; None where none does."""
    own = listed.filter(pl.col("kind") != pl.col("by_words")).height
    if not own:
        return None
    reasons = "1 reason counts" if own == 1 else f"{own:,} reasons count"
    return f"{reasons} as you chose, not by the words."


def mix_rows(effects: pl.DataFrame, *, by: str, name_of: Named) -> list[dict[str, object]]:
    """The effects as steps of a bridge: each value's rate effect, and one step for the mix."""
    steps: list[dict[str, object]] = [
        {"name": f"{name_of(row[by])}: rate", "effect": row["rate_effect"]} for row in effects.iter_rows(named=True)
    ]
    return [*steps, {"name": "Mix of customers", "effect": float(effects["mix_effect"].sum())}]


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
