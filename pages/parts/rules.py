"""The rules that change a count, as switches with their definitions."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import get_args, get_type_hints

import streamlit as st

from pages.parts.state import Loaded
from pages.parts.text import plain
from pages.parts.upload import take
from retention.book import Book
from retention.glossary import define
from retention.rules import Rules

SAID = {
    "paused": "Paused customers",
    "trials": "Trials",
    "past_due": "Customers behind with payment",
    "churn_date": "A customer left on the day",
}
CHOICES = {
    "active": "count as customers",
    "churn": "count as lost",
    "excluded": "are no customers until they pay",
    "ended": "service ended",
    "requested": "it was asked for",
}


def choose_rules(held: Loaded, book: Book) -> None:
    """One choice per rule; a change reads the file again under it."""
    hints = get_type_hints(Rules)
    chosen = {}
    for column, name in zip(st.columns(2) * 2, SAID, strict=True):
        value = asdict(book.rules)[name]
        options = list(get_args(hints[name]))
        chosen[name] = column.selectbox(
            SAID[name],
            options,
            index=options.index(value),
            format_func=CHOICES.__getitem__,
            key=f"rule.{name}.{value}",
            help=plain(define(f"rule_{name}").definition),
        )
    changed = replace(book.rules, **chosen)
    if changed != book.rules:
        take(replace(held, rules=changed))
        st.rerun()
