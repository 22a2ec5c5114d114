"""CSMs: how many the accounts need, what hiring costs, and what a closer ratio is assumed to buy."""

from __future__ import annotations

from dataclasses import dataclass

from pages.parts.plan.inputs import amount, beside, choice, heading, percent, side_by_side, switch, where, whole
from pages.parts.plan.money import Money
from pages.parts.plan.show import frame_of, say, table
from pages.parts.shell.session import View
from pages.parts.show.show import show_chart
from pages.parts.show.text import plain
from retention import charts, labels
from retention.errors import InputError
from retention.exhibits.plan import managers_sentence
from retention.metrics.managers import COVERAGE
from retention.planning.capacity import Coverage, RatioEffect, csms_needed, hiring_plan
from retention.planning.compose import lever_of_coverage
from retention.planning.goal import RoiPlan
from retention.planning.levers import Lever
from retention.planning.prefill import Accounts
from retention.pseudonyms import pseudonym

WAYS = ("Accounts per CSM", "ARR per CSM")
USUAL_ACCOUNTS, USUAL_ARR, USUAL_COST = 100, 1_720_000, 120_000
MOST_SHOWN = 12


@dataclass(frozen=True)
class Csms:
    """What was typed about managers."""

    coverages: list[Coverage]
    effect: RatioEffect | None
    yearly_cost: float
    quarters: int
    counts: bool


def ask_csms(accounts: Accounts, money: Money) -> Csms:
    """The wanted ratios by segment, the cost of a manager, and what a ratio is assumed to buy."""
    columns = side_by_side(2, 2, 2, 2)
    with columns[0]:
        by_arr = choice("csm.way", "Needed by", WAYS) == 1
    with columns[1]:
        cost = amount("csm.cost", "Cost of a CSM a year", standard=USUAL_COST, step=5_000) or 0.0
    with columns[2]:
        quarters = whole("csm.quarters", "Hired over, quarters", standard=4, least=1, most=20) or 4
    with columns[3]:
        counts = switch("csm.lever", "Count as a lever", standard=False,
                        note="Adds the gain assumed of the ratio, and the cost of the hires.")  # fmt: skip
    rows = accounts.by_segment.to_dicts()
    asked = [_ask(number, row, by_arr) for number, row in enumerate(rows)]
    with where(counts):
        effect = _ask_effect()
    return Csms([coverage for coverage in asked if coverage], effect, cost, quarters, counts)


def _ask(number: int, row: dict[str, object], by_arr: bool) -> Coverage | None:
    name, there = str(row["segment"]), int(str(row["accounts"]))
    said, first, second = side_by_side(2, 2, 2)
    with said:
        heading(f"**{plain(name)}**  \n{labels.count(there)} account{'s' * (there != 1)}")
    with first:
        counted = row["csms"] if isinstance(row["csms"], float) else None
        csms = amount(f"csm.{number}.now", "CSMs today", own=counted, step=1.0, may_be_unknown=True)
    with second:
        wanted = (
            amount(f"csm.{number}.arr", "ARR per CSM", standard=USUAL_ARR, step=50_000,
                   above_zero="a manager looks after some ARR")
            if by_arr
            else amount(f"csm.{number}.ratio", "Accounts per CSM", standard=COVERAGE.get(name, USUAL_ACCOUNTS), step=5,
                        above_zero="a manager looks after somebody")
        )  # fmt: skip
    arr = row["arr"] if isinstance(row["arr"], float) else None
    try:
        return Coverage(
            segment=name,
            accounts=there,
            csms=csms,
            arr=arr if by_arr else None,
            accounts_per_csm=None if by_arr else wanted,
            arr_per_csm=wanted if by_arr else None,
        )
    except InputError as refused:
        beside(str(refused))
        return None


def _ask_effect() -> RatioEffect | None:
    heading("What a closer ratio is assumed to buy, on a straight line between two ratios (1:75 to 1:50, 89% to 93%).")
    columns = side_by_side(2, 2, 2, 2)
    with columns[0]:
        ratio = amount("csm.from", "Accounts per CSM, from", standard=75, step=5)
    with columns[1]:
        rate = percent("csm.from.rate", "Retention there, %", standard=0.89)
    with columns[2]:
        better = amount("csm.to", "Accounts per CSM, to", standard=50, step=5)
    with columns[3]:
        better_rate = percent("csm.to.rate", "Retention assumed there, %", standard=0.93)
    try:
        return RatioEffect(ratio=ratio or 0, rate=rate, better_ratio=better or 0, better_rate=better_rate)
    except InputError as refused:
        beside(str(refused))
        return None


def levers_of_csms(csms: Csms, base: list[RoiPlan], ramp_months: int) -> list[Lever]:
    """The hires as levers, where they are to count."""
    if not csms.counts or csms.effect is None:
        return []
    wanted = {coverage.segment: coverage for coverage in csms.coverages if coverage.csms}
    return [
        lever_of_coverage(
            plan, wanted[plan.segment], csms.effect, yearly_cost=csms.yearly_cost, ramp_months=ramp_months
        )
        for plan in base
        if plan.segment in wanted
    ]


def show_csms(csms: Csms, accounts: Accounts, view: View, money: Money) -> None:
    """Needed by segment, hired by quarter, and who looks after how many today."""
    if not csms.coverages:
        return
    needed = csms_needed(csms.coverages)
    say(managers_sentence(needed), money.style)
    table(
        [
            {
                "Segment": row["segment"],
                "Accounts": labels.count(row["accounts"]),
                "CSMs today": labels.decimal(row["csms"], 1),
                "Accounts per CSM today": labels.decimal(row["accounts_per_csm"], 0),
                "Needed": labels.count(row["needed"]),
                "To hire": labels.decimal(row["to_hire"], 0),
                "Accounts per CSM then": labels.decimal(row["accounts_per_needed_csm"], 0),
            }
            for row in needed.iter_rows(named=True)
        ],
        alt="Managers needed by segment",
    )
    if not needed.get_column("csms").null_count():
        _show_hiring(csms, float(needed.get_column("csms").sum()), int(needed.get_column("to_hire").sum()), money)
    _show_load(accounts, view, money)


def _show_hiring(csms: Csms, have: float, hires: int, money: Money) -> None:
    if not hires:
        return
    table(
        [
            {
                "Quarter": str(row["quarter"]),
                "Hired": labels.count(row["hires"]),
                "CSMs at its end": labels.decimal(row["csms"], 1),
                "Added cost": labels.money_exact(row["added_cost"], money.style.currency),
                "Added so far": labels.money_exact(row["added_cost_to_date"], money.style.currency),
            }
            for row in hiring_plan(
                csms=have, to_hire=hires, quarters=csms.quarters, yearly_cost=csms.yearly_cost
            ).iter_rows(named=True)
        ],
        alt="Hiring by quarter, with its cost",
    )


def _show_load(accounts: Accounts, view: View, money: Money) -> None:
    if "csm" not in view.book.attributes:
        return
    rows = accounts.by_csm.head(MOST_SHOWN).iter_rows(named=True)
    show_chart(
        charts.bar_list(
            [
                {
                    "name": pseudonym("csm", row["csm"]) if view.hide_names and row["csm"] else row["csm"] or "Nobody",
                    "amount": row["accounts"],
                }
                for row in rows
            ],
            currency="",
            **frame_of(
                view,
                "Accounts each CSM has today",
                "Accounts by CSM, most first",
                int(accounts.by_csm["accounts"].sum()),
            ),
        ),
        key="csm.load",
    )
