"""The sums themselves: each asks for its inputs and gives its answer as words, cells and a curve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, choice, percent, side_by_side, whole
from pages.parts.plan.money import Money
from pages.parts.shell.session import View
from pages.parts.show.show import frame_of
from retention import charts, labels
from retention.charts import Chart
from retention.exhibits.plan.sentences import payback_in_months
from retention.planning.cohort_payback import cohort_payback, two_stage_curve
from retention.planning.compounding import compounded, yearly_of
from retention.planning.prefill import Start, monthly_revenue
from retention.planning.quota import quota_lines, quota_pace, share_gone
from retention.planning.revenue_curve import revenue_curve
from retention.planning.targets import expansion_needed, losses_allowed, monthly_churn
from retention.planning.unit_economics import constant_survival, margin_lines, unit_economics

HORIZON = 60
PERIODS = {"A month": 12, "A quarter": 4}


@dataclass(frozen=True)
class Known:
    """What the book brings to a sum."""

    view: View
    begin: Start
    money: Money

    @property
    def churn(self) -> float | None:
        """The monthly churn of today's yearly rate; None where the book has no rate."""
        return monthly_churn(self.money.current_rate) if self.begin.share.starting else None

    @property
    def arpa(self) -> float | None:
        """What a customer pays a month."""
        return monthly_revenue(self.begin)

    def frame(self, title: str, description: str) -> dict[str, Any]:
        """What a chart is told: not the book's own figures, so no as-of date and no number of customers."""
        return frame_of(self.view, title, description) | {"note": "A sum on the inputs above"}

    def amount(self, value: float | None) -> str:
        """An amount, exact."""
        return labels.money_exact(value, self.money.style.currency)


@dataclass(frozen=True)
class Answer:
    """What a sum says: a sentence, its cells, its curve, and what it assumes."""

    sentence: str
    cells: dict[str, str]
    chart: Chart | None
    assumes: str


Sum = Callable[[], Answer]


def ask_revenue_curve(known: Known) -> Sum:
    """Where steady monthly moves of revenue lead."""
    first, second, third, fourth = side_by_side(2, 2, 2, 2)
    with first:
        expansion = percent("rc.expansion", "Expansion a month, %", standard=0.02)
    with second:
        contraction = percent("rc.contraction", "Contraction a month, %", standard=0.005)
    with third:
        churn = percent(
            "rc.churn", "Churn a month, %", own=known.churn, standard=0.015 if known.churn is None else None
        )
    with fourth:
        months = whole("rc.months", "Months", standard=36, least=1, most=120) or 36

    def answer() -> Answer:
        curve = revenue_curve(expansion=expansion, contraction=contraction, churn=churn, months=months)
        last = curve.row(-1, named=True)
        nrr, grr = labels.percent(last["nrr"]), labels.percent(last["grr"])
        lines = curve.unpivot(index="month", variable_name="name", value_name="share").with_columns(
            pl.col("name").str.to_uppercase()
        )
        return Answer(
            f"After {months} months of this, NRR is {nrr} and GRR {grr}.",
            {"NRR at the end": nrr, "GRR at the end": grr},
            charts.share_lines(lines, **known.frame(f"NRR {nrr}, GRR {grr} after {months} months",
                                                    "Net and gross revenue retention by month")),
            "Every month is like the last.",
        )  # fmt: skip

    return answer


def ask_unit_economics(known: Known) -> Sum:
    """Whether a customer brings more than it costs to win."""
    arpa, margin, churn, cac = _customer(known, "ue")

    def answer() -> Answer:
        constant = unit_economics(arpa=arpa, gross_margin=margin, monthly_churn=churn, cac=cac)
        curves = {"Constant churn": constant_survival(churn, HORIZON)}
        own = cached.lifetime(known.view.book, mrr=arpa, gross_margin=margin, months=HORIZON)
        by_book = known.amount(own.value) if own and own.value is not None else labels.NOTHING
        ratio = labels.decimal(constant.ltv_to_cac, 2)
        return Answer(
            f"At constant churn a customer is worth {known.amount(constant.ltv)}, {ratio} times what it costs to win.",
            {
                "LTV, constant churn": known.amount(constant.ltv),
                f"LTV to {HORIZON} months, the book's own survival": by_book,
                "LTV:CAC": ratio,
                "CAC payback": f"{labels.decimal(constant.payback_months, 1)} months",
                "Lifetime, constant churn": f"{labels.decimal(constant.lifetime_months, 1)} months",
            },
            _net_lines(
                known,
                margin_lines(arpa=arpa, gross_margin=margin, cac=cac, curves=curves),
                f"Pays back after {labels.decimal(constant.payback_months, 1)} months if nobody leaves meanwhile",
                "One customer's margin to date less what it cost to win, by month, with constant churn",
            ),
            "Constant churn for ever in the first figure; new customers that leave as the book's did in the second.",
        )

    return answer


def ask_cohort_payback(known: Known) -> Sum:
    """When a cohort has earned back what it cost to win."""
    cac, arpa, margin, growth = side_by_side(2, 2, 2, 2)
    with cac:
        cost = amount("cp.cac", "CAC", standard=6_000, step=500, above_zero="nothing is to be paid back") or 0.0
    with arpa:
        pays = amount("cp.arpa", "ARPA a month", own=known.arpa, standard=None if known.arpa else 800, step=50) or 0.0
    with margin:
        share = percent("cp.margin", "Gross margin, %", standard=0.8, step=1.0)
    with growth:
        rise = percent("cp.growth", "Survivors' growth a month, %", standard=0.005)
    early, months, late = _stages("cp")
    billed = choice("cp.billed", "Billed", ("At the start of the month", "At its end"))

    def answer() -> Answer:
        curve = two_stage_curve(early_churn=early, early_months=months, late_churn=late, months=HORIZON)
        paid = cohort_payback(cac=cost, arpa=pays, gross_margin=share, monthly_growth=rise,
                              survival=curve.get_column("survival").to_list(),
                              billed="end" if billed else "start")  # fmt: skip
        lines = paid.by_month.select(
            pl.lit("Margin to date").alias("name"), "month", pl.col("margin_to_date").alias("net")
        )
        cost_line = lines.with_columns(name=pl.lit("Cost of winning one"), net=pl.lit(float(cost)))
        return Answer(
            payback_in_months(paid.months, horizon=HORIZON),
            {"Payback": f"month {labels.decimal(paid.months, 2)}",
             f"Left after {HORIZON} months": labels.percent(curve.item(-1, "survival"))},
            _net_lines(known, pl.concat([lines, cost_line]), payback_in_months(paid.months, horizon=HORIZON),
                       "Margin to date per customer won, by month, against the cost of winning one"),
            "Survivors pay the same and grow alike; within a month margin arrives evenly.",
        )  # fmt: skip

    return answer


def ask_targets(known: Known) -> Sum:
    """What must hold for a revenue target to be met."""
    first, second, third, fourth = side_by_side(2, 2, 2, 2)
    with first:
        target = percent("rt.target", "Target NRR a month, %", standard=1.02, most=200)
    with second:
        churn = percent(
            "rt.churn", "Churn a month, %", own=known.churn, standard=0.015 if known.churn is None else None
        )
    with third:
        contraction = percent("rt.contraction", "Contraction a month, %", standard=0.005)
    with fourth:
        expansion = percent("rt.expansion", "Expansion you expect, %", standard=0.03)

    def answer() -> Answer:
        needed = expansion_needed(target_nrr=target, churn=churn, contraction=contraction)
        allowed = losses_allowed(target_nrr=target, expansion=expansion)
        curve = revenue_curve(expansion=needed.expansion, contraction=contraction, churn=churn, months=12)
        lines = curve.unpivot(index="month", variable_name="name", value_name="share").with_columns(
            pl.col("name").str.to_uppercase()
        )
        said = f"It takes {labels.percent(needed.expansion, 2)} expansion a month"
        return Answer(
            f"{said}; with {labels.percent(expansion, 2)}, churn and contraction may come to "
            f"{labels.percent(allowed.losses, 2)} together.",
            {
                "Expansion needed a month": labels.percent(needed.expansion, 2),
                "Churn and contraction allowed a month": labels.percent(allowed.losses, 2),
                "NRR of such a year": labels.percent(needed.yearly_nrr),
                "GRR of such a year": labels.percent(needed.yearly_grr),
            },
            charts.share_lines(lines, **known.frame(said, "Net and gross revenue retention over a year that meets it")),
            "Twelve months alike.",
        )

    return answer


def ask_two_stages(known: Known) -> Sum:
    """High churn at first, low churn after."""
    early, months, late = _stages("ts")

    def answer() -> Answer:
        curve = two_stage_curve(early_churn=early, early_months=months, late_churn=late, months=36)
        at = {month: labels.percent(curve.item(month, "survival")) for month in (months, 12, 24, 36)}
        lines = curve.select(pl.lit("Still there").alias("name"), "month", pl.col("survival").alias("share"))
        return Answer(
            f"{at[12]} are left after 12 months.",
            {f"Left after {month} months": share for month, share in sorted(at.items())},
            charts.share_lines(lines, **known.frame(f"{at[12]} left after 12 months", "The share left by month")),
            "One churn for the first months, another for all later ones.",
        )

    return answer


def ask_quota(known: Known) -> Sum:
    """How far along a quota is, and whether that is fast enough."""
    first, second, third, fourth = side_by_side(2, 2, 2, 2)
    with first:
        quota = (
            amount("q.quota", "Quota", standard=1_000_000, step=50_000, above_zero="there is nothing to attain") or 0.0
        )
    with second:
        closed = amount("q.closed", "Closed so far", standard=400_000, step=50_000) or 0.0
    with third:
        length = whole("q.months", "Months in the period", standard=12, least=1, most=60) or 12
    with fourth:
        gone = whole("q.gone", "Months gone by", standard=6, least=1, most=60) or 1

    def answer() -> Answer:
        lines = quota_lines(quota=quota, closed=closed, months_gone=gone, months=length)
        stands = quota_pace(quota=quota, closed=closed, passed=share_gone(gone, length))
        return Answer(
            f"{labels.percent(stands.attainment)} attained at {labels.multiple(stands.pace)} the even pace; going on "
            f"like this it ends at {known.amount(stands.projected)}.",
            {
                "Attainment": labels.percent(stands.attainment),
                "Pace (1.0x is even)": labels.multiple(stands.pace),
                "Ends at": known.amount(stands.projected),
                "Still to close": known.amount(stands.still_to_close),
                "The rest must go": f"{labels.multiple(stands.needed_pace)} as fast",
            },
            _net_lines(known, lines.rename({"amount": "net"}), f"Ends at {known.amount(stands.projected)}",
                       "Closed by month if it goes on like this, beside an even pace"),
            "The rest of the period goes as the first part did.",
        )  # fmt: skip

    return answer


def ask_compounding(known: Known) -> Sum:
    """What a short period's rate comes to over a year."""
    first, second = side_by_side(2, 2)
    with first:
        rate = percent("co.rate", "Kept in a period, %", standard=0.97)
    with second:
        period = choice("co.period", "The period", list(PERIODS))

    def answer() -> Answer:
        times = list(PERIODS.values())[period]
        year = labels.percent(yearly_of(rate, periods_a_year=times))
        lines = compounded(rate, periods_a_year=times).unpivot(
            index="month", variable_name="name", value_name="share"
        ).with_columns(pl.col("name").replace({"left": "Compounded", "added_up": "Losses added up"}))  # fmt: skip
        return Answer(
            f"{labels.percent(rate)} a period is {year} a year.",
            {"Kept in a year": year},
            charts.share_lines(
                lines, **known.frame(f"{year} a year", "The share left by month, compounded and added up")
            ),
            "Every period is like the last.",
        )

    return answer


def _customer(known: Known, key: str) -> tuple[float, float, float, float]:
    """What a customer pays, its margin, how fast customers leave, and what one costs to win."""
    first, third, fourth = side_by_side(2, 2, 2)
    with first:
        arpa = (
            amount(f"{key}.arpa", "ARPA a month", own=known.arpa, standard=None if known.arpa else 800, step=50) or 0.0
        )
    with third:
        churn = percent(
            f"{key}.churn", "Churn a month, %", own=known.churn, standard=0.02 if known.churn is None else None
        )
    with fourth:
        cac = amount(f"{key}.cac", "CAC", standard=6_000, step=500) or 0.0
    return arpa, known.view.gross_margin, churn, cac


def _stages(key: str) -> tuple[float, int, float]:
    first, second, third = side_by_side(2, 2, 2)
    with first:
        early = percent(f"{key}.early", "Churn a month at first, %", standard=0.06)
    with second:
        months = whole(f"{key}.months", "For so many months", standard=3, least=0, most=36) or 0
    with third:
        late = percent(f"{key}.late", "Churn a month after, %", standard=0.01)
    return early, months, late


def _net_lines(known: Known, lines: pl.DataFrame, title: str, description: str) -> Chart:
    return charts.scenario_lines(
        lines.rename({"name": "scenario"}), currency=known.money.style.currency, **known.frame(title, description)
    )
