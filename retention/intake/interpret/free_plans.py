"""Plans that nobody pays for, by the words of the plan: on a trial nobody is a customer yet; on a free one is asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from retention.errors import Choice, Question
from retention.intake.columns.kind_columns import PLAN
from retention.intake.columns.names import cleaned
from retention.intake.columns.recognise import Roles
from retention.intake.columns.registry import named
from retention.intake.interpret.rows_in_progress import RowsInProgress, Rule
from retention.intake.questions import ask
from retention.intake.table import Table
from retention.intake.values.amounts import read_amounts
from retention.intake.values.statuses import folded
from retention.rules import Rules

FREE_PLAN = Question(
    "free_plan",
    "{count} [row is|rows are] on “{plan}”, by “{column}”. Is somebody who is on it a customer?",
    (
        Choice("never", "No: a customer is one who pays. These rows are set aside"),
        Choice("customer", "Yes: these rows count like the others"),
    ),
)
_TRIAL = re.compile(
    r"\b(trial|trialing|testphase|testzeitraum|testversion|testabo|probe(abo|monat|phase|zeit|tarif)?|essai|prueba"
    r"|teste gratis|(em|periodo de) teste|(in|periodo di) prova|prova gratuita|proef(periode|abonnement)?|evaluation"
    r"|poc)\b"
)
_FREE = re.compile(
    r"(plan )?(free|freemium|gratis|kostenlos(er|es)?|gratuit[aeo]?|zdarma|darmowy|ilmainen)( (plan|tier|forever"
    r"|version|account|user|edition|tarif|basic|starter|forfait|versie))?|forever free|free .{0,14}|basic free"
    r"|(0|zero) (eur|usd|euro)"
)


@dataclass(frozen=True)
class UnpaidPlans:
    """The rows on a plan that makes no customer, as expressions on rows that hold ``at``.

    Attributes:
        header: the column of plans.
        trial: the rows on trial; none where the rule counts trials.
        free: the rows on a free plan; none where it was answered that they are customers.
    """

    header: str
    trial: pl.Expr
    free: pl.Expr

    @property
    def rows(self) -> pl.Expr:
        """All of these rows."""
        return self.trial | self.free


def unpaid_plans(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules,
    *, header: str | None = None,
) -> UnpaidPlans | None:  # fmt: skip
    """The rows on a trial plan, or on a free one where a free plan makes no customer, which is asked.

    A row that pays something is neither; where every plan is free or a trial its words say nothing.

    Args:
        progress: rows with ``at`` and ``customer_id``; takes the question.
        table: the rows of the file.
        roles: the part each column plays.
        answers: question key -> choice.
        rules: whether trials count.
        header: the column of plans, where it is not the one known as such.
    """
    header = header or roles.columns.get("plan") or next((h for h in table.headers if PLAN.search(cleaned(h))), None)
    if header is None or table.distinct(header) > _MOST_PLANS:
        return None
    plans = table.text(header)
    words = {text: folded(text) for text in plans.drop_nulls().unique(maintain_order=True)}
    trials = [text for text, word in words.items() if _TRIAL.search(word)]
    free = [text for text, word in words.items() if text not in trials and _FREE.fullmatch(word)]
    if (not trials and not free) or len(trials) + len(free) == len(words):
        return None
    unpaid = ~_pays(table, roles)
    on_trial, on_free = (_rows(plans.is_in(some).fill_null(value=False) & unpaid) for some in (trials, free))
    count = progress.rows.filter(on_free).height
    if count and FREE_PLAN.key not in answers:
        evidence = progress.evidence(on_free, header, "customer_id")
        progress.questions.append(ask(FREE_PLAN, evidence, count=count, plan=free[0], column=header))
    nobody = pl.lit(value=False)
    return UnpaidPlans(
        header,
        on_trial if rules.trials == "excluded" else nobody,
        nobody if answers.get(FREE_PLAN.key) == "customer" else on_free,
    )


_MOST_PLANS = 500


def leave_out_free_plans(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules
) -> None:
    """Rows on a trial plan are set aside by the rule on trials, those on a free one as is answered; see above."""
    if (plans := unpaid_plans(progress, table, roles, answers, rules)) is not None:
        progress.apply(
            [
                Rule(plans.trial, "trial", plans.header, "customer_id"),
                Rule(plans.free, "free_plan", plans.header, "customer_id"),
            ]
        )


def count_no_unpaid_plans(
    progress: RowsInProgress, table: Table, roles: Roles, answers: Mapping[str, str], rules: Rules
) -> None:
    """Rows of lists made again and again, or of a history, say that nobody is a customer while on an unpaid plan.

    Args:
        progress: rows with ``at``, ``customer_id`` and ``counts``.
        table: the rows of the file.
        roles: the part each column plays.
        answers: question key -> choice.
        rules: whether trials count.
    """
    if (plans := unpaid_plans(progress, table, roles, answers, rules)) is not None:
        progress.rows = progress.rows.with_columns(counts=pl.col("counts") & ~plans.rows)
        progress.apply(
            [
                Rule(plans.trial, "trial_then", plans.header, "customer_id", "accepted"),
                Rule(plans.free, "free_then", plans.header, "customer_id", "accepted"),
            ]
        )


def _rows(where: pl.Series) -> pl.Expr:
    return pl.col("at").is_in(where.arg_true().implode())


def _pays(table: Table, roles: Roles) -> pl.Series:
    """Which rows hold an amount above zero."""
    pays = pl.repeat(value=False, n=table.height, eager=True)
    for part in named("recurring", "amount"):
        if part in roles.columns:
            pays = pays | (read_amounts(table.column(roles.columns[part])).values > 0).fill_null(value=False)
    return pays
