"""Would a score learned from who left do better? Trained only on the past, judged only on later months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from retention.book import Book
from retention.errors import InputError
from retention.labels import count, decimal
from retention.labels import day as written
from retention.risk.factors import FACTORS, Limits, Weights
from retention.risk.observed import observe
from retention.risk.outcomes import closing_of, days_to_test, left_by, why_untested
from retention.risk.ranking import Flags, Numbers, auc, pairs_gap, pairs_right_range
from retention.risk.reasons import MOST, NO_SIGN, phrases
from retention.risk.regression import Model, features, fit
from retention.risk.score import scored
from retention.risk.signals import Signals

FEWEST: Final = 20
"""With fewer leavers than this nothing is learned, and nothing is judged."""

SPEAKS_AGAINST: Final = 0.1
"""A factor that adds less than this to the log-odds of leaving is no reason."""


@dataclass(frozen=True)
class Learned:
    """A learned score beside the rules, judged on months that came after everything it learned from.

    Attributes:
        months: how many months a chance is about.
        trained_on: the days whose accounts and outcomes it learned from, for the judgement.
        judged_on: the later day it was judged on; all outcomes it had learned from were known by then.
        rules: of a leaver and a stayer, how often the rules put the leaver higher on that day.
        learned: the same for the learned score.
        gap: learned minus rules.
        low: the lower end of its 95% range (DeLong, paired), null where it cannot be told.
        high: the upper end.
        foreseen: how many leavers it foresaw among the judged accounts.
        left: how many of them left.
        offered: whether it beats the rules, and tossing a coin, by more than luck explains; it is never on by default.
        effects: one row per feature, the strongest first: feature, factor, effect (on the log-odds, per standard
            deviation), of the model used today: trained on every day whose following months are over.
        scores: one row per customer of the as-of date, the likeliest first: customer_id, chance (of leaving within
            the months), reasons (in words). Empty unless offered.
    """

    months: int
    trained_on: tuple[date, ...]
    judged_on: date
    rules: float
    learned: float
    gap: float
    low: float | None
    high: float | None
    foreseen: float
    left: int
    offered: bool
    effects: pl.DataFrame = field(repr=False)
    scores: pl.DataFrame = field(repr=False)

    @property
    def sentence(self) -> str:
        """The judgement in plain words."""
        beside = (
            f"Learned from what was known by {written(self.judged_on)} and judged on the {self.months} months after "
            f"it, a learned score put leavers above stayers {decimal(100 * self.learned, 0)} times in 100, the rules "
            f"{decimal(100 * self.rules, 0)} times"
        )
        if self.offered:
            return f"{beside}: clearly more, so it is offered. It is off until you switch it on."
        if self.high is not None and self.high < 0:
            return f"{beside}: clearly less, so it is not offered."
        return f"{beside}: too close to call, so it is not offered."


def learned_alternative(
    book: Book,
    signals: Signals,
    *,
    months: int = 6,
    weights: Weights | Mapping[str, float] | None = None,
    limits: Limits | None = None,
) -> Learned:
    """Whether a logistic regression on the same signals foresees churn better than the rules, out of time.

    It learns from accounts on earlier days and who of them left in the months after; it is judged on the latest day
    whose following months are over, on which all it learned from was already known. It sees the signals only:
    segment, plan and manager are as recorded now, and leavers keep their last.

    Args:
        book: the customers.
        signals: the dated signals.
        months: how many months follow, usually 3, 6 or 12.
        weights: of the rules it is compared with, see ``risk_scores``.
        limits: of the rules, see ``risk_scores``.

    Raises:
        InputError: there is nothing to learn from, or nothing later to judge by; the sentence says which.
    """
    if reason := why_not_learned(book, signals, months=months):
        raise InputError(reason)
    days = days_to_test(book, signals, months=months)
    earlier = _over_by(days, days[-1], months)
    judged = _accounts(book, signals, days[-1])
    rules = scored(judged, days[-1], weights=weights, limits=limits).get_column("score")
    left = _left(book, judged, days[-1], months)[rules.is_not_null().to_numpy()]
    by_rules = rules.drop_nulls().to_numpy()
    chances = _trained(book, signals, earlier, months).chances(features(judged.filter(rules.is_not_null()), days[-1]))
    gap, around = pairs_gap(chances, by_rules, left) or (0.0, None)
    own = pairs_right_range(chances, left)
    offered = around is not None and around.low > 0 and own is not None and own.low > 0.5
    today = _trained(book, signals, days, months)
    scores = _scores(book, signals, today)
    return Learned(
        months=months,
        trained_on=tuple(earlier),
        judged_on=days[-1],
        rules=_right(by_rules, left),
        learned=_right(chances, left),
        gap=gap,
        low=None if around is None else around.low,
        high=None if around is None else around.high,
        foreseen=float(chances.sum()),
        left=int(left.sum()),
        offered=offered,
        effects=_effects(today),
        scores=scores if offered else scores.clear(),
    )


def why_not_learned(book: Book, signals: Signals | None, *, months: int = 6) -> str | None:
    """Why nothing can be learned from this file, and what would be needed; None where something can be."""
    untested = why_untested(book, signals, months=months)
    if signals is None or untested:
        return untested
    days = days_to_test(book, signals, months=months)
    judged_on = days[-1]
    earlier = _over_by(days, judged_on, months)
    if not earlier:
        return (
            f"A learned score cannot be judged with this file over {months} months: it needs signals of a day at least "
            f"{months} months before {written(judged_on)} to learn from; it is judged on the months after that day."
        )
    learning = sum(int(_left(book, _accounts(book, signals, day), day, months).sum()) for day in earlier)
    judging = int(_left(book, _accounts(book, signals, judged_on), judged_on, months).sum())
    if min(learning, judging) < FEWEST:
        return (
            f"A learned score needs at least {FEWEST} customers who left to learn from and as many to be judged by; "
            f"there are {count(learning)} before {written(judged_on)} and {count(judging)} after it."
        )
    return None


def _over_by(days: Sequence[date], judged_on: date, months: int) -> list[date]:
    """The days whose following months were over on the day of the judgement."""
    return [day for day in days if closing_of(day, months) <= judged_on]


def _accounts(book: Book, signals: Signals, day: date) -> pl.DataFrame:
    """The customers of a past day that have a signal, in the order of their ids, so that no file order counts."""
    observed = observe(book.at(day), signals, listed=False).sort("customer_id")
    known = pl.any_horizontal(pl.exclude("logo", "customer_id", "reviews_blank").is_not_null())
    return observed.filter(known)


def _left(book: Book, accounts: pl.DataFrame, day: date, months: int) -> Flags:
    left: Flags = left_by(book, accounts.get_column("logo"), closing_of(day, months)).to_numpy()
    return left


def _trained(book: Book, signals: Signals, days: Sequence[date], months: int) -> Model:
    accounts = [(_accounts(book, signals, day), day) for day in days]
    return fit([(features(found, day), _left(book, found, day, months)) for found, day in accounts])


def _right(score: Numbers, left: Flags) -> float:
    right = auc(score, left)
    return float("nan") if right is None else right


def _effects(model: Model) -> pl.DataFrame:
    factors = [name.split("_", maxsplit=1)[0] for name in model.names]
    effects = pl.DataFrame({"feature": model.names, "factor": factors, "effect": model.effects})
    return effects.sort(pl.col("effect").abs(), descending=True)


def _scores(book: Book, signals: Signals, model: Model) -> pl.DataFrame:
    """Every customer's chance, and the factors that raise it above the average account's, in words."""
    observed = observe(book, signals)
    found = features(observed, book.as_of)
    parts = pl.DataFrame(model.parts(found), schema=list(model.names))
    added = {
        factor: parts.select(pl.sum_horizontal(name for name in model.names if name.startswith(factor))).to_series()
        for factor in FACTORS
    }
    raised = [
        pl.when(added[factor] > SPEAKS_AGAINST).then(pl.struct(part=-added[factor], said=said))
        for factor, said in phrases(book.as_of).items()
    ]
    most = pl.concat_list(raised).list.drop_nulls().list.sort().list.head(MOST)
    said = most.list.eval(pl.element().struct.field("said")).list.join(", ")
    reasons = pl.when(said != "").then(said).otherwise(pl.lit(NO_SIGN))
    return observed.select("customer_id", chance=pl.Series(model.chances(found)), reasons=reasons).sort(
        "chance", "customer_id", descending=[True, False]
    )
