"""What do so many more managers change? The customers each looks after, and the points that is assumed to bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from retention.planning.inputs import check_amount

A_THIRD: Final = 1 / 3
THIRD_BRINGS: Final = 0.04
"""From 1:75 to 1:50 a load is a third lower; one published example assumes 89% to 93% of it, without a sample."""


@dataclass(frozen=True, kw_only=True)
class Hires:
    """So many more managers for so many customers.

    Attributes:
        customers: whom all of them look after.
        managers: how many there are today; None where that is not known.
        hires: how many more.
        third_brings: yearly retention that a load one third lower is assumed to bring: 0.04 is four points.
    """

    customers: float
    managers: float | None
    hires: float
    third_brings: float = THIRD_BRINGS

    def __post_init__(self) -> None:
        check_amount("customers", self.customers, above_zero="a manager looks after somebody")
        check_amount("managers", self.managers or 0)
        check_amount("hires", self.hires)
        check_amount("third_brings", self.third_brings)

    @property
    def load_today(self) -> float | None:
        """Customers to a manager today; None where nobody looks after them, or that is not known."""
        return self.customers / self.managers if self.managers else None

    @property
    def load_then(self) -> float | None:
        """Customers to a manager with the hires."""
        together = (self.managers or 0) + self.hires
        return self.customers / together if self.managers is not None and together else None

    @property
    def points(self) -> float | None:
        """The yearly retention the lower load is assumed to bring, in proportion to how much lower it is."""
        if self.load_today is None or self.load_then is None:
            return None
        return self.third_brings * (1 - self.load_then / self.load_today) / A_THIRD
