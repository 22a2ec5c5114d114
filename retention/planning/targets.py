"""What must hold for a target of revenue retention to be met, this month and over a year?"""

from __future__ import annotations

from dataclasses import dataclass

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_rate


@dataclass(frozen=True)
class RetentionTarget:
    """A month's moves that meet a target, and the year they make.

    Attributes:
        nrr: net revenue retention in a month.
        grr: gross revenue retention in a month.
        expansion: expansion in a month.
        losses: churn and contraction in a month together.
        yearly_nrr: the month's, compounded over twelve.
        yearly_grr: likewise.
    """

    nrr: float
    grr: float
    expansion: float
    losses: float

    @property
    def yearly_nrr(self) -> float:
        """Net revenue retention of a year of such months."""
        return float(self.nrr**12)

    @property
    def yearly_grr(self) -> float:
        """Gross revenue retention of a year of such months."""
        return float(self.grr**12)


def expansion_needed(*, target_nrr: float, churn: float, contraction: float) -> RetentionTarget:
    """The monthly expansion that meets a monthly net target: target - 1 + churn + contraction, at least 0.

    The usual mistake is to divide a yearly target by twelve: take its twelfth root (``monthly``).
    """
    check_amount("target_nrr", target_nrr)
    check_rate("churn", churn)
    check_rate("contraction", contraction)
    losses = _losses(churn, contraction)
    expansion = max(target_nrr - 1 + losses, 0.0)
    return RetentionTarget(nrr=1 + expansion - losses, grr=1 - losses, expansion=expansion, losses=losses)


def losses_allowed(*, target_nrr: float, expansion: float) -> RetentionTarget:
    """The monthly churn and contraction together that a monthly net target leaves room for.

    Raises:
        InputError: if the expansion would not meet the target even with nothing lost.
    """
    check_amount("target_nrr", target_nrr)
    check_rate("expansion", expansion)
    losses = 1 + expansion - target_nrr
    if losses < -1e-12:
        raise InputError(
            f"target_nrr is {target_nrr:.1%}: with {expansion:.1%} expansion it cannot be met even if nothing is lost."
        )
    losses = min(max(losses, 0.0), 1.0)
    return RetentionTarget(nrr=1 + expansion - losses, grr=1 - losses, expansion=expansion, losses=losses)


def monthly(yearly_rate: float) -> float:
    """The monthly rate that compounds to a yearly one: its twelfth root."""
    check_amount("yearly_rate", yearly_rate)
    return float(yearly_rate ** (1 / 12))


def monthly_churn(yearly_rate: float) -> float:
    """The monthly churn that leaves a yearly rate after twelve months: 1 less its twelfth root."""
    check_rate("yearly_rate", yearly_rate)
    return 1 - monthly(yearly_rate)


def _losses(churn: float, contraction: float) -> float:
    losses = churn + contraction
    if losses > 1:
        raise InputError(f"churn and contraction lose {losses:.0%} a month; no more than 100% can be lost.")
    return losses
