"""Why did the rate move, and what sets those who stayed apart?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from retention import charts, labels
from retention.book import Book
from retention.exhibits.exhibit import Exhibit, exhibit
from retention.exhibits.wording import RUNGS, heading, value_named
from retention.metrics.compare import Change
from retention.metrics.drivers import Drivers, stay_drivers
from retention.metrics.mix import blended_shares, mix_effect
from retention.splits import attributes_to_split_by

MOST_DRIVERS: Final = 12
Named = Callable[[object], str]


@exhibit
def why_it_moved(book: Book, *, start: date, end: date, by: str, hide_names: bool = False) -> Exhibit:
    """How much of the change on the window before came from rates that moved, and how much from the mix of customers.

    Table: one row per value of the attribute: its name, counts, shares and rates before and after, rate_effect,
    mix_effect.
    """
    effects = mix_effect(book, start=start, end=end, by=by)
    name_of = partial(value_named, by, hide_names=hide_names)
    known = effects["rate_effect"].count() > 0
    before, after = blended_shares(effects)
    names = pl.Series(by, [name_of(value) for value in effects.get_column(by).to_list()], dtype=pl.String)
    steps = mix_rows(effects, by=by, name_of=name_of)
    return Exhibit(
        title=mix_sentence(effects),
        table=effects.with_columns(names),
        drawing=partial(charts.bridge, steps, start=before.rate or 0.0, end=after.rate or 0.0) if known else None,
        n=after.starting,
        as_of=book.as_of,
        terms=("rate_effect", "mix_effect"),
        code=f"print(rt.mix_effect(book, start={start!r}, end={end!r}, by={by!r}))",
        description="From the rate of the window before to this one: each value’s rate effect, then the mix",
        headings={by: heading(book, by)},
    )


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


def mix_rows(effects: pl.DataFrame, *, by: str, name_of: Named) -> list[dict[str, object]]:
    """The effects as steps of a bridge: each value's rate effect, and one step for the mix."""
    steps: list[dict[str, object]] = [
        {"name": f"{name_of(row[by])}: rate", "effect": row["rate_effect"]} for row in effects.iter_rows(named=True)
    ]
    return [*steps, {"name": "Mix of customers", "effect": float(effects["mix_effect"].sum())}]


@exhibit
def what_sets_stayers_apart(book: Book, *, start: date, end: date, hide_names: bool = False) -> Exhibit:
    """Which kinds of customers stay, over all attributes at once.

    Table: one row per value, those that stand out first: attribute, which, starting, logo_retention, rest (the rate of
    all others), adjusted, adjusted_low, adjusted_high (points more that stay, all else in the file held as it is).
    """
    found = stay_drivers(book, start=start, end=end, attributes=attributes_to_split_by(book))

    def named(column: str, value: object) -> str:
        return value_named(column, value, hide_names=hide_names)

    shown = found.table.filter(pl.col("adjusted").is_not_null()).head(MOST_DRIVERS)
    rows = [
        {
            "attribute": heading(book, row["attribute"]),
            "which": named(row["attribute"], row["value"]),
            **{name: row[name] for name in ("starting", "logo_retention", "rest")},
            **{name: row[name] for name in ("adjusted", "adjusted_low", "adjusted_high")},
        }
        for row in shown.iter_rows(named=True)
    ]
    left_out = "; ".join(f"{heading(book, name)} ({why})" for name, why in found.left_out.items())
    return Exhibit(
        title="Points more or fewer stay, everything else in the file held as it is",
        sentences=(
            drivers_sentence(found, heading=partial(heading, book), name_of=named),
            "A difference between groups, not a cause. Values are as recorded now, which flatters upgraded ones.",
            *([f"Left out: {left_out}."] if left_out else []),
        ),
        table=pl.DataFrame(rows, schema=DRIVERS),
        drawing=partial(charts.forest, [_forest_row(row) for row in rows]) if rows else None,
        n=found.share.starting,
        as_of=book.as_of,
        terms=("attributes_as_now",),
        code=f"print(rt.stay_drivers(book, start={start!r}, end={end!r}).table)",
        description="Adjusted effects with their 95% ranges",
    )


DRIVERS: Final = {
    "attribute": pl.String, "which": pl.String, "starting": pl.Int64, "logo_retention": pl.Float64, "rest": pl.Float64,
    "adjusted": pl.Float64, "adjusted_low": pl.Float64, "adjusted_high": pl.Float64,
}  # fmt: skip


def _forest_row(row: dict[str, object]) -> dict[str, object]:
    rate, rest, n = row["logo_retention"], row["rest"], row["starting"]
    return {
        "name": f"{row['attribute']}: {row['which']}",
        "below": f"{labels.percent(rate)} of {labels.customers(n)}, others {labels.percent(rest)}",  # type: ignore[arg-type]
        "difference": row["adjusted"],
        "low": row["adjusted_low"],
        "high": row["adjusted_high"],
    }


def drivers_sentence(found: Drivers, *, heading: Callable[[str], str], name_of: Callable[[str, object], str]) -> str:
    """The kind of customer that stays, in one sentence, with how sure that is."""
    if found.ideal is None:
        return "Nothing the file records sets those who stayed apart beyond normal variation."
    traits = " and ".join(f"{heading(column)} {name_of(column, value)}" for column, value in found.ideal.traits)
    tested, rest = found.ideal.tested, found.ideal.tested_rest
    if found.ideal.change is None or tested.rate is None or rest.rate is None:
        return f"Customers with {traits} stayed most; too few to test that on customers it was not chosen on."
    sure = found.ideal.change.rung in ("clearly", "probably")
    head = f"The customers who stay: {traits}" if sure else f"Customers with {traits} stayed most, but not by much"
    return (
        f"{head}. On customers it was not chosen on, {labels.percent(tested.rate)} of {tested.starting:,} stayed, "
        f"against {labels.percent(rest.rate)} of the {rest.starting:,} others ({_rung(found.ideal.change)}; "
        f"{found.ideal.agreed} of 5 trials chose the same)."
    )


def _rung(change: Change) -> str:
    return RUNGS[change.rung].format("more" if change.points > 0 else "fewer")
