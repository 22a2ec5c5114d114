"""How numbers and money are written, and the gross margin: chosen once in the sidebar, for every page."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.shell.links import from_link, into_link
from retention.number_styles import CURRENCIES, FORMATS, NumberStyle

MARGIN = "margin"
"""The gross margin in per cent, in the session and in the address."""


def choose_style() -> tuple[NumberStyle, float]:
    """The currency sign and the separators in use, and the gross margin between 0 and 1."""
    with st.popover("Money and numbers", width="stretch"):
        currency = CURRENCIES[_one("currency", "Currency sign", [sign.strip() for sign in CURRENCIES])]
        separators = list(FORMATS.values())[_one("numbers", "Numbers written", list(FORMATS))]
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
    return NumberStyle(currency, *separators), margin / 100


def _one(key: str, label: str, names: Sequence[str]) -> int:
    from_link(key, [0], len(names), lambda numbers: numbers[0])
    if st.session_state[key] not in range(len(names)):
        st.session_state[key] = 0
    picked: int = st.selectbox(label, list(range(len(names))), format_func=names.__getitem__, key=key,
                               persist_state="session")  # fmt: skip
    into_link(key, [picked], [0])
    return picked
