"""How numbers, money and days are written, and the gross margin: as the founder's country does."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.shell.links import from_link, into_link
from retention.number_styles import CURRENCIES, DATES, FORMATS, NumberStyle, of_country, sign_of_country

MARGIN = "margin"
"""The gross margin in per cent, in the session and in the address."""
CHOICES: dict[str, tuple[str, list[str]]] = {
    "currency": ("Currency sign", [sign.strip() for sign in CURRENCIES]),
    "numbers": ("Numbers written", list(FORMATS)),
    "dates": ("Days written", list(DATES)),
}
"""What is chosen: the key of its widget, what it asks, and the choices."""


def style_in_use(sign: str | None = None) -> NumberStyle:
    """The style that was chosen; until then the currency of the file, else of the browser's country, and its numbers.

    Args:
        sign: the currency of the file, where it says one.
    """
    standard = _standard(sign)
    for key, (_, names) in CHOICES.items():
        before = st.session_state.get(f"standard.{key}")
        if before is not None and before != standard[key] and st.session_state.get(key) == before:
            st.session_state[key] = standard[key]  # another file, in another currency
        from_link(key, [standard[key]], len(names), lambda numbers: numbers[0])
        if st.session_state[key] not in range(len(names)):
            st.session_state[key] = standard[key]
        st.session_state[f"standard.{key}"] = standard[key]
    currency, numbers, dates = (st.session_state[key] for key in CHOICES)
    return NumberStyle(CURRENCIES[currency], *list(FORMATS.values())[numbers], *list(DATES.values())[dates])


def _standard(sign: str | None) -> dict[str, int]:
    numbers, dates = of_country(st.context.locale)
    here = sign if sign in CURRENCIES else sign_of_country(st.context.locale)
    return {"currency": CURRENCIES.index(here), "numbers": numbers, "dates": dates}


def choose_style(sign: str | None = None) -> float:
    """The widgets of the style, and the gross margin between 0 and 1.

    Args:
        sign: the currency of the file, where it says one.
    """
    with st.popover("Money, numbers, dates", width="stretch"):
        for key, (label, names) in CHOICES.items():
            _one(key, label, names, _standard(sign)[key])
        st.caption("A sign only: amounts are never converted.")
        margin = st.number_input(
            "Gross margin, %",
            0.0,
            100.0,
            100.0,
            1.0,
            format="%.4g",
            key=MARGIN,
            bind="query-params",
            help="For every sum on customers; 100% counts revenue.",
        )
    return margin / 100


def _one(key: str, label: str, names: Sequence[str], standard: int) -> None:
    picked: int = st.selectbox(label, list(range(len(names))), format_func=names.__getitem__, key=key,
                               persist_state="session")  # fmt: skip
    into_link(key, [picked], [standard])
