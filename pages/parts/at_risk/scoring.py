"""How accounts are scored on At risk: the signals in use, the weights and the limits."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, TypedDict

from retention.risk.factors import Limits, Weights
from retention.risk.signals import Signals


def _moved(own: Weights | Limits, standard: Weights | Limits) -> dict[str, Any]:
    """What is not as by default."""
    usual = asdict(standard)
    return {name: value for name, value in asdict(own).items() if value != usual[name]}


class Given(TypedDict):
    """How accounts are scored, as the exhibits of the score take it."""

    weights: dict[str, float] | None
    limits: dict[str, Any] | None
    signals: Signals | None


@dataclass(frozen=True, eq=False)
class Scoring:
    """How accounts are scored: the signals file in use, if any, and the weights and limits.

    Attributes:
        signals: the dated signals; None where there is no such file.
        file: the hash of the file they were read from and of what was answered about it.
        weights: what each factor counts.
        limits: where green ends, red begins and the bands begin.
    """

    signals: Signals | None
    file: str
    weights: Weights
    limits: Limits

    @property
    def given(self) -> Given:
        """What the exhibits of the score are called with: the standard weights and limits are not named."""
        return {
            "weights": {name: round(weight, 9) for name, weight in _moved(self.weights, Weights()).items()} or None,
            "limits": _moved(self.limits, Limits()) or None,
            "signals": self.signals,
        }

    @property
    def key(self) -> str:
        """Everything a score hangs on beside the book."""
        return f"{self.file} {self.weights} {self.limits}"
