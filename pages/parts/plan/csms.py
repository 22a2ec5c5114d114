"""What managers change: how many customers each looks after, and how many the accounts need."""

from __future__ import annotations

from dataclasses import dataclass

from pages.parts.plan.inputs import amount, beside, choice, heading, percent, remark, side_by_side, whole
from pages.parts.plan.money import Money
from pages.parts.plan.show import show_whole, small, table
from pages.parts.shell.session import View
from pages.parts.show.exhibit import seen
from pages.parts.show.show import frame_of, show_chart
from pages.parts.show.text import plain
from retention import charts, exhibits, labels
from retention.errors import InputError
from retention.metrics.managers import COVERAGE
from retention.planning.capacity import Coverage, hiring_plan
from retention.planning.hires import THIRD_BRINGS, Hires
from retention.planning.plain import plain_of
from retention.planning.prefill import Accounts
from retention.pseudonyms import pseudonym

WAYS = ("Accounts to a CSM", "ARR to a CSM")
USUAL_ACCOUNTS, USUAL_ARR = 100, 1_720_000
MOST_SHOWN = 12


def ask_load(accounts: Accounts, money: Money, hires: float) -> Hires | None:
    """How many managers there are today, and what a lower load is assumed to bring."""
    first, second, third = side_by_side(2, 2, 2)
    with first:
        customers = amount("load.customers", "Customers they look after", own=accounts.customers or money.logos, step=1)
    with second:
        managers = amount("load.now", "Managers today", own=accounts.managers, step=1.0, may_be_unknown=True)
    with third:
        brings = percent("load.third", "A load one third lower brings, points", standard=THIRD_BRINGS, step=0.5,
                         note="Yours to assume. One published example: 1:75 to 1:50, 89% to 93%.")  # fmt: skip
    try:
        return Hires(customers=customers or 0, managers=managers, hires=hires, third_brings=brings)
    except InputError as refused:
        beside(str(refused))
        return None


def show_load(load: Hires | None, accounts: Accounts, view: View) -> None:
    """The load today and with the hires."""
    if load is not None:
        on = view.end if load.customers == accounts.customers else None
        show_whole(seen(exhibits.load_of_managers, view.book, **vars(load), on=on), key="load")


@dataclass(frozen=True)
class Wanted:
    """The ratios wanted, by segment, and over how many quarters managers are hired for them."""

    coverages: list[Coverage]
    quarters: int


def ask_coverage(accounts: Accounts, view: View) -> Wanted:
    """The ratios wanted, by segment."""
    if accounts.customers:
        remark(view.style.text(f"Accounts are those of {labels.day(view.end)}, the close of the window."))
    first, second = side_by_side(2, 2)
    with first:
        by_arr = choice("csm.way", "Needed by", WAYS) == 1
    with second:
        quarters = whole("csm.quarters", "Hired over, quarters", standard=4, least=1, most=20) or 4
    asked = [_ask(number, row, by_arr) for number, row in enumerate(accounts.by_segment.to_dicts())]
    return Wanted([coverage for coverage in asked if coverage], quarters)


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
            amount(f"csm.{number}.arr", "ARR to a CSM", standard=USUAL_ARR, step=50_000,
                   above_zero="a manager looks after some ARR")
            if by_arr
            else amount(f"csm.{number}.ratio", "Accounts to a CSM", standard=COVERAGE.get(name, USUAL_ACCOUNTS), step=5,
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


def show_coverage(wanted: Wanted, accounts: Accounts, view: View, *, yearly_cost: float) -> None:
    """Needed by segment, hired by quarter, and who looks after how many today."""
    if not wanted.coverages:
        return
    shown = seen(exhibits.managers_needed, view.book, coverages=[plain_of(coverage) for coverage in wanted.coverages])
    show_whole(shown, key="needed")
    needed = shown.table
    if not needed.get_column("csms").null_count():
        hires = int(needed.get_column("to_hire").sum())
        _show_hiring(float(needed.get_column("csms").sum()), hires, wanted.quarters, yearly_cost, view)
    _show_load(accounts, view)


def _show_hiring(have: float, hires: int, quarters: int, yearly_cost: float, view: View) -> None:
    if not hires:
        return
    table(
        [
            {
                "Quarter": str(row["quarter"]),
                "Hired": labels.count(row["hires"]),
                "CSMs at its end": labels.decimal(row["csms"], 1),
                "Added cost": labels.money_exact(row["added_cost"], view.style.currency),
                "Added so far": labels.money_exact(row["added_cost_to_date"], view.style.currency),
            }
            for row in hiring_plan(csms=have, to_hire=hires, quarters=quarters, yearly_cost=yearly_cost).iter_rows(
                named=True
            )
        ],
        alt="Hiring by quarter, with its cost",
    )
    small("To count them in the plan, choose so many managers at the top.", view.style)


def _show_load(accounts: Accounts, view: View) -> None:
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
            **frame_of(view, "Accounts each CSM has today", "Accounts by CSM, most first", accounts.customers),
        ),
        key="csm.load",
    )
