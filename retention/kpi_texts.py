"""What a KPI card says about a figure beside its definition: why it matters, how it is read, when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True)
class KpiText:
    """The words of one card; name, definition and formula are those of the glossary's term with the same key.

    Attributes:
        why: why it matters.
        reading: how to read it.
        series_a: what it is for at Series A; likewise the other stages.
        series_b: at Series B.
        series_c: at Series C.
        public: in a public company.
        owner: who usually answers for it.
        related: keys of the glossary that are read beside it.
    """

    why: str
    reading: str
    series_a: str
    series_b: str
    series_c: str
    public: str
    owner: str
    related: tuple[str, ...]

    @property
    def stages(self) -> Mapping[str, str]:
        """What it is for at each stage of a company."""
        named = {"Series A": self.series_a, "Series B": self.series_b, "Series C": self.series_c}
        return named | {"Public": self.public}


KPI_TEXTS: Final[Mapping[str, KpiText]] = MappingProxyType(
    {
        "logo_retention": KpiText(
            "It says whether customers want the product again, before price rises and upgrades can cover it up.",
            "Higher is better. Every customer weighs the same: many small ones can pull it down while revenue holds. "
            "Read it by segment and beside GRR. A change inside the 95% range is no change yet.",
            "Few customers, wide range: read the names behind it rather than the rate.",
            "The figure boards ask for first; by segment and by cohort it shows where the product fits.",
            "Held against a benchmark of the same mix, and expected to be steady from quarter to quarter.",
            "Rarely reported alone; analysts infer it from customer counts, so its definition must not change.",
            "Head of customer success",
            ("logo_churn", "churned", "grr", "cohort_retention"),
        ),
        "logo_churn": KpiText(
            "It is the size of the hole that sales has to fill before the company grows at all.",
            "Lower is better. Losing 3% a month is losing 30.6% a year: compare only figures of the same length.",
            "A handful of departures moves it by points: say how many customers it is.",
            "Split it by reason: what could have been kept, and what could not.",
            "It bounds growth: the share of new customers that only replaces those who left.",
            "It feeds the forecast of new business that is needed to meet guidance.",
            "Head of customer success",
            ("logo_retention", "churned", "churn_kinds", "annualised"),
        ),
        "churned": KpiText(
            "A count has names: each one can be called, explained and sometimes won back.",
            "Read it with the customers at the opening: the same count is worse in a smaller book. Who left and came "
            "back inside the window is not in it.",
            "Every one of them is worth a call by a founder.",
            "Enough of them to see patterns by reason, segment and age.",
            "Watched by segment and by manager; the list becomes a work list for winning back.",
            "Disclosed through customer counts, if at all.",
            "Head of customer success",
            ("logo_churn", "reactivated", "walk", "churn_kinds"),
        ),
        "grr": KpiText(
            "It says how much of today's revenue stays if nobody buys more: the floor under a forecast.",
            "Higher is better, and never above 100%. Below logo retention, the larger customers leave or shrink; above "
            "it, the small ones leave.",
            "Often rests on a few accounts: say how much the largest ones hold.",
            "Shows whether revenue is durable before sales spending is raised.",
            "A core figure of diligence, by segment and by cohort.",
            "Reported or inferred; a fall of a point or two is asked about.",
            "Chief financial officer, with customer success",
            ("nrr", "logo_retention", "revenue_walk", "revenue_cohort"),
        ),
        "nrr": KpiText(
            "Above 100%, the customers you have make the company grow before anything new is sold.",
            "Read it beside GRR: a high figure can rest on a few accounts that grew while many left. Who joined inside "
            "the window is not in it.",
            "Early upgrades make it high and unsteady: show the accounts behind it.",
            "Shows whether customers grow into the product, and what account management is worth.",
            "The figure valuations lean on; held against benchmarks of the same contract size.",
            "Usually reported each quarter; the definition is stated and kept.",
            "Chief revenue officer",
            ("grr", "revenue_walk", "revenue_cohort", "logo_against_revenue"),
        ),
    }
)
"""The cards by the key of their term in the glossary."""
