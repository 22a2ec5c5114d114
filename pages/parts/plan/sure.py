"""How sure: doubtful inputs with a low and a high, what matters most, and the chance that the plan pays back."""

from __future__ import annotations

import streamlit as st

from pages.parts.plan import cached
from pages.parts.plan.inputs import amount, beside, choices, heading, percent, side_by_side
from pages.parts.plan.show import Planned, frame_of, say, small, table, warn
from pages.parts.show.show import show_chart
from pages.parts.show.text import plain
from retention import charts, labels
from retention.benchmarks import claimed_improvement
from retention.errors import InputError
from retention.exhibits.plan import (
    OUTPUT_NAMES,
    chance_sentence,
    chance_title,
    doubt_name,
    input_cell,
    output_cell,
    plausibility_sentences,
)
from retention.planning.compose import as_one
from retention.planning.input_range import RATES, Doubt, usual_doubts
from retention.planning.plausible import plausibility
from retention.planning.roi import Roi
from retention.planning.uncertainty import Spread, tornado

FIRST = ("target_rate", "arr_per_logo", "investment")
"""What is doubtful until you say otherwise."""


def warnings_of(planned: Planned) -> list[str]:
    """What speaks against the assumed gain."""
    together = as_one(planned.scenario.plans)
    claimed = claimed_improvement(cached.published_figures())
    return plausibility_sentences(plausibility(together, claimed=claimed), together.logos)


def ask_doubts(planned: Planned) -> list[Spread]:
    """Which inputs are doubtful, with the lowest and the highest each may be."""
    offered = usual_doubts(planned.scenario.plans)
    usual = [number for number, doubt in enumerate(offered) if doubt.field in FIRST]
    chosen = choices("doubts", "Unsure of", [doubt_name(doubt) for doubt in offered], standard=usual)
    asked = [_ask(offered[number], planned) for number in sorted(chosen)]
    return [spread for spread in asked if spread is not None]


def _ask(doubt: Doubt, planned: Planned) -> Spread | None:
    key = doubt.field if doubt.segment is None else f"{doubt.field}.{planned.place(doubt.segment)}"
    name, low, high = side_by_side(4, 2, 2, align="bottom")
    likely = input_cell(doubt.field, doubt.likely, planned.style.currency)
    with name:
        heading(plain(planned.style.text(f"{doubt_name(doubt)}: likely {likely}")))
    with low:
        lowest = _end(f"low.{key}", "Low", doubt, doubt.low)
    with high:
        highest = _end(f"high.{key}", "High", doubt, doubt.high)
    try:
        return doubt.between(lowest, highest)
    except InputError as refused:
        with name:
            beside(str(refused))
        return None


def _end(key: str, label: str, doubt: Doubt, usual: float) -> float:
    if doubt.field in RATES:
        return percent(key, f"{label}, %", own=usual)
    return amount(key, label, own=usual, step=1) or 0.0


def show_doubts(planned: Planned, roi: Roi, spreads: list[Spread]) -> None:
    """The chance of paying back, a band on every output, and what matters most."""
    for sentence in warnings_of(planned):
        warn(sentence, planned.style)
    plans, shared = planned.scenario.plans, planned.scenario.shared_investment
    try:
        bands = cached.bands(plans, tuple(spreads), shared_investment=shared)
    except InputError as refused:
        st.error(plain(str(refused)))
        return
    currency = planned.style.currency
    say(chance_sentence(bands, years=planned.years, currency=currency), planned.style)
    likely = roi.by_month.select("month", "net_to_date").rename({"net_to_date": "net"})
    show_chart(
        charts.scenario_lines(
            [row | {"scenario": "As planned"} for row in likely.join(bands.by_month, on="month").to_dicts()],
            currency=currency,
            **frame_of(
                planned.view,
                chance_title(bands, years=planned.years),
                "Net to date by month as planned, with the range that holds eight in ten of the draws",
                planned.customers,
            ),
        ),
        key="sure.lines",
    )
    table(
        [
            {
                "Assumed": OUTPUT_NAMES[row["output"]],
                "As planned": output_cell(row["output"], row["likely"], currency),
                **{
                    name.capitalize(): output_cell(row["output"], row[name], currency)
                    for name in ("low", "median", "high")
                },
            }
            for row in bands.outputs.iter_rows(named=True)
        ],
        alt="Every output as planned, with the range that holds eight in ten of the draws",
    )
    small(
        f"{bands.draws:,} draws with a seed, so the same inputs give the same bands: each doubtful input from the "
        "triangle of its low, likely and high value, and the customers of every segment and month at random. A payback "
        "beyond the horizon is shown as nothing.",
        planned.style,
    )
    _show_tornado(planned, roi, spreads)


def _show_tornado(planned: Planned, roi: Roi, spreads: list[Spread]) -> None:
    if not spreads:
        return
    currency, plans = planned.style.currency, planned.scenario.plans
    swings = tornado(plans, spreads, shared_investment=planned.scenario.shared_investment)
    rows = [
        row | {"name": f"{doubt_name(row)}, {input_cell(row['field'], row['low'], currency)} to "
                       f"{input_cell(row['field'], row['high'], currency)}"}
        for row in swings.to_dicts()
    ]  # fmt: skip
    show_chart(
        charts.tornado(
            rows,
            likely=roi.npv,
            currency=currency,
            **frame_of(
                planned.view,
                f"{labels.one_line(doubt_name(rows[0]))} matters most",
                "Net present value with each doubtful input at its low and at its high, the others as planned",
                planned.customers,
            ),
        ),
        key="sure.tornado",
    )
