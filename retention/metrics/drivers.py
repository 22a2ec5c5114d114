"""What sets stayers apart? Every attribute's values by their effect, alone and with the others held as they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from retention.book import Book
from retention.metrics.adjusted import Adjusted, adjusted_effects
from retention.metrics.compare import PROBABLY, Change, Share, change
from retention.metrics.intervals import adjusted_for_looks
from retention.metrics.logo import windows
from retention.metrics.opening_attributes import AGE, SMALL_GROUPS, Traits, opening_traits
from retention.metrics.tally import check_windows

LEAST_OUTCOMES = 10
"""With fewer who left, or fewer who stayed, nothing can be told apart."""
MOST_TRAITS = 3
LEAST_IDEAL, LEAST_IDEAL_SHARE = 30, 0.05
NO_TRAITS_TO_CHOOSE = (AGE, "csm")
"""They do not say what customer to look for."""
FOLDS, SEED = 5, 1_729
MOST_ONE_BY_ONE = 2_000_000
"""Customers of a counted book that are written out, a row each."""

COLUMNS = pl.Schema(
    {
        "attribute": pl.String,
        "value": pl.String,
        "pooled": pl.Int64,
        "starting": pl.Int64,
        "retained": pl.Int64,
        **dict.fromkeys(("logo_retention", "rest", "effect", "low", "high", "p", "q"), pl.Float64),
        **dict.fromkeys(("adjusted", "adjusted_low", "adjusted_high", "adjusted_p", "adjusted_q"), pl.Float64),
    }
)


@dataclass(frozen=True)
class IdealCustomer:
    """The kind of customer that stays, and how sure that is.

    Attributes:
        traits: attribute and value, the strongest first.
        share: the customers with all of these traits, in the whole book: they were chosen on it, so it flatters.
        rest: all others.
        tested: chosen on four fifths of the customers and counted on the fifth left out, five times: nobody is counted
            by a choice they had a part in. Nobody where no four fifths show a trait.
        tested_rest: the others of those fifths.
        change: tested against tested_rest in the words of the ladder; None where nobody could be tested.
        agreed: how many of the five lead to these same traits.
    """

    traits: tuple[tuple[str, str], ...]
    share: Share
    rest: Share
    tested: Share
    tested_rest: Share
    change: Change | None
    agreed: int


@dataclass(frozen=True)
class Drivers:
    """What sets those who stayed apart from those who left.

    Attributes:
        table: one row per value of each usable attribute, those that stand out (adjusted_q of 0.10 or less) first,
            then by size of the adjusted effect: attribute, value (null: not recorded), pooled (how many values with
            fewer than 20 customers it stands for), starting, retained, logo_retention, rest (the rate of all others);
            effect = logo_retention - rest with its 95% range low, high, p and q; adjusted (the effect with all other
            attributes held as they are), adjusted_low, adjusted_high, adjusted_p, adjusted_q. A q allows for the
            number of rows: of the rows with q up to 0.10 about one in ten is there by luck.
        share: everybody at the opening.
        left_out: attribute -> why it was not used.
        ideal: the kind of customer that stays, or None where nothing stands out.
        reason: why there is no table, empty where there is one.
    """

    table: pl.DataFrame
    share: Share
    left_out: dict[str, str]
    ideal: IdealCustomer | None
    reason: str = ""


def stay_drivers(book: Book, *, start: date, end: date, attributes: Iterable[str] | None = None) -> Drivers:
    """Which attributes set the customers who stayed apart from those who left, from opening to close.

    An effect is a difference between groups, not a cause. Attributes are as recorded now: survivors get upgraded,
    leavers keep their last plan or owner. Attributes that record the outcome are left out by name or because they
    tell it too well, with the reason.

    Args:
        book: the customers.
        start: the opening snapshot.
        end: the closing snapshot, on or before the as-of date.
        attributes: which to look at; by default all, with the months as a customer at the opening and, where the file
            has revenue by month, what was paid then.

    Raises:
        InputError: no such window, or no such attribute.
        NeedsDates: the file holds tenures only.
    """
    check_windows(book, [start], [end])
    people = windows(book, [start], [end]).row(0, named=True) if book.weighted else {"starting": 0}
    if people["starting"] > MOST_ONE_BY_ONE:
        many = (
            f"{people['starting']:,} customers counted in groups are too many to tell what sets stayers apart: filter "
            "them first, or split the rate by one column at a time."
        )
        return Drivers(pl.DataFrame(schema=COLUMNS), Share(people["retained"], people["starting"]), {}, None, many)
    traits = opening_traits(book, start=start, end=end, attributes=attributes)
    share = _share(traits.table)
    left = share.starting - share.retained
    if min(left, share.retained) < LEAST_OUTCOMES:
        few = f"{left} left" if left < LEAST_OUTCOMES else f"{share.retained} stayed"
        reason = f"Of {share.starting} customers {few}: too few to say what sets stayers apart."
        return Drivers(pl.DataFrame(schema=COLUMNS), share, traits.left_out, None, reason)
    if traits.table.width == 1:
        return Drivers(
            pl.DataFrame(schema=COLUMNS), share, traits.left_out, None, "No attribute has values to tell apart."
        )
    table = _effects(traits.table, traits.pooled)
    return Drivers(table, share, traits.left_out, _ideal(traits, table))


def _effects(table: pl.DataFrame, pooled: dict[str, int]) -> pl.DataFrame:
    """The table of ``Drivers`` for some customers."""
    names = [name for name in table.columns if name != "stayed" and table.get_column(name).n_unique() > 1]
    if not names or table.get_column("stayed").n_unique() < 2:
        return pl.DataFrame(schema=COLUMNS)
    values = {name: table.get_column(name).unique().sort(nulls_last=True) for name in names}
    codes = np.column_stack([_codes(table.get_column(name), values[name]) for name in names])
    stayed = table.get_column("stayed").to_numpy()
    adjusted = adjusted_effects(codes, [len(values[name]) for name in names], stayed)
    everyone, rows = _share(table), []
    for column, name in enumerate(names):
        for place, value in enumerate(values[name].to_list()):
            mine = stayed[codes[:, column] == place]
            share = Share(int(mine.sum()), len(mine))
            small = pooled[name] if value == SMALL_GROUPS else 0
            rows.append((name, value, small, *_row(share, _others(everyone, share), adjusted[column][place])))
    measured = {name: dtype for name, dtype in COLUMNS.items() if name not in ("q", "adjusted_q")}
    plain = pl.DataFrame(rows, schema=measured, orient="row")
    return (
        plain.with_columns(
            q=pl.Series(adjusted_for_looks(plain.get_column("p").to_list())),
            adjusted_q=pl.Series(adjusted_for_looks(plain.get_column("adjusted_p").to_list())),
        )
        .select(COLUMNS.names())
        .sort(pl.col("adjusted_q") > PROBABLY, -pl.col("adjusted").abs(), "attribute", "value", nulls_last=True)
    )


def _row(share: Share, rest: Share, alone: Adjusted) -> tuple[float | int | None, ...]:
    raw = change(share, rest)
    assert raw is not None  # two values or more: neither side is empty
    return (
        share.starting, share.retained, share.rate, rest.rate, raw.points, raw.range.low, raw.range.high, raw.p,
        alone.effect, alone.low, alone.high, alone.p,
    )  # fmt: skip


def _codes(column: pl.Series, values: pl.Series) -> NDArray[np.int64]:
    known = values.drop_nulls()
    numbered = column.cast(pl.Enum(known)).to_physical().cast(pl.Int64).fill_null(len(known))
    return numbered.to_numpy()


def _ideal(traits: Traits, table: pl.DataFrame) -> IdealCustomer | None:
    chosen = _choose(table, traits.table)
    if not chosen:
        return None
    fifth = np.random.default_rng(SEED).permutation(traits.table.height) % FOLDS
    tested, tested_all, agreed = Share(0, 0), Share(0, 0), 0
    for fold in range(FOLDS):
        seen, unseen = traits.table.filter(fifth != fold), traits.table.filter(fifth == fold)
        found = _choose(_effects(seen, traits.pooled), seen)
        agreed += set(found) == set(chosen)
        if found:
            tested = _together(tested, _share(_having(unseen, found)))
            tested_all = _together(tested_all, _share(unseen))
    share, rest = _share(_having(traits.table, chosen)), _others(tested_all, tested)
    return IdealCustomer(
        traits=chosen,
        share=share,
        rest=_others(_share(traits.table), share),
        tested=tested,
        tested_rest=rest,
        change=change(tested, rest),
        agreed=agreed,
    )


def _choose(effects: pl.DataFrame, customers: pl.DataFrame) -> tuple[tuple[str, str], ...]:
    """The values that stand out upwards, the strongest first, as long as enough customers have them all."""
    standing_out = effects.filter(
        (pl.col("adjusted_q") <= PROBABLY)
        & (pl.col("adjusted_low") > 0)
        & (pl.col("effect") > 0)
        & pl.col("value").is_not_null()
        & (pl.col("pooled") == 0)
        & ~pl.col("attribute").is_in(NO_TRAITS_TO_CHOOSE)
    ).sort("adjusted", descending=True)
    least = max(LEAST_IDEAL, LEAST_IDEAL_SHARE * customers.height)
    chosen: tuple[tuple[str, str], ...] = ()
    for name, value in standing_out.select("attribute", "value").iter_rows():
        longer = (*chosen, (name, value))
        before, now = _share(_having(customers, chosen)), _share(_having(customers, longer))
        better = (now.rate or 0.0) > (before.rate or 0.0)
        if len(longer) <= MOST_TRAITS and name not in dict(chosen) and now.starting >= least and better:
            chosen = longer
    return chosen


def _having(customers: pl.DataFrame, traits: tuple[tuple[str, str], ...]) -> pl.DataFrame:
    return customers.filter(*(pl.col(name) == value for name, value in traits))


def _share(customers: pl.DataFrame) -> Share:
    return Share(int(customers.get_column("stayed").sum()), customers.height)


def _others(everyone: Share, share: Share) -> Share:
    return Share(everyone.retained - share.retained, everyone.starting - share.starting)


def _together(one: Share, other: Share) -> Share:
    return Share(one.retained + other.retained, one.starting + other.starting)
