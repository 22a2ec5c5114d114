"""How many customer success managers does it take, and what does hiring them cost by quarter?"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from retention.errors import InputError
from retention.planning.inputs import check_amount, check_whole


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What a segment's managers look after, and what each should.

    Attributes:
        segment: as printed.
        accounts: customers of the segment.
        csms: managers it has today; None where that is not known.
        accounts_per_csm: how many one manager should have; or
        arr_per_csm: how much ARR one manager should have. Exactly one of the two.
        arr: ARR of the segment; needed for arr_per_csm.
    """

    segment: str
    accounts: int
    csms: float | None = 0.0
    accounts_per_csm: float | None = None
    arr_per_csm: float | None = None
    arr: float | None = None

    def __post_init__(self) -> None:
        check_amount("accounts", self.accounts)
        if self.csms is not None:
            check_amount("csms", self.csms)
        if (self.accounts_per_csm is None) == (self.arr_per_csm is None):
            raise InputError("accounts_per_csm or arr_per_csm: give one of the two.")
        if self.accounts_per_csm is not None:
            check_amount("accounts_per_csm", self.accounts_per_csm, above_zero="a manager looks after somebody")
        if self.arr_per_csm is not None:
            check_amount("arr_per_csm", self.arr_per_csm, above_zero="a manager looks after some ARR")
            check_amount("arr", self.arr if self.arr is not None else math.nan)

    @property
    def needed(self) -> int:
        """Managers needed, rounded up."""
        if self.accounts_per_csm is not None:
            return math.ceil(self.accounts / self.accounts_per_csm - 1e-9)
        return math.ceil((self.arr or 0.0) / (self.arr_per_csm or 1.0) - 1e-9)


def csms_needed(coverages: Sequence[Coverage]) -> pl.DataFrame:
    """Managers needed by segment, rounded up in each.

    Returns:
        One row per segment: segment, accounts, csms, accounts_per_csm (today's load; null without managers),
        needed, to_hire (csms, and so to_hire, null where today's managers are not known), accounts_per_needed_csm.
    """
    return pl.DataFrame(
        [(c.segment, c.accounts, c.csms, c.needed) for c in coverages],
        schema={"segment": pl.String, "accounts": pl.Int64, "csms": pl.Float64, "needed": pl.Int64},
        orient="row",
    ).select(
        "segment",
        "accounts",
        "csms",
        pl.when(pl.col("csms") > 0).then(pl.col("accounts") / pl.col("csms")).alias("accounts_per_csm"),
        "needed",
        (pl.col("needed") - pl.col("csms")).clip(lower_bound=0).ceil().cast(pl.Int64).alias("to_hire"),
        pl.when(pl.col("needed") > 0).then(pl.col("accounts") / pl.col("needed")).alias("accounts_per_needed_csm"),
    )


def hiring_plan(*, csms: float, to_hire: int, quarters: int, yearly_cost: float) -> pl.DataFrame:
    """Hiring spread over quarters, earlier ones first where it does not divide; each is paid from the quarter's start.

    Returns:
        One row per quarter: quarter, hires, csms (at its end), added_cost (of those hired so far, that quarter),
        added_cost_to_date.
    """
    check_amount("csms", csms)
    check_whole("to_hire", to_hire, 0, 10_000)
    check_whole("quarters", quarters, 1, 20)
    check_amount("yearly_cost", yearly_cost)
    each, left_over = divmod(to_hire, quarters)
    hires = [each + (quarter < left_over) for quarter in range(quarters)]
    hired = pl.col("hires").cum_sum()
    return pl.DataFrame(
        {"quarter": range(1, quarters + 1), "hires": hires}, schema={"quarter": pl.Int64, "hires": pl.Int64}
    ).with_columns(
        csms=csms + hired,
        added_cost=hired * (yearly_cost / 4),
        added_cost_to_date=(hired * (yearly_cost / 4)).cum_sum(),
    )
