"""What "three things to look at" says: each finding in one sentence, with the looks that were taken."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from retention import labels
from retention.metrics.anomalies import Finding


def finding_sentence(found: Finding, *, heading: Callable[[str], str], name_of: Callable[[str, object], str]) -> str:
    """One thing to look at, with its counts, what it is held to, and how many looks were taken."""
    if found.kind == "customer":
        return (
            f"{name_of('customer_id', found.value)} alone is {labels.percent(found.part, 0)} of the ARR that was lost."
        )
    if found.kind == "group":
        return (
            f"{name_of(found.by, found.value)}: {found.now.starting - found.now.retained:,} accounts of one parent "
            f"left, {labels.percent(found.part, 0)} of all losses."
        )
    if found.kind == "cohort":
        first = labels.month(found.value) if isinstance(found.value, date) else labels.value_name(found.value)
        head, held = f"The cohort from {first}, at {found.age} months", "the four cohorts before it"
    else:
        head, held = f"{heading(found.by)} {name_of(found.by, found.value)}", "its own year before"
    expected = ""
    if found.expected is not None:
        expected = f", expected {labels.percent_range(found.expected.low, found.expected.high)}"
    said = (
        f"{head}: {labels.percent(found.now.rate)} ({found.now.retained:,} of {found.now.starting:,}) against "
        f"{labels.percent(found.against.rate)} of {held}{expected}."
    )
    part = "" if found.part is None else f" Without it {labels.percent(found.part, 0)} of the book's change goes away."
    return f"{said}{part} It stands out of {found.looks} looked at."
